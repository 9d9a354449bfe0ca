/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Where the answers to all open questions of a run come from: which actor steps next, whether a packet is lost, what a
 * generator picks. A run is a function of these answers and of nothing else, so exploring (a seeded generator), replay (a
 * recorded list), fuzzing (bytes) and shrinking (a list that is being made smaller) are one mechanism.
 *
 * Answer 0 always means the undisturbed case where there is one (not lost, not delayed, in order): a source that has run
 * out of answers gives 0, and shrinking towards zeros shrinks towards a calm run.
 */
#ifndef SIM_CHOICE_H
#define SIM_CHOICE_H

#include <glib.h>

typedef struct SimChoices SimChoices;

SimChoices *sim_choices_new_seeded(guint64 seed);
/* The list is copied. An answer that is too large for its question is taken modulo. */
SimChoices *sim_choices_new_list(const guint32 *answers, gsize count);
/* Bytes of a fuzzer: a question takes as many bytes as its range needs. Copied. */
SimChoices *sim_choices_new_bytes(const guint8 *bytes, gsize size);
void sim_choices_free(SimChoices *choices);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SimChoices, sim_choices_free)

/* 0 .. n-1. A question with one answer (n = 1) is not asked and not counted. `what` is static. */
guint32 sim_choose(SimChoices *choices, guint32 n, const char *what);

/* How many were asked, and the log of all answers: the list that replays this run. Valid until the next choice. */
gsize sim_choices_count(const SimChoices *choices);
const guint32 *sim_choices_log(const SimChoices *choices);
/* What the index-th question was, or NULL. */
const char *sim_choices_what(const SimChoices *choices, gsize index);

/* The generator behind a seed, for whoever needs long sequences from one choice (guests, contents). splitmix64: the
 * same numbers on every machine. */
typedef struct { guint64 state; } SimRandom;
guint64 sim_random_next(SimRandom *random);
/* 0 .. n-1 by multiplication and shift: no modulo bias worth naming for the n in use here. */
guint64 sim_random_below(SimRandom *random, guint64 n);

#endif
