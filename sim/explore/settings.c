/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Options: lists of capabilities and parameters, most of them wrong in some way, with a query behind each. The judge knows what a
 * release answers.
 */
#include "reference/options/capability.h"
#include "reference/options/enum.h"
#include "reference/options/parameter.h"
#include "sim/explore/draw.h"

/* Those that a migration over the link does not mind. */
static const char *const harmless[] = { "xbzrle", "auto-converge", "late-block-activate", "validate-uuid", "release-ram" };

static char *capabilities(SimDraw *g, gboolean any_of_them)
{
    GString *list = g_string_new("{ migrate-set-capabilities: { capabilities: [ ");

    for (guint i = 0, n = 1 + sim_draw(g, 4); i < n; i++) {
        const char *name = NULL;

        while (name == NULL) {
            MigCap cap;

            if (any_of_them) {
                cap = (MigCap) sim_draw(g, MIG_CAP_COUNT);
                /* Without events the runner sees less. */
                name = cap != MIG_CAP_EVENTS ? mig_cap_name(g->profile, cap) : NULL;
            } else {
                name = harmless[sim_draw(g, G_N_ELEMENTS(harmless))];
                name = mig_cap_find(g->profile, name, &cap) ? name : NULL;
            }
        }
        g_string_append_printf(list, "%s{ capability: %s, state: %s }", i > 0 ? ", " : "", name, sim_draw_one_in(g, 3) ? "false" : "true");
    }
    g_string_append(list, " ] } }");
    return g_string_free(list, FALSE);
}

static void put_value(SimDraw *g, GString *text, MigParam param)
{
    static const char *const numbers[] = {
        "0", "1", "2", "9", "10", "20", "64", "99", "100", "101", "255", "256", "257", "300", "1000", "2000", "2001", "4096", "65535", "65536",
        "2000000", "2000001", "4294967295", "4294967296", "4294967297", "9223372036854775807", "-1",
    };
    static const char *const words[] = { "none", "zlib", "zstd", "normal", "legacy", "multifd", "cpr-reboot", "nonsense" };

    switch (mig_param_input_type(g->profile, param)) {
    case MIG_TYPE_BOOL:
        g_string_append(text, sim_draw_one_in(g, 2) ? "true" : "false");
        break;
    case MIG_TYPE_STRING:
    case MIG_TYPE_STR_OR_NULL:
        g_string_append(text, SIM_DRAW_PICK(g, "\"\"", "\"some\"", "\"other\""));
        break;
    case MIG_TYPE_COMPRESSION:
    case MIG_TYPE_MODE:
    case MIG_TYPE_ZERO_PAGE:
        g_string_append(text, words[sim_draw(g, G_N_ELEMENTS(words))]);
        break;
    default:
        /* The small ones are good values of most. */
        g_string_append(text, sim_draw_one_in(g, 24) ? "\"text\"" : sim_draw_one_in(g, 2) ? numbers[sim_draw(g, 8)] : numbers[sim_draw(g, G_N_ELEMENTS(numbers))]);
    }
}

static gboolean is_plain(const SimDraw *g, MigParam param)
{
    MigType type;

    if (mig_param_name(g->profile, param) == NULL || !mig_param_settable(g->profile, param)) {
        return FALSE;
    }
    type = mig_param_input_type(g->profile, param);
    return type != MIG_TYPE_MAPPING && type != MIG_TYPE_STRINGS;
}

static char *parameters(SimDraw *g)
{
    GString *text = g_string_new("{ migrate-set-parameters: { ");
    guint64 named = 0;

    for (guint i = 0, n = 1 + sim_draw(g, 3); i < n; i++) {
        MigParam param = (MigParam) sim_draw(g, MIG_PARAM_COUNT);

        while (!is_plain(g, param)) {
            param = (MigParam) sim_draw(g, MIG_PARAM_COUNT);
        }
        if (named >> param & 1) {
            continue;
        }
        named |= G_GUINT64_CONSTANT(1) << param;
        g_string_append_printf(text, "%s%s: ", i > 0 ? ", " : "", mig_param_name(g->profile, param));
        put_value(g, text, param);
    }
    g_string_append(text, " } }");
    return g_string_free(text, FALSE);
}

static void settings(SimDraw *g, guint count, gboolean any_of_them)
{
    for (guint i = 0; i < count; i++) {
        const char *side = sim_draw_one_in(g, 3) ? "destination" : "source";
        gboolean caps = any_of_them ? sim_draw_one_in(g, 2) : !sim_draw_one_in(g, 4);
        g_autofree char *command = caps || !any_of_them ? capabilities(g, any_of_them) : parameters(g);

        sim_draw_any(g, side, command, NULL);
        sim_draw_any(g, side, caps ? "query-migrate-capabilities" : "query-migrate-parameters", NULL);
        if (sim_draw_one_in(g, 4)) {
            sim_draw_any(g, side, "query-migrate-parameters", NULL);
        }
    }
}

void sim_draw_settings(SimDraw *g)
{
    gboolean any_of_them = !sim_draw_one_in(g, 3) && g->release >= 208;

    sim_draw_line(g, "guest: { ram: 2M, workload: { writes: 1000 pages/s, over: 50%% of ram, from: 0 } }");
    sim_draw_line(g, "link: { bandwidth: 100Mbit/s, latency: 1ms }");
    sim_draw_line(g, "steps:");
    settings(g, 8 + sim_draw(g, 24), any_of_them);
    if (any_of_them) {
        g->ignore_memory = TRUE;
        if (g->release >= 210 && g->release < 901 && sim_draw_one_in(g, 2)) {
            /* blk is a capability in disguise, and taken back. */
            sim_draw_any(g, "source", "query-migrate-capabilities", NULL);
            sim_draw_any(g, "source", "{ migrate: { uri: \"nonsense:1\", blk: true } }", NULL);
            sim_draw_line(g, "  - after:  10ms");
            sim_draw_any(g, "source", "query-migrate-capabilities", NULL);
        }
        return;
    }
    g->ignore_memory = TRUE;
    sim_draw_any(g, "source", "{ migrate: { uri: \"{link}\" } }", NULL);
    settings(g, 1 + sim_draw(g, 6), FALSE);
    sim_draw_line(g, "  - wait:   { source: [completed, failed], within: 60s }");
    sim_draw_line(g, "    if: { source: [setup, active, device] }");
    settings(g, sim_draw(g, 4), FALSE);
}
