/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Two independent readers of the same bytes, the judge's walker and the engine's codec, find the same records at the same places in
 * every recorded stream. MIGLAB_CAPTURES names another folder.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>

#include "sim/stream/check.h"
#include "sim/stream/session.h"

typedef struct {
    guint64 offset;
    OraStreamKind kind;
} Place;

/* What the codec's kind is for the walker; COUNT: a piece of what came before, which the walker takes as one. */
static OraStreamKind as_walker(MigRecordKind kind)
{
    switch (kind) {
    case MIG_RECORD_HEADER: return ORA_REC_HEADER;
    case MIG_RECORD_CONFIGURATION: return ORA_REC_CONFIGURATION;
    case MIG_RECORD_CONFIG_PAGE_BITS:
    case MIG_RECORD_CONFIG_CAPABILITIES:
    case MIG_RECORD_CONFIG_UUID: return ORA_REC_CONFIG_SUBSECTION;
    case MIG_RECORD_SECTION: return ORA_REC_SECTION;
    case MIG_RECORD_FOOTER: return ORA_REC_FOOTER;
    case MIG_RECORD_COMMAND: return ORA_REC_COMMAND;
    case MIG_RECORD_PACKAGE_END: return ORA_REC_PACKAGE_END;
    case MIG_RECORD_EOF: return ORA_REC_EOF;
    case MIG_RECORD_DESCRIPTION: return ORA_REC_DESCRIPTION;
    case MIG_RECORD_RAM_MEM_SIZE: return ORA_REC_RAM_LIST;
    case MIG_RECORD_RAM_BLOCK: return ORA_REC_RAM_BLOCK;
    case MIG_RECORD_RAM_PAGE: return ORA_REC_RAM_PAGE;
    case MIG_RECORD_RAM_ZERO: return ORA_REC_RAM_ZERO;
    case MIG_RECORD_RAM_XBZRLE: return ORA_REC_RAM_XBZRLE;
    case MIG_RECORD_RAM_COMPRESS: return ORA_REC_RAM_COMPRESS;
    case MIG_RECORD_RAM_EOS: return ORA_REC_RAM_EOS;
    case MIG_RECORD_RAM_FLUSH: return ORA_REC_RAM_FLUSH;
    case MIG_RECORD_RAM_HOOK: return ORA_REC_RAM_HOOK;
    case MIG_RECORD_BITMAP: return ORA_REC_BITMAP;
    case MIG_RECORD_BLOCK: return ORA_REC_BLOCK;
    case MIG_RECORD_RP: return ORA_REC_RP_MESSAGE;
    case MIG_RECORD_MULTIFD_HELLO: return ORA_REC_MULTIFD_HELLO;
    case MIG_RECORD_MULTIFD_PACKET: return ORA_REC_MULTIFD_PACKET;
    case MIG_RECORD_MULTIFD_DEVICE: return ORA_REC_MULTIFD_DEVICE;
    case MIG_RECORD_COLO: return ORA_REC_COLO;
    case MIG_RECORD_DESCRIPTION_TEXT:
    case MIG_RECORD_DEVICE_DATA:
    case MIG_RECORD_MAPPED_BITMAP:
    case MIG_RECORD_MAPPED_GAP:
    case MIG_RECORD_MAPPED_PAGES:
    case MIG_RECORD_RP_BITMAP:
    case MIG_RECORD_RP_BITMAP_END:
    case MIG_RECORD_MULTIFD_PAGE:
    case MIG_RECORD_MULTIFD_DATA:
    case MIG_RECORD_MULTIFD_DEVICE_DATA:
    case MIG_RECORD_COUNT:
        break;
    }
    return ORA_REC_COUNT;
}

static void remember(void *user, const OraStreamRecord *record)
{
    GHashTable *channels = user;
    g_autofree char *name = record->channel == ORA_CHANNEL_MULTIFD ? g_strdup_printf("multifd%u", record->channel_index)
                                                                   : g_strdup(ora_stream_channel_name(record->channel));
    GArray *places = g_hash_table_lookup(channels, name);
    Place place = { record->offset, record->kind };

    if (!places) {
        places = g_array_new(FALSE, FALSE, sizeof(Place));
        g_hash_table_insert(channels, g_steal_pointer(&name), places);
    }
    if (record->kind != ORA_REC_DEVICE_STATE && record->kind != ORA_REC_RAM_AREA && record->kind != ORA_REC_RP_BITMAP) {
        g_array_append_val(places, place);
    }
}

static void free_places(gpointer places)
{
    g_array_unref(places);
}

static void both_see_the_same(const char *path, guint64 *records)
{
    g_autoptr(GHashTable) channels = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, free_places);
    g_autoptr(GError) error = NULL;
    char *args[2] = { (char *) path, NULL };
    g_autoptr(SimStreamSet) set = sim_stream_set_open(args, &error);
    g_autoptr(OraStreamCheck) check = NULL;
    g_autoptr(SimStreamSession) session = NULL;

    assert_non_null(set);
    check = sim_stream_check_set_watched(set, ora_release_parse(set->options.profile), TRUE, TRUE, remember, channels, &error);
    assert_non_null(check);
    session = sim_stream_session_new(set, &error);
    assert_non_null(session);
    for (guint i = 0; i < set->channels->len; i++) {
        const SimStreamChannel *channel = g_ptr_array_index(set->channels, i);
        g_autoptr(MigReader) reader = sim_stream_session_reader(session, channel);
        GArray *places = g_hash_table_lookup(channels, channel->name);
        MigRecord record;
        guint at = 0;

        assert_non_null(places);
        while (mig_reader_next(reader, &record, NULL) == MIG_READ_RECORD) {
            const OraStreamKind kind = as_walker(record.kind);
            const Place *place;

            if (kind == ORA_REC_COUNT) {
                continue;
            }
            if (at >= places->len) {
                /* A page that is cut: the codec wants its body first, the walker has announced it; never the other way. */
                print_message("%s %s: the codec has %s at %d, the walker nothing\n", set->title, channel->name,
                              mig_record_kind_name(record.kind), (int) record.offset);
                assert_true(at < places->len);
            }
            place = &g_array_index(places, Place, at);
            if (place->offset != record.offset || place->kind != kind) {
                print_message("%s %s: the codec has %s at %d, the walker %s at %d\n", set->title, channel->name,
                              mig_record_kind_name(record.kind), (int) record.offset, ora_stream_kind_name(place->kind),
                              (int) place->offset);
            }
            assert_int_equal(place->offset, record.offset);
            assert_int_equal(place->kind, kind);
            at++;
        }
        *records += at;
        /* The last one may be cut: announced by the walker, kept back by the codec. */
        assert_true(places->len - at <= (set->options.partial ? 1 : 0));
    }
}

static gint by_name(gconstpointer a, gconstpointer b)
{
    return strcmp(*(const char *const *) a, *(const char *const *) b);
}

static void walker_and_codec_agree(void **state)
{
    const char *folder = g_getenv("MIGLAB_CAPTURES") ? g_getenv("MIGLAB_CAPTURES") : MIGLAB_SOURCE_DIR "/scenarios/captures";
    g_autoptr(GPtrArray) paths = g_ptr_array_new_with_free_func(g_free);
    g_autoptr(GDir) dir = g_dir_open(folder, 0, NULL);
    const char *name;
    guint64 records = 0;

    (void) state;
    while (dir && (name = g_dir_read_name(dir))) {
        if (g_str_has_suffix(name, ".json")) {
            g_ptr_array_add(paths, g_build_filename(folder, name, NULL));
        }
    }
    assert_true(paths->len >= 50);
    g_ptr_array_sort(paths, by_name);
    for (guint i = 0; i < paths->len; i++) {
        both_see_the_same(g_ptr_array_index(paths, i), &records);
    }
    print_message("%u captures, %d records at the same places\n", paths->len, (int) records);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(walker_and_codec_agree),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
