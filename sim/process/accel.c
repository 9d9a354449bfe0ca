/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sim/process/accel.h"

#include "sim/process/child.h"
#include "sim/process/firmware.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* The guest fills this much and counts two ticks: 20 ms and the start of the process where KVM is what it should be. */
#define TRIAL_RAM_BYTES (G_GUINT64_CONSTANT(8) << 20)
#define TRIAL_NS (400 * G_GINT64_CONSTANT(1000000))

typedef struct {
    const char *accel, *remark;
} Choice;

static GHashTable *choices;           /* target name -> Choice; lives as long as the program */

static void on_end(SimChild *child, gpointer owner)
{
    (void) child;
    (void) owner;
}

static gboolean runs_well(const SimTarget *target, const char *accel)
{
    const SimMachine machine = { .ram_bytes = TRIAL_RAM_BYTES, .contents = SIM_CONTENTS_RANDOM };
    g_autoptr(SimKeeper) keeper = sim_keeper_new(NULL);
    g_autoptr(SimLoop) loop = sim_loop_new(1);
    g_autoptr(GBytes) image = sim_firmware_image(&machine, 1, 1, NULL);
    g_autofree char *bios = NULL, *ticks = NULL, *qmp = NULL;
    g_auto(GStrv) argv = NULL;
    SimChild *child;
    gboolean well = FALSE;

    if (keeper == NULL) {
        return FALSE;
    }
    bios = sim_keeper_path(keeper, "guest.bin");
    ticks = sim_keeper_path(keeper, "ticks");
    qmp = sim_keeper_path(keeper, "qmp");
    if (!g_file_set_contents(bios, g_bytes_get_data(image, NULL), (gssize) g_bytes_get_size(image), NULL)) {
        return FALSE;
    }
    argv = sim_target_command(target,
                              &(SimTargetValues){ .qmp = qmp, .ram = "8192K", .bios = bios, .ticks = ticks, .machine = target->machine,
                                                  .accel = accel, .dir = sim_keeper_dir(keeper) },
                              NULL);
    child = argv != NULL ? sim_child_new(keeper, loop, &(SimChildSetup){ .argv = argv }, on_end, NULL, NULL) : NULL;
    while (child != NULL && sim_child_running(child) && !well && sim_loop_now_ns(loop) < TRIAL_NS) {
        struct stat status;

        sim_loop_step(loop, sim_loop_now_ns(loop) + 5000000);
        well = stat(ticks, &status) == 0 && status.st_size >= 3;      /* "R.." */
    }
    sim_child_free(child);
    return well;
}

static const Choice *choose(const SimTarget *target)
{
    Choice *choice;
    const char *forced = g_getenv("MIGLAB_ACCEL");

    if (choices == NULL) {
        choices = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, g_free);
    }
    choice = g_hash_table_lookup(choices, target->name);
    if (choice != NULL) {
        return choice;
    }
    choice = g_new0(Choice, 1);
    g_hash_table_insert(choices, g_strdup(target->name), choice);
    choice->accel = "";
    if (target->accel == NULL || target->accel[0] == NULL) {
        return choice;
    }
    if (forced != NULL && forced[0] != '\0') {
        choice->accel = g_intern_string(forced);
        return choice;
    }
    for (char **accel = target->accel; *accel != NULL; accel++) {
        choice->accel = g_intern_string(*accel);
        /* The last one is taken anyway. */
        if (accel[1] == NULL || (strcmp(*accel, "kvm") == 0 && access("/dev/kvm", R_OK | W_OK) == 0 && runs_well(target, *accel)) ||
            (strcmp(*accel, "kvm") != 0 && runs_well(target, *accel))) {
            break;
        }
    }
    if (strcmp(choice->accel, target->accel[0]) != 0) {
        g_autofree char *text = g_strdup_printf("%s does not run the guest well here; %s is used", target->accel[0], choice->accel);

        choice->remark = g_intern_string(text);
        fprintf(stderr, "miglab: target %s: %s\n", target->name, text);
    }
    return choice;
}

const char *sim_accel_pick(const SimTarget *target)
{
    return choose(target)->accel;
}

const char *sim_accel_remark(const SimTarget *target)
{
    return choose(target)->remark;
}
