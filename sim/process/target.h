/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * How to start a real implementation: a target file (scenarios/targets/NAME.yaml), the path of a QEMU binary, or a
 * command template. Keys and placeholders: scenarios/targets/README.md.
 */
#ifndef SIM_PROCESS_TARGET_H
#define SIM_PROCESS_TARGET_H

#include <glib.h>

typedef struct {
    char *name;               /* "qemu-7.2", or the path or template as given */
    char *title;              /* one line for people; NULL: none */
    char *profile;            /* "qemu-7.2": what it is judged by; where not given, as the binary's
                               * --version says; NULL: not known */
    char *version;            /* how its version has to begin, "7.2."; NULL: any */
    char *binary;             /* absolute, or a name for PATH; NULL only for templates without {binary} */
    char *machine;            /* for -M */
    char *machine_versioned;  /* the machine type that a later release has, too; NULL: machine */
    char *cpu;                /* NULL: none given */
    char **accel;             /* tried in this order; NULL: the template does not care */
    char *command;            /* the template */
} SimTarget;

/* SIM_WORLD_ERROR_SKIP: the target is known but not here (its binary is missing); SIM_WORLD_ERROR_SETUP: no such target,
 * or its file is wrong (file:line:column: what is wrong, all errors, one a line). */
SimTarget *sim_target_find(const char *text, GError **error);
SimTarget *sim_target_load(const char *path, GError **error);       /* without looking whether the binary is there */
void sim_target_free(SimTarget *target);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SimTarget, sim_target_free)

/* The names of all target files, sorted; caller frees with g_strfreev(). Never NULL. */
char **sim_target_names(void);
/* The folder of target files; NULL when there is none. Caller frees. */
char *sim_target_folder(void);

/* What fills the placeholders; NULL or "": empty. */
typedef struct {
    const char *qmp;          /* path of the socket */
    const char *incoming;     /* "defer" or a URI */
    const char *ram;          /* as -m takes it */
    const char *bios;         /* path of the guest's image */
    const char *ticks;        /* path of the file for the debug port */
    const char *machine, *accel, *dir;
    const char *contents;     /* of RAM: "random", "zero", "text" */
    gboolean stopped;         /* -S */
    char **globals;           /* NULL-terminated or NULL */
} SimTargetValues;

/* The command line; caller frees with g_strfreev(). NULL: the template is wrong, or has no place for something that the
 * scenario asks for (SIM_WORLD_ERROR_SKIP). */
char **sim_target_command(const SimTarget *target, const SimTargetValues *values, GError **error);

#endif
