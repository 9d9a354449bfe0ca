/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * A scripted destination says something on the return path; the source takes it as its release does (spec/stream.md 6.2,
 * migration.md 8.1; recorded runs rp_*).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "reference/migration/tests/common_pair.h"

typedef struct {
    MigActor actor;                /* first */
    MigEnv *env;
    MigListener *listener;
    MigChannel *channel;
    const guint8 *answer; gsize size;
    gboolean answered, half_close;
    gsize received;
} Peer;

static MigStep peer_step(MigActor *actor)
{
    Peer *peer = (Peer *) actor;
    MigSegment segment;
    int code;

    if (peer->channel == NULL) {
        peer->channel = peer->listener->ops->accept(peer->listener);
        if (peer->channel == NULL)
            return MIG_STEP_BLOCKED;
        peer->channel->ops->watch(peer->channel, MIG_WATCH_READ, actor);
    }
    while (peer->channel->ops->read(peer->channel, 65536, &segment, &code) == MIG_IO_OK)
        peer->received += segment.size;
    if (!peer->answered && peer->received > 200) {
        MigSegment answer = { .kind = MIG_SEGMENT_BYTES, .size = peer->size, .bytes = peer->answer };
        gsize taken;

        peer->answered = TRUE;
        if (peer->size)
            (void) peer->channel->ops->write(peer->channel, &answer, 1, &taken, &code);
        if (peer->half_close)
            peer->channel->ops->shutdown(peer->channel, MIG_SHUTDOWN_WRITE);
    }
    return MIG_STEP_BLOCKED;
}

typedef struct {
    const char *profile, *name;
    guint8 bytes[24]; gsize size;
    gboolean half_close;
    const char *status, *error;    /* at the end; error NULL: no error-desc */
} Case;

#define MUTE "Channel error: Input/output error"
#define SHUT0 { 0, 1, 0, 4, 0, 0, 0, 0 }, 8
#define SHUT1 { 0, 1, 0, 4, 0, 0, 0, 1 }, 8
#define UNKNOWN { 0, 0x55, 0, 3, 1, 2, 3 }, 7
#define PONG2 { 0, 2, 0, 2, 1, 2 }, 6
#define BOGUS { 0, 3, 0, 18, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10, 0, 5, 'b', 'o', 'g', 'u', 's' }, 22
#define MISALIGNED { 0, 3, 0, 16, 0, 0, 0, 0, 0, 0, 0, 0x7b, 0, 0, 0x10, 0, 3, 'r', 'a', 'm' }, 20
#define ACK { 0, 7, 0, 0 }, 4

static const Case cases[] = {
    { "qemu-7.2", "SHUT 0", SHUT0, FALSE, "failed", "Unable to write to socket: Bad file descriptor" },
    { "qemu-10.0", "SHUT 0", SHUT0, FALSE, "completed", NULL },
    { "qemu-11.1", "SHUT 1", SHUT1, FALSE, "failed", "Sibling indicated error 1" },
    { "qemu-11.1", "unknown type", UNKNOWN, FALSE, "failed", "Received invalid message 0x0055 length 0x0003" },
    { "qemu-10.0", "length", PONG2, FALSE, "failed", "Received 'PONG' message (0x0002) withincorrect length 2 expecting 4" },
    { "qemu-10.0", "unknown block", BOGUS, FALSE, "failed", "MIG_RP_MSG_REQ_PAGES has no block 'bogus'" },
    { "qemu-11.1", "misaligned", MISALIGNED, FALSE, "failed", "MIG_RP_MSG_REQ_PAGES: Misaligned page request, start:7b len: 4096" },
    { "qemu-11.1", "half close", { 0 }, 0, TRUE, "failed", MUTE },
    { "qemu-11.1", "ACK unasked", ACK, FALSE, "failed", "Switchover ack pending num underflowed" },
    { "qemu-8.1", "ACK unasked, then nothing", ACK, FALSE, "active", NULL },
    { "qemu-7.2", "nothing", { 0 }, 0, FALSE, "active", NULL },
    { "qemu-10.0", "nothing", { 0 }, 0, FALSE, "device", NULL },
};

static void the_source_understands(void **state)
{
    (void) state;
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        const Case *c = &cases[i];
        Pair *pair = pair_new(c->profile, 0, MIG_CONTENT_RANDOM, MIB, FALSE);
        MigAddress address = { .kind = MIG_ADDRESS_UNIX, .path = (char *) "/link" };
        Peer peer = { .actor = { .name = "peer", .step = peer_step }, .env = pair->envs[1], .answer = c->bytes, .size = c->size,
                      .half_close = c->half_close };
        g_autoptr(GError) error = NULL;
        g_autoptr(MigValue) info = NULL;
        MigValue *desc;

        print_message("case: %s %s\n", c->profile, c->name);
        set_caps(pair->vms[0], (const char *[]) { "return-path", NULL });
        peer.listener = peer.env->ops->listen(peer.env, &address, 1, NULL);
        peer.env->ops->spawn(peer.env, &peer.actor);
        peer.listener->ops->listener_watch(peer.listener, &peer.actor);
        if (!mig_vm_cmd_migrate(pair->vms[0], &(MigMigrateArgs) { .uri = "unix:/link" }, &error))
            fail_msg("%s", error->message);
        run(pair, SECOND);
        assert_source(pair, c->status);
        info = mig_vm_query_migrate(pair->vms[0]);
        desc = mig_value_dict_get(info, "error-desc");
        if (c->error)
            assert_string_equal(desc ? mig_value_get_string(desc) : "(none)", c->error);
        else
            assert_null(desc);
        if (strcmp(c->status, "failed") == 0) {
            assert_int_equal(mig_vm_run_state(pair->vms[0]), MIG_RUN_RUNNING);
        } else if (strcmp(c->status, "completed") != 0) {
            /* It waits for SHUT with the VM stopped; a cancel brings it back. */
            assert_int_equal(mig_vm_run_state(pair->vms[0]), MIG_RUN_FINISH_MIGRATE);
            assert_true(mig_vm_cmd_migrate_cancel(pair->vms[0], NULL));
            run(pair, SECOND);
            assert_source(pair, "cancelled");
            assert_int_equal(mig_vm_run_state(pair->vms[0]), MIG_RUN_RUNNING);
        }
        peer.env->ops->retire(peer.env, &peer.actor);
        if (peer.channel)
            peer.channel->ops->close(peer.channel);
        peer.listener->ops->listener_close(peer.listener);
        pair_free(pair);
    }
}

/* Up to 8.1 the return path closes the socket it shares: which of the two threads notices first is open. */
static void before_8_2_the_shared_socket_is_closed(void **state)
{
    static const char *const profiles[] = { "qemu-5.2", "qemu-7.2", "qemu-8.1" };
    static const guint8 shut[] = { 0, 1, 0, 4, 0, 0, 0, 1 };

    (void) state;
    for (gsize i = 0; i < G_N_ELEMENTS(profiles); i++) {
        Pair *pair = pair_new(profiles[i], 0, MIG_CONTENT_RANDOM, 8 * MIB, FALSE);
        MigAddress address = { .kind = MIG_ADDRESS_UNIX, .path = (char *) "/link" };
        Peer peer = { .actor = { .name = "peer", .step = peer_step }, .env = pair->envs[1], .answer = shut, .size = sizeof(shut) };
        g_autoptr(MigValue) info = NULL;

        set_caps(pair->vms[0], (const char *[]) { "return-path", NULL });
        set_number(pair->vms[0], "max-bandwidth", 10 * MIB);
        peer.listener = peer.env->ops->listen(peer.env, &address, 1, NULL);
        peer.env->ops->spawn(peer.env, &peer.actor);
        peer.listener->ops->listener_watch(peer.listener, &peer.actor);
        assert_true(mig_vm_cmd_migrate(pair->vms[0], &(MigMigrateArgs) { .uri = "unix:/link" }, NULL));
        run(pair, SECOND);
        assert_source(pair, "failed");
        info = mig_vm_query_migrate(pair->vms[0]);
        assert_string_equal(mig_value_get_string(mig_value_dict_get(info, "error-desc")), "Unable to write to socket: Bad file descriptor");
        peer.env->ops->retire(peer.env, &peer.actor);
        peer.channel->ops->close(peer.channel);
        peer.listener->ops->listener_close(peer.listener);
        pair_free(pair);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_source_understands),
        cmocka_unit_test(before_8_2_the_shared_socket_is_closed),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
