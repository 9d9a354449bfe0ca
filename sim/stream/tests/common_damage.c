/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * One damage: the edits made, everything checked again, and what was found compared.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "sim/stream/tests/common_damage.h"

static gboolean named(const char *expected, const char *id)
{
    g_auto(GStrv) ids = g_strsplit(expected, "|", -1);

    return g_strv_contains((const char *const *) ids, id);
}

void damage(Run *run, const char *what, Chan *where, const Edit *edits, guint n_edits, const char *expected,
            const char *why)
{
    g_autoptr(GByteArray) bytes = g_byte_array_sized_new(where->file->size + 65536);
    g_autoptr(GPtrArray) channels = g_ptr_array_new();
    g_autoptr(OraStreamCheck) check = NULL;
    g_autoptr(GError) error = NULL;
    SimStreamSet set = *run->set;
    SimStreamChannel changed = *where->file;
    GString *text = g_string_new(NULL);
    guint64 copied = 0;
    gboolean found = FALSE, any = FALSE;

    /* By default a part of them, another part of each capture: the whole takes a minute. */
    if (run->counter++ % run->stride) {
        g_string_free(text, TRUE);
        return;
    }
    run->done++;

    for (guint i = 0; i < n_edits; i++) {
        if (edits[i].at < copied || edits[i].at + edits[i].del > where->file->size) {
            print_message("%s: %s cannot be made\n", run->set->title, what);
            g_string_free(text, TRUE);
            return;
        }
        g_byte_array_append(bytes, where->file->data + copied, edits[i].at - copied);
        g_byte_array_append(bytes, edits[i].ins, edits[i].n);
        copied = edits[i].at + edits[i].del;
    }
    g_byte_array_append(bytes, where->file->data + copied, where->file->size - copied);
    if (where == run->main && run->package) {
        /* What grows or shrinks inside of the package changes its length; that is not the damage. */
        const guint64 from = run->package + 9, to = from + run->package_size;
        gint64 more = 0;
        gboolean touched = FALSE;

        for (guint i = 0; i < n_edits; i++) {
            touched |= edits[i].at + edits[i].del > run->package && edits[i].at < from;
            if (edits[i].at >= from && edits[i].at + edits[i].del <= to && (edits[i].at < to || edits[i].del)) {
                more += (gint64) edits[i].n - (gint64) edits[i].del;
            }
        }
        if (!touched && more) {
            guint64 place = run->package + 5;
            guint32 size = GUINT32_TO_BE(run->package_size + more);

            for (guint i = 0; i < n_edits; i++) {
                place += edits[i].at < run->package ? edits[i].n - edits[i].del : 0;
            }
            memcpy(bytes->data + place, &size, 4);
        }
    }
    changed.data = bytes->data ? bytes->data : (const guint8 *) "";
    changed.size = bytes->len;
    for (guint i = 0; i < run->set->channels->len; i++) {
        SimStreamChannel *each = g_ptr_array_index(run->set->channels, i);

        g_ptr_array_add(channels, each == where->file ? &changed : each);
    }
    set.channels = channels;
    check = sim_stream_check_set(&set, run->release, run->set->options.partial, FALSE, &error);
    if (!check) {
        g_string_append(text, "no stream");
        found = expected && named(expected, "no-stream");
        any = TRUE;
    } else {
        const GPtrArray *findings = ora_stream_check_findings(check);

        for (guint i = 0; i < findings->len; i++) {
            const OraStreamFinding *finding = g_ptr_array_index(findings, i);
            const char *id = ora_stream_rule(finding->rule)->id;
            const GPtrArray *before = ora_stream_check_findings(run->check);
            gboolean old = FALSE;

            /* What the undamaged stream has too (isa-ide twice) does not count. */
            for (guint k = 0; k < before->len; k++) {
                old |= ((OraStreamFinding *) g_ptr_array_index(before, k))->rule == finding->rule &&
                       finding->grade != ORA_GRADE_FAIL && !(expected && named(expected, id));
            }
            if (old) {
                continue;
            }
            any = TRUE;
            found |= expected && named(expected, id);
            if (text->len < 300) {
                g_string_append_printf(text, " %s@%s+%d", id, ora_stream_channel_name(finding->channel), (int) finding->offset);
            }
        }
    }
    if (expected ? found : !any) {
        run->found += expected != NULL;
        run->nothing += expected == NULL;
        if (run->list) {
            print_message("%s: %s:%s\n", run->set->title, what, expected ? text->str : why);
        }
    } else {
        run->wrong++;
        print_message("%s: %s on %s at %d: expected %s, found:%s\n", run->set->title, what, where->file->name,
                      n_edits ? (int) edits[0].at : 0, expected ? expected : "nothing", text->len ? text->str : " nothing");
    }
    g_string_free(text, TRUE);
}

/* ---- Loading ---- */

static Chan *loading_chan;
static Run *loading;

static void remember(void *user, const OraStreamRecord *record)
{
    Chan *where = NULL;
    Rec rec = { .record = *record };
    char name[32];

    if (record->channel == ORA_CHANNEL_MULTIFD) {
        g_snprintf(name, sizeof name, "multifd%u", record->channel_index);
    } else {
        g_strlcpy(name, ora_stream_channel_name(record->channel), sizeof name);
    }
    where = loading_chan && strcmp(loading_chan->file->name, name) == 0 ? loading_chan : chan(loading, name);
    loading_chan = where;
    if (record->kind == ORA_REC_SECTION) {
        Sec sec = { record->section_type, record->idstr, record->section_id, record->depth, record->offset, 0,
                    where->recs->len, 0, 0, 0 };

        g_array_append_val(where->secs, sec);
    }
    if (where->secs->len && (record->section_type || record->kind == ORA_REC_SECTION)) {
        Sec *sec = &g_array_index(where->secs, Sec, where->secs->len - 1);

        rec.section = where->secs->len;
        sec->last = where->recs->len;
        sec->end = MAX(sec->end, record->offset + record->size);
        sec->flushes += record->kind == ORA_REC_RAM_FLUSH;
        sec->pages += record->kind >= ORA_REC_RAM_ZERO && record->kind <= ORA_REC_RAM_COMPRESS;
    }
    g_array_append_val(where->recs, rec);
}

static void free_chan(gpointer data)
{
    Chan *where = data;

    g_array_unref(where->recs);
    g_array_unref(where->secs);
    g_free(where);
}

/* The same as sim_stream_check_set(), but with the records kept. */
gboolean damage_load(Run *run, const char *path)
{
    g_autoptr(GError) error = NULL;
    char *args[2] = { (char *) path, NULL };

    run->set = sim_stream_set_open(args, &error);
    if (!run->set) {
        print_message("%s\n", error->message);
        return FALSE;
    }
    run->release = ora_release_parse(run->set->options.profile ? run->set->options.profile : "");
    run->chans = g_ptr_array_new_with_free_func(free_chan);
    for (guint i = 0; i < run->set->channels->len; i++) {
        Chan *where = g_new0(Chan, 1);

        where->file = g_ptr_array_index(run->set->channels, i);
        where->recs = g_array_new(FALSE, FALSE, sizeof(Rec));
        where->secs = g_array_new(FALSE, FALSE, sizeof(Sec));
        if (strcmp(where->file->name, "main") == 0) {
            where->base = run->set->options.offset;
        }
        g_ptr_array_add(run->chans, where);
    }
    loading = run;
    loading_chan = NULL;
    run->check = sim_stream_check_set_watched(run->set, run->release, run->set->options.partial, FALSE, remember, NULL, &error);
    if (!run->check) {
        print_message("%s: %s\n", path, error->message);
        return FALSE;
    }
    return TRUE;
}

void damage_unload(Run *run)
{
    g_clear_pointer(&run->chans, g_ptr_array_unref);
    g_clear_pointer(&run->check, ora_stream_check_free);
    g_clear_pointer(&run->set, sim_stream_set_free);
}
