/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sim/world.h"

G_DEFINE_QUARK(sim-world-error, sim_world_error)

const char *sim_side_name(SimSide side)
{
    return side == SIM_SOURCE ? "source" : "destination";
}

void sim_item_clear(SimItem *item)
{
    json_decref(item->data);
    item->data = NULL;
}
