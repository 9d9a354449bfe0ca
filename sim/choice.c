/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sim/choice.h"

typedef enum { SOURCE_SEEDED, SOURCE_LIST, SOURCE_BYTES } SourceKind;

struct SimChoices {
    SourceKind kind;
    SimRandom random;          /* SOURCE_SEEDED */
    guint32 *list;             /* SOURCE_LIST, owned */
    guint8 *bytes;             /* SOURCE_BYTES, owned */
    gsize size;                /* of list or bytes */
    gsize next;
    GArray *log;               /* guint32 answers */
    GPtrArray *whats;          /* static strings */
};

guint64 sim_random_next(SimRandom *random)
{
    guint64 z = (random->state += G_GUINT64_CONSTANT(0x9e3779b97f4a7c15));

    z = (z ^ (z >> 30)) * G_GUINT64_CONSTANT(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * G_GUINT64_CONSTANT(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

guint64 sim_random_below(SimRandom *random, guint64 n)
{
    return (guint64) (((unsigned __int128) sim_random_next(random) * n) >> 64);
}

static SimChoices *choices_new(SourceKind kind)
{
    SimChoices *choices = g_new0(SimChoices, 1);

    choices->kind = kind;
    choices->log = g_array_new(FALSE, FALSE, sizeof (guint32));
    choices->whats = g_ptr_array_new();
    return choices;
}

SimChoices *sim_choices_new_seeded(guint64 seed)
{
    SimChoices *choices = choices_new(SOURCE_SEEDED);

    choices->random.state = seed;
    return choices;
}

SimChoices *sim_choices_new_list(const guint32 *answers, gsize count)
{
    SimChoices *choices = choices_new(SOURCE_LIST);

    choices->list = g_memdup2(answers, count * sizeof *answers);
    choices->size = count;
    return choices;
}

SimChoices *sim_choices_new_bytes(const guint8 *bytes, gsize size)
{
    SimChoices *choices = choices_new(SOURCE_BYTES);

    choices->bytes = g_memdup2(bytes, size);
    choices->size = size;
    return choices;
}

void sim_choices_free(SimChoices *choices)
{
    if (choices != NULL) {
        g_free(choices->list);
        g_free(choices->bytes);
        g_array_unref(choices->log);
        g_ptr_array_unref(choices->whats);
        g_free(choices);
    }
}

static guint32 answer_from_bytes(SimChoices *choices, guint32 n)
{
    guint64 value = 0;

    for (guint64 range = 1; range < n && choices->next < choices->size; range <<= 8) {
        value = value << 8 | choices->bytes[choices->next++];
    }
    return (guint32) (value % n);
}

guint32 sim_choose(SimChoices *choices, guint32 n, const char *what)
{
    guint32 answer = 0;

    g_assert(n >= 1);
    if (n == 1) {
        return 0;
    }
    switch (choices->kind) {
    case SOURCE_SEEDED:
        answer = (guint32) sim_random_below(&choices->random, n);
        break;
    case SOURCE_LIST:
        answer = choices->next < choices->size ? choices->list[choices->next++] % n : 0;
        break;
    case SOURCE_BYTES:
        answer = answer_from_bytes(choices, n);
        break;
    }
    g_array_append_val(choices->log, answer);
    g_ptr_array_add(choices->whats, (gpointer) what);
    return answer;
}

gsize sim_choices_count(const SimChoices *choices)
{
    return choices->log->len;
}

const guint32 *sim_choices_log(const SimChoices *choices)
{
    return (const guint32 *) (gpointer) choices->log->data;
}

const char *sim_choices_what(const SimChoices *choices, gsize index)
{
    return index < choices->whats->len ? g_ptr_array_index(choices->whats, index) : NULL;
}
