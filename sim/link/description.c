/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sim/link/description.h"

#include <string.h>

G_DEFINE_QUARK(sim-link-error, sim_link_error)

static const char *const kind_names[] = {
    [SIM_FAULT_CUT] = "cut",
    [SIM_FAULT_RESET] = "reset",
    [SIM_FAULT_HALF_CLOSE] = "half-close",
    [SIM_FAULT_STALL] = "stall",
    [SIM_FAULT_TRUNCATE] = "truncate",
    [SIM_FAULT_CORRUPT] = "corrupt",
    [SIM_FAULT_DELAY] = "delay",
};
G_STATIC_ASSERT(G_N_ELEMENTS(kind_names) == SIM_FAULT_COUNT);

SimFault *sim_fault_new(SimFaultKind kind)
{
    SimFault *fault = g_new0(SimFault, 1);

    fault->kind = kind;
    fault->direction = kind == SIM_FAULT_TRUNCATE || kind == SIM_FAULT_CORRUPT || kind == SIM_FAULT_HALF_CLOSE
                           ? SIM_TO_DESTINATION : SIM_BOTH_WAYS;
    fault->at_ns = -1;
    fault->at_offset = -1;
    fault->connection = -1;
    fault->size_bytes = 1;
    fault->mask = 0xff;
    return fault;
}

SimFault *sim_fault_copy(const SimFault *fault)
{
    SimFault *copy = g_memdup2(fault, sizeof *fault);

    copy->moment.record = g_strdup(fault->moment.record);
    copy->moment.section = g_strdup(fault->moment.section);
    return copy;
}

void sim_fault_free(SimFault *fault)
{
    if (fault != NULL) {
        sim_moment_clear(&fault->moment);
        g_free(fault);
    }
}

const char *sim_fault_kind_name(SimFaultKind kind)
{
    return kind_names[kind];
}

gboolean sim_fault_kind_parse(const char *name, SimFaultKind *ret_kind)
{
    for (gsize i = 0; i < G_N_ELEMENTS(kind_names); i++) {
        if (strcmp(name, kind_names[i]) == 0) {
            *ret_kind = (SimFaultKind) i;
            return TRUE;
        }
    }
    return FALSE;
}

char *sim_fault_to_string(const SimFault *fault)
{
    GString *text = g_string_new(kind_names[fault->kind]);

    if (fault->direction != SIM_BOTH_WAYS) {
        g_string_append(text, fault->direction == SIM_TO_DESTINATION ? " to destination" : " to source");
    }
    if (fault->kind == SIM_FAULT_TRUNCATE || fault->kind == SIM_FAULT_CORRUPT) {
        g_string_append_printf(text, " %" G_GUINT64_FORMAT " bytes", fault->size_bytes);
    }
    if (fault->kind == SIM_FAULT_CORRUPT) {
        g_string_append_printf(text, " mask 0x%02x", fault->mask);
    }
    if (fault->for_ns > 0) {
        g_string_append_printf(text, " %" G_GINT64_FORMAT " ns", fault->for_ns);
    }
    if (fault->at_ns >= 0) {
        g_string_append_printf(text, " at %" G_GINT64_FORMAT " ns", fault->at_ns);
    }
    if (fault->at_offset >= 0) {
        g_string_append_printf(text, " at byte %" G_GINT64_FORMAT, fault->at_offset);
    }
    if (fault->moment.kind != SIM_MOMENT_NONE) {
        g_autofree char *moment = sim_moment_to_string(&fault->moment);
        g_string_append_printf(text, " %s", moment);
    }
    return g_string_free(text, FALSE);
}

/* ---- Moments: (before|after) [the] [N-th|N] RECORD [of SECTION] | after [the] [N-th] dirty sync ---- */

/* "3rd", "3", "third" is not known. FALSE when the word is no number at all. */
static gboolean parse_ordinal(const char *word, guint64 *ret)
{
    static const char *const suffixes[] = { "", "st", "nd", "rd", "th" };
    char *end = NULL;

    if (!g_ascii_isdigit(word[0])) {
        return FALSE;
    }
    *ret = g_ascii_strtoull(word, &end, 10);
    for (gsize i = 0; i < G_N_ELEMENTS(suffixes); i++) {
        if (strcmp(end, suffixes[i]) == 0) {
            return *ret > 0;
        }
    }
    return FALSE;
}

gboolean sim_moment_parse(const char *text, SimMoment *ret_moment, GError **error)
{
    g_auto(GStrv) words = g_strsplit_set(text, " \t", -1);
    g_autoptr(GPtrArray) list = g_ptr_array_new();
    SimMoment moment = { .count = 1 };
    guint i = 0;

    for (guint w = 0; words[w] != NULL; w++) {
        if (words[w][0] != '\0') {
            g_ptr_array_add(list, words[w]);
        }
    }
#define WORD(n) ((n) < list->len ? (const char *) g_ptr_array_index(list, (n)) : "")
    if (strcmp(WORD(0), "before") == 0) {
        moment.after = FALSE;
    } else if (strcmp(WORD(0), "after") == 0) {
        moment.after = TRUE;
    } else {
        g_set_error(error, SIM_LINK_ERROR, 0, "a moment begins with 'before' or 'after', not with '%s'", WORD(0));
        return FALSE;
    }
    i = 1;
    if (strcmp(WORD(i), "the") == 0) {
        i++;
    }
    if (parse_ordinal(WORD(i), &moment.count)) {
        i++;
    }
    if (strcmp(WORD(i), "dirty") == 0 && strcmp(WORD(i + 1), "sync") == 0) {
        if (!moment.after) {
            g_set_error_literal(error, SIM_LINK_ERROR, 0, "a dirty sync can be seen only after it happened: 'after the 3rd dirty sync'");
            return FALSE;
        }
        moment.kind = SIM_MOMENT_DIRTY_SYNC;
        i += 2;
    } else if (g_ascii_isalpha(WORD(i)[0])) {
        moment.kind = SIM_MOMENT_RECORD;
        for (const char *c = WORD(i); *c != '\0'; c++) {
            if (!g_ascii_isupper(*c) && !g_ascii_isdigit(*c) && *c != '_') {
                g_set_error(error, SIM_LINK_ERROR, 0, "'%s' is not a record: records are written in capitals, as SECTION_END",
                            WORD(i));
                return FALSE;
            }
        }
        if (i + 1 < list->len && (strcmp(WORD(i + 1), "of") != 0 || i + 3 < list->len || i + 2 >= list->len)) {
            g_set_error(error, SIM_LINK_ERROR, 0, "after the record only 'of SECTION' may follow, not '%s'", WORD(i + 1));
            return FALSE;
        }
        moment.record = g_strdup(WORD(i));
        moment.section = i + 2 < list->len ? g_strdup(WORD(i + 2)) : NULL;
        i = list->len;
    } else {
        g_set_error(error, SIM_LINK_ERROR, 0, "expected a record (SECTION_END, MIG_CMD_PING, …) or 'dirty sync', not '%s'", WORD(i));
        return FALSE;
    }
    if (i != list->len) {
        g_set_error(error, SIM_LINK_ERROR, 0, "too many words: '%s'", WORD(i));
        return FALSE;
    }
#undef WORD
    *ret_moment = moment;
    return TRUE;
}

void sim_moment_clear(SimMoment *moment)
{
    g_clear_pointer(&moment->record, g_free);
    g_clear_pointer(&moment->section, g_free);
    moment->kind = SIM_MOMENT_NONE;
}

char *sim_moment_to_string(const SimMoment *moment)
{
    const char *edge = moment->after ? "after" : "before";

    if (moment->kind == SIM_MOMENT_DIRTY_SYNC) {
        return g_strdup_printf("%s %" G_GUINT64_FORMAT " dirty sync", edge, moment->count);
    }
    return g_strdup_printf("%s %" G_GUINT64_FORMAT " %s%s%s", edge, moment->count, moment->record != NULL ? moment->record : "-",
                           moment->section != NULL ? " of " : "", moment->section != NULL ? moment->section : "");
}
