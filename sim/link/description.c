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

    copy->moment_text = g_strdup(fault->moment_text);
    return copy;
}

void sim_fault_free(SimFault *fault)
{
    if (fault != NULL) {
        g_free(fault->moment_text);
        g_free(fault);
    }
}

gboolean sim_fault_set_moment(SimFault *fault, const char *text, GError **error)
{
    OraMoment moment;

    if (!ora_moment_parse(text, &moment, error)) {
        return FALSE;
    }
    fault->moment = moment;
    fault->has_moment = TRUE;
    g_free(fault->moment_text);
    fault->moment_text = g_strdup(text);
    return TRUE;
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
    if (fault->has_moment) {
        g_string_append_printf(text, " %s", fault->moment_text != NULL ? fault->moment_text : "at a moment");
    }
    return g_string_free(text, FALSE);
}
