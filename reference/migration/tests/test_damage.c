/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Streams of the engine itself, damaged at random (fixed seeds), into its own destination: whatever comes, the load ends or
 * waits, nothing crashes, leaks or is left behind (the test world checks that channels, timers and actors are gone).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "reference/machine/page.h"
#include "reference/migration/tests/common_pair.h"

#define ROUNDS 1000

typedef struct {
    MigActor actor;                /* first */
    MigListener *listener;
    MigChannel *channel;
    GByteArray *bytes;
    const guint8 *answer; gsize size; gboolean answered;
} Sink;

static MigStep sink_step(MigActor *actor)
{
    Sink *sink = (Sink *) actor;
    MigSegment segment;
    int code;

    if (sink->channel == NULL) {
        sink->channel = sink->listener->ops->accept(sink->listener);
        if (sink->channel == NULL)
            return MIG_STEP_BLOCKED;
        sink->channel->ops->watch(sink->channel, MIG_WATCH_READ, actor);
    }
    if (!sink->answered && sink->size) {
        MigSegment answer = { .kind = MIG_SEGMENT_BYTES, .size = sink->size, .bytes = sink->answer };
        gsize taken;

        sink->answered = TRUE;
        (void) sink->channel->ops->write(sink->channel, &answer, 1, &taken, &code);
    }
    while (sink->channel->ops->read(sink->channel, 65536, &segment, &code) == MIG_IO_OK) {
        if (segment.kind == MIG_SEGMENT_PAGE) {
            guint8 page[MIG_PAGE_SIZE];

            mig_page_segment_make(&segment, page);
            g_byte_array_append(sink->bytes, page, sizeof(page));
        } else {
            g_byte_array_append(sink->bytes, segment.bytes, (guint) segment.size);
        }
    }
    return MIG_STEP_BLOCKED;
}

/* What a source of this profile writes to its main channel. */
static GByteArray *record(const char *profile, gboolean postcopy)
{
    Pair *pair = pair_new(profile, 0, MIG_CONTENT_TEXT, 64 * 1024, TRUE);
    MigAddress address = { .kind = MIG_ADDRESS_UNIX, .path = (char *) "/link" };
    static const guint8 pong[] = { 0, 2, 0, 4, 0, 0, 0, 0x42 };
    Sink sink = { .actor = { .name = "sink", .step = sink_step }, .bytes = g_byte_array_new(), .answer = pong, .size = postcopy ? sizeof(pong) : 0 };
    MigEnv *env = pair->envs[1];

    if (postcopy) {
        set_caps(pair->vms[0], (const char *[]) { "postcopy-ram", NULL });
        test_world_set_rate(pair->world, 1 * MIB);
    }
    sink.listener = env->ops->listen(env, &address, 1, NULL);
    env->ops->spawn(env, &sink.actor);
    sink.listener->ops->listener_watch(sink.listener, &sink.actor);
    assert_true(mig_vm_cmd_migrate(pair->vms[0], &(MigMigrateArgs) { .uri = "unix:/link" }, NULL));
    if (postcopy)
        assert_true(mig_vm_cmd_migrate_start_postcopy(pair->vms[0], NULL));
    run(pair, 2 * SECOND);
    env->ops->retire(env, &sink.actor);
    sink.channel->ops->close(sink.channel);
    sink.listener->ops->listener_close(sink.listener);
    pair_free(pair);
    return sink.bytes;
}

static guint64 random_next(guint64 *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state;
}

static void damage(GByteArray *bytes, guint64 *random)
{
    guint times = 1 + (guint) (random_next(random) % 4);

    for (guint i = 0; i < times && bytes->len > 1; i++) {
        guint at = (guint) (random_next(random) % bytes->len), size = 1 + (guint) (random_next(random) % 16);

        /* Most of a stream is page bytes, where nothing happens: prefer its beginning and its end. */
        if (random_next(random) % 3 == 0)
            at %= 200;
        else if (random_next(random) % 3 == 0)
            at = bytes->len - 1 - at % MIN(bytes->len, 1500);
        size = MIN(size, bytes->len - at);
        switch (random_next(random) % 5) {
        case 0: bytes->data[at] ^= (guint8) (1u << (random_next(random) % 8)); break;
        case 1: bytes->data[at] = (guint8) random_next(random); break;
        case 2: g_byte_array_remove_range(bytes, at, size); break;
        case 3: g_byte_array_set_size(bytes, at); break;
        case 4: {
            g_autofree guint8 *copy = g_memdup2(bytes->data + at, size);

            g_byte_array_append(bytes, copy, size);
            memmove(bytes->data + at + size, bytes->data + at, bytes->len - at - size);
            break;
        }
        }
    }
}

static void nothing_in_a_stream_hurts(void **state)
{
    static const struct { const char *profile; gboolean postcopy; } cases[] = {
        { "qemu-7.2", FALSE }, { "qemu-11.1", FALSE }, { "qemu-7.2", TRUE }, { "qemu-11.1", TRUE },
    };

    (void) state;
    for (gsize c = 0; c < G_N_ELEMENTS(cases); c++) {
        g_autoptr(GByteArray) good = record(cases[c].profile, cases[c].postcopy);
        guint ended = 0;

        print_message("case: %s %s, %u bytes\n", cases[c].profile, cases[c].postcopy ? "postcopy" : "precopy", good->len);
        for (guint round = 0; round < ROUNDS; round++) {
            guint64 random = 88172645463325252u + round * 7919u;
            Pair *pair = pair_new(cases[c].profile, 0, MIG_CONTENT_TEXT, 64 * 1024, TRUE);
            g_autoptr(GByteArray) bytes = g_byte_array_new();
            MigAddress address = { .kind = MIG_ADDRESS_UNIX, .path = (char *) "/link" };
            MigEnv *env = pair->envs[0];
            MigChannel *channel;
            gsize at = 0;

            g_byte_array_append(bytes, good->data, good->len);
            if (round)
                damage(bytes, &random);
            if (cases[c].postcopy)
                set_caps(pair->vms[1], (const char *[]) { "postcopy-ram", NULL });
            assert_true(mig_vm_cmd_migrate_incoming(pair->vms[1], "unix:/link", NULL, FALSE, TRUE, NULL));
            channel = env->ops->connect(env, &address, NULL);
            while (at < bytes->len) {
                MigSegment segment = { .kind = MIG_SEGMENT_BYTES, .size = MIN(bytes->len - at, 1 + random_next(&random) % 9000), .bytes = bytes->data + at };
                gsize taken = 0;
                int code;

                if (channel->ops->write(channel, &segment, 1, &taken, &code) != MIG_IO_OK)
                    break;
                at += taken;
                run(pair, SECOND / 1000);
            }
            channel->ops->shutdown(channel, MIG_SHUTDOWN_WRITE);
            run(pair, SECOND);
            if (round == 0)
                assert_string_equal(mig_vm_incoming_status(pair->vms[1]), "completed");
            ended += strcmp(mig_vm_incoming_status(pair->vms[1]), "active") != 0;
            channel->ops->close(channel);
            pair_free(pair);
        }
        assert_int_equal(ended, ROUNDS);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = { cmocka_unit_test(nothing_in_a_stream_hurts) };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
