/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * fault: of a step: what breaks, where, when and for how long.
 */
#include "sim/scenario/load_private.h"

#include "sim/scenario/units.h"

static void fault_when(SimLoader *loader, SimNode value, SimFault *fault)
{
    const char *text = sim_node_text(loader->yaml, value, "when: now, in 300ms, byte 12345, or a moment of the stream");
    g_autoptr(GError) error = NULL;

    if (text == NULL || g_str_equal(text, "now")) {
        return;
    }
    if (g_str_has_prefix(text, "in ")) {
        const char *expected = sim_parse_duration(text + 3, &fault->at_ns);

        if (expected != NULL) {
            SIM_LOAD_PROBLEM(loader, value, "'%s', expected in and %s", text, expected);
        }
        return;
    }
    if (!sim_fault_set_moment(fault, text, &error)) {
        SIM_LOAD_PROBLEM(loader, value, "'%s' is no moment: %s", text, error->message);
        return;
    }
    if (fault->moment.what == ORA_MOMENT_BYTE && fault->moment.channel == ORA_CHANNEL_MAIN) {
        fault->at_offset = (gint64) fault->moment.value;
        fault->has_moment = FALSE;
    }
}

#define FAULT_KIND(name, kind_value) \
    static void fault_##name(SimLoader *loader, SimNode value, gpointer opaque) \
    { \
        SimStep *step = opaque; \
        if (step->fault != NULL) { \
            SIM_LOAD_PROBLEM(loader, value, "a second fault in one step, expected one"); \
            return; \
        } \
        step->fault = sim_fault_new(kind_value); \
        fault_when(loader, value, step->fault); \
    }

FAULT_KIND(cut, SIM_FAULT_CUT)
FAULT_KIND(reset, SIM_FAULT_RESET)
FAULT_KIND(half_close, SIM_FAULT_HALF_CLOSE)
FAULT_KIND(stall, SIM_FAULT_STALL)
FAULT_KIND(truncate, SIM_FAULT_TRUNCATE)
FAULT_KIND(corrupt, SIM_FAULT_CORRUPT)
FAULT_KIND(delay, SIM_FAULT_DELAY)

/* The kind comes first in the mapping; the others need it. */
static SimFault *fault_of(SimLoader *loader, SimNode value, gpointer opaque)
{
    SimStep *step = opaque;

    if (step->fault == NULL) {
        SIM_LOAD_PROBLEM(loader, value, "no fault yet, expected cut:, reset:, half-close:, stall:, truncate:, corrupt: or delay: in front of this key");
    }
    return step->fault;
}

static void fault_direction(SimLoader *loader, SimNode value, gpointer opaque)
{
    static const char *const names[] = { "to destination", "to source", "both" };
    SimFault *fault = fault_of(loader, value, opaque);
    guint direction;

    if (fault != NULL && sim_load_choice(loader, value, names, G_N_ELEMENTS(names), &direction)) {
        fault->direction = (SimDirection) (direction + 1);
    }
}

static void fault_for(SimLoader *loader, SimNode value, gpointer opaque)
{
    SimFault *fault = fault_of(loader, value, opaque);

    if (fault != NULL) {
        (void) sim_load_duration(loader, value, &fault->for_ns);
    }
}

static void fault_size(SimLoader *loader, SimNode value, gpointer opaque)
{
    SimFault *fault = fault_of(loader, value, opaque);

    if (fault != NULL && sim_load_size(loader, value, &fault->size_bytes) && fault->size_bytes == 0) {
        SIM_LOAD_PROBLEM(loader, value, "no bytes, expected at least one");
    }
}

static void fault_mask(SimLoader *loader, SimNode value, gpointer opaque)
{
    SimFault *fault = fault_of(loader, value, opaque);
    const char *text = sim_node_text(loader->yaml, value, "a mask as 0xff");
    char *end = NULL;
    guint64 mask = text != NULL ? g_ascii_strtoull(text, &end, 0) : 0;

    if (text != NULL && (end == text || *end != '\0' || mask == 0 || mask > 255)) {
        SIM_LOAD_PROBLEM(loader, value, "'%s', expected a mask from 0x01 to 0xff", text);
    } else if (fault != NULL && text != NULL) {
        fault->mask = (guint8) mask;
    }
}

static void fault_connection(SimLoader *loader, SimNode value, gpointer opaque)
{
    SimFault *fault = fault_of(loader, value, opaque);
    const char *text = sim_node_text(loader->yaml, value, "the number of a connection");
    guint64 number;

    if (text != NULL && !g_ascii_string_to_unsigned(text, 10, 0, 10000, &number, NULL)) {
        SIM_LOAD_PROBLEM(loader, value, "'%s', expected the number of a connection from 0", text);
    } else if (fault != NULL && text != NULL) {
        fault->connection = (gint) number;
    }
}

void sim_load_fault(SimLoader *loader, SimNode value, gpointer opaque)
{
    static const SimLoadKey keys[] = {
        { "cut", fault_cut }, { "reset", fault_reset }, { "half-close", fault_half_close }, { "stall", fault_stall },
        { "truncate", fault_truncate }, { "corrupt", fault_corrupt }, { "delay", fault_delay }, { "direction", fault_direction },
        { "for", fault_for }, { "by", fault_for }, { "bytes", fault_size }, { "mask", fault_mask }, { "connection", fault_connection },
    };
    SimStep *step = opaque;

    step->kind = SIM_STEP_FAULT;
    if (sim_node_is_scalar(value)) {
        const char *text = sim_node_text(loader->yaml, value, "a fault");
        SimFaultKind kind;

        if (sim_fault_kind_parse(text, &kind)) {
            step->fault = sim_fault_new(kind);
        } else {
            SIM_LOAD_PROBLEM(loader, value, "'%s', expected cut, reset, half-close, stall, truncate, corrupt or delay", text);
        }
        return;
    }
    SIM_LOAD_KEYS(loader, value, keys, "fault", step);
    if (step->fault == NULL) {
        SIM_LOAD_PROBLEM(loader, value, "no fault, expected cut:, reset:, half-close:, stall:, truncate:, corrupt: or delay:");
        return;
    }
    if (step->fault->kind == SIM_FAULT_DELAY && step->fault->for_ns == 0) {
        SIM_LOAD_PROBLEM(loader, value, "a delay without its length, expected by: 50ms");
    }
}
