/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sim/conform/dialogue.h"

#include <gio/gio.h>
#include <string.h>

enum { START_SECONDS = 20, QUIT_NS = 500 * 1000 * 1000 };

struct SimDialogue {
    SimLoop *loop;
    SimChild *child;
    SimQmp *qmp;
    SimDialogueReply *reply;
    gpointer owner;
    char *version;
    gboolean greeted, ready, ended;
    guint64 id;
};

static void ignore_reply(json_t *message, gpointer owner)
{
}

static void on_greeting(SimQmp *qmp, json_t *message, gpointer owner)
{
    SimDialogue *dialogue = owner;
    int major = 0, minor = 0, micro = 0;

    if (json_unpack(message, "{s:{s:{s:{s:i,s:i,s:i}}}}", "QMP", "version", "qemu", "major", &major, "minor", &minor, "micro",
                    &micro) == 0) {
        g_free(dialogue->version);
        dialogue->version = g_strdup_printf("%d.%d.%d", major, minor, micro);
    }
    dialogue->greeted = TRUE;
}

static void deliver(SimDialogue *dialogue, json_t *message)
{
    if (!dialogue->ready) {
        dialogue->ready = TRUE;           /* the reply to qmp_capabilities */
    } else {
        dialogue->reply(message, dialogue->owner);
    }
}

static void on_reply(SimQmp *qmp, guint64 id, json_t *message, gpointer owner)
{
    deliver(owner, message);
}

static void on_event(SimQmp *qmp, json_t *message, gpointer owner)
{
}

static void on_garbage(SimQmp *qmp, const char *text, gpointer owner)
{
    json_t *message = json_pack("{s:s}", "garbage", text);

    if (message) {
        deliver(owner, message);
        json_decref(message);
    }
}

static void on_closed(SimQmp *qmp, gpointer owner)
{
    SimDialogue *dialogue = owner;

    dialogue->ended = TRUE;
    dialogue->reply(NULL, dialogue->owner);
}

static void on_end(SimChild *child, gpointer owner)
{
}

static const SimQmpHandlers handlers = {
    .greeting = on_greeting, .reply = on_reply, .event = on_event, .garbage = on_garbage, .closed = on_closed,
};

static gboolean start(SimDialogue *dialogue, SimKeeper *keeper, const SimTarget *target, const char *path, GError **error)
{
    SimTargetValues values = { .qmp = path, .ram = "64M", .machine = "none", .accel = "tcg", .dir = sim_keeper_dir(keeper), .stopped = TRUE };
    g_auto(GStrv) argv = sim_target_command(target, &values, error);
    SimChildSetup setup = { .argv = argv, .isolate = TRUE };

    if (!argv) {
        return FALSE;
    }
    dialogue->child = sim_child_new(keeper, dialogue->loop, &setup, on_end, dialogue, NULL);
    if (!dialogue->child) {
        setup.isolate = FALSE;            /* no namespaces here: no request of a plan starts anything all the same */
        dialogue->child = sim_child_new(keeper, dialogue->loop, &setup, on_end, dialogue, error);
    }
    return dialogue->child != NULL;
}

static gboolean step_until(SimDialogue *dialogue, const gboolean *flag, gint64 deadline_ns)
{
    while (!*flag && !dialogue->ended && sim_loop_now_ns(dialogue->loop) < deadline_ns) {
        sim_loop_step(dialogue->loop, deadline_ns);
    }
    return *flag;
}

static char *last_words(SimDialogue *dialogue)
{
    const char *const *lines = sim_child_stderr(dialogue->child);
    guint count = lines ? g_strv_length((char **) lines) : 0;

    return g_strdup(count ? lines[count - 1] : "nothing on its standard error");
}

SimDialogue *sim_dialogue_new(SimKeeper *keeper, SimLoop *loop, const SimTarget *target, SimDialogueReply *reply, gpointer owner,
                              GError **error)
{
    g_autoptr(SimDialogue) dialogue = g_new0(SimDialogue, 1);
    g_autofree char *path = NULL, *name = NULL;
    static guint number;                  /* only names a socket in a private folder */
    gint64 deadline_ns = sim_loop_now_ns(loop) + START_SECONDS * G_TIME_SPAN_SECOND * 1000;

    dialogue->loop = loop;
    dialogue->reply = reply;
    dialogue->owner = owner;
    name = g_strdup_printf("conform%u.qmp", ++number);
    path = sim_keeper_path(keeper, name);
    if (!start(dialogue, keeper, target, path, error)) {
        return NULL;
    }
    while (!dialogue->qmp) {
        g_autoptr(GError) local = NULL;

        dialogue->qmp = sim_qmp_new(loop, path, &handlers, dialogue, &local);
        if (dialogue->qmp) {
            break;
        }
        if (!sim_child_running(dialogue->child) || sim_loop_now_ns(loop) >= deadline_ns) {
            g_autofree char *words = last_words(dialogue);

            g_set_error(error, G_IO_ERROR, G_IO_ERROR_FAILED, "%s does not offer QMP at its socket (%s): %s", target->name,
                        sim_child_running(dialogue->child) ? local->message : "it ended", words);
            return NULL;
        }
        sim_loop_step(loop, sim_loop_now_ns(loop) + 2 * G_TIME_SPAN_MILLISECOND * 1000);
    }
    if (!step_until(dialogue, &dialogue->greeted, deadline_ns) || sim_qmp_send(dialogue->qmp, "qmp_capabilities", NULL, FALSE) == 0 ||
        !step_until(dialogue, &dialogue->ready, deadline_ns)) {
        g_autofree char *words = last_words(dialogue);

        g_set_error(error, G_IO_ERROR, G_IO_ERROR_FAILED, "%s does not greet and negotiate as QMP does: %s", target->name, words);
        return NULL;
    }
    return g_steal_pointer(&dialogue);
}

void sim_dialogue_free(SimDialogue *dialogue)
{
    if (!dialogue) {
        return;
    }
    /* It may end by itself; what does not is killed. */
    if (dialogue->ready && !dialogue->ended && sim_dialogue_send(dialogue, "\"execute\": \"quit\"")) {
        dialogue->reply = ignore_reply;
        sim_child_wait(dialogue->child, QUIT_NS);
    }
    sim_qmp_free(dialogue->qmp);
    sim_child_free(dialogue->child);
    g_free(dialogue->version);
    g_free(dialogue);
}

const char *sim_dialogue_version(const SimDialogue *dialogue)
{
    return dialogue->version ? dialogue->version : "";
}

gboolean sim_dialogue_send(SimDialogue *dialogue, const char *members)
{
    g_autofree char *text = g_strdup_printf("{\"id\": %" G_GUINT64_FORMAT ", %s}\n", ++dialogue->id, members);

    return !dialogue->ended && sim_qmp_send_raw(dialogue->qmp, text, strlen(text));
}
