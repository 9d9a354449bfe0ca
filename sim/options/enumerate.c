/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * miglab options enumerate: every subset of a release's capabilities is tried in one command from nothing. Validity is not
 * hereditary (one capability may need another), so "maximal" means: valid, and no larger valid set contains it. That is read
 * off a bitmap of all sets, in which each set first learns whether any set above it is valid.
 */
#include "sim/options/call.h"

#include "sim/command.h"

typedef struct {
    const MigProfile *profile;
    guint size;                         /* how many capabilities */
    MigCap cap[MIG_CAP_COUNT];          /* bit of the packed index -> capability */
    guint64 total, valid;
    guint8 *is_valid;                   /* by packed index */
    guint8 *above;                      /* the set or a larger one is valid */
} Space;

static MigCapSet unpack(const Space *space, guint32 index)
{
    MigCapSet set = 0;

    for (guint i = 0; i < space->size; i++) {
        set |= (index >> i & 1) != 0 ? MIG_CAP_BIT(space->cap[i]) : 0;
    }
    return set;
}

static void fill(Space *space)
{
    MigCapSet all = mig_profile_caps(space->profile), set = 0;

    for (guint64 index = 0; index < space->total; index++) {
        space->is_valid[index] = (guint8) sim_options_valid(space->profile, set);
        space->valid += space->is_valid[index];
        space->above[index] = space->is_valid[index];
        set = (set - all) & all;        /* the next subset; packed indices count up with it */
    }
    for (guint i = 0; i < space->size; i++) {
        for (guint64 index = 0; index < space->total; index++) {
            if ((index >> i & 1) == 0) {
                space->above[index] |= space->above[index | (guint64) 1 << i];
            }
        }
    }
}

static gboolean maximal(const Space *space, guint64 index)
{
    for (guint i = 0; i < space->size; i++) {
        if ((index >> i & 1) == 0 && space->above[index | (guint64) 1 << i]) {
            return FALSE;
        }
    }
    return space->is_valid[index] != 0;
}

static gint larger_first(gconstpointer a, gconstpointer b)
{
    MigCapSet x = *(const MigCapSet *) a, y = *(const MigCapSet *) b;
    gint by_size = __builtin_popcount(y) - __builtin_popcount(x);

    return by_size != 0 ? by_size : x < y ? -1 : x > y;
}

static void print_human(const SimOptionsCall *call, const Space *space, const GArray *sets)
{
    MigCapSet common = mig_profile_caps(space->profile);

    fprintf(call->out, "%s: %" G_GUINT64_FORMAT " of %" G_GUINT64_FORMAT " sets of %u capabilities are valid.\n",
            mig_profile_name(space->profile), space->valid, space->total, space->size);
    for (guint i = 0; i < sets->len; i++) {
        common &= g_array_index(sets, MigCapSet, i);
    }
    if (sets->len > 1 && common != 0) {
        g_autofree char *text = mig_caps_to_string(space->profile, common);

        fprintf(call->out, "\nIn every maximal set: %s\n", text);
    }
    fprintf(call->out, "\nMaximal sets (%u), without those:\n", sets->len);
    for (guint i = 0; i < sets->len; i++) {
        MigCapSet set = g_array_index(sets, MigCapSet, i);
        g_autofree char *text = mig_caps_to_string(space->profile, sets->len > 1 ? set & ~common : set);

        fprintf(call->out, "  %2d  %s\n", __builtin_popcount(set), text);
    }
}

static void print_json(const SimOptionsCall *call, const Space *space, const GArray *sets)
{
    json_t *list = json_array();

    for (guint i = 0; i < sets->len; i++) {
        json_array_append_new(list, sim_options_caps_json(space->profile, g_array_index(sets, MigCapSet, i)));
    }
    sim_options_print_json(call, json_pack("{s:s, s:s, s:I, s:I, s:o}", "profile", mig_profile_name(space->profile), "changes",
                                           mig_profile_changes(space->profile), "sets", (json_int_t) space->total, "valid",
                                           (json_int_t) space->valid, "maximal", list));
}

int sim_options_enumerate(const SimOptionsCall *call)
{
    g_autoptr(MigProfile) profile = sim_options_profile(call, call->arguments[0]);
    g_autoptr(GArray) sets = g_array_new(FALSE, FALSE, sizeof(MigCapSet));
    Space space = { .profile = profile };

    if (profile == NULL) {
        return SIM_EXIT_USAGE;
    }
    for (int i = 0; i < MIG_CAP_COUNT; i++) {
        if (mig_profile_caps(profile) & MIG_CAP_BIT(i)) {
            space.cap[space.size++] = (MigCap) i;
        }
    }
    space.total = (guint64) 1 << space.size;
    space.is_valid = g_malloc0(space.total);
    space.above = g_malloc0(space.total);
    fill(&space);
    for (guint64 index = 0; index < space.total; index++) {
        if (maximal(&space, index)) {
            MigCapSet set = unpack(&space, (guint32) index);

            g_array_append_val(sets, set);
        }
    }
    g_free(space.is_valid);
    g_free(space.above);
    g_array_sort(sets, larger_first);
    if (call->json) {
        print_json(call, &space, sets);
    } else {
        print_human(call, &space, sets);
    }
    return SIM_EXIT_CLEAN;
}
