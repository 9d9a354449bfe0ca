/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sim/process/firmware.h"

#include <string.h>

#define PAGE_SIZE_GUEST 4096u
#define FILL_BEGIN (1024u * 1024)              /* below are the variables, the stack and the PC's holes */
#define RAM_MAX (G_GUINT64_CONSTANT(2) << 30)  /* no paging, and a q35 keeps at least 2 GiB below its hole */
#define PIT_HZ 1193182u

__asm__(".pushsection .rodata\n"
        ".global miglab_guest_image_begin, miglab_guest_image_end\n"
        "miglab_guest_image_begin: .incbin \"" MIGLAB_GUEST_IMAGE "\"\n"
        "miglab_guest_image_end: .byte 0\n"
        ".popsection\n");
extern const guint8 miglab_guest_image_begin[], miglab_guest_image_end[];

/* The block of parameters in guest.S, in its order; little endian. */
typedef struct {
    guint32 seed, contents, fill_begin, fill_end, range_begin, range_pages, pages_per_tick, pattern, hot_pages, hot_share,
        burst_on, burst_period, write_words, timer_divisor;
} Parameters;

static const char magic[] = "MIGLABG1";   /* in the image without the NUL */
enum { MAGIC_SIZE = sizeof magic - 1 };

enum { PATTERN_UNIFORM = 0, PATTERN_SEQUENTIAL, PATTERN_HOT };

static guint32 contents_code(SimContents contents)
{
    switch (contents) {
    case SIM_CONTENTS_ZERO:
        return 0;
    case SIM_CONTENTS_RANDOM:
        return 1;
    case SIM_CONTENTS_TEXT:
        return 2;
    }
    g_assert_not_reached();
}

static gboolean set_workload(Parameters *parameters, const SimMachine *machine, GError **error)
{
    const SimWorkload *workload = &machine->workload;
    guint64 per_tick;

    if (workload->kind == SIM_WORKLOAD_IDLE || workload->writes_per_second == 0) {
        return TRUE;
    }
    if (workload->start_bytes < FILL_BEGIN || workload->start_bytes > machine->ram_bytes ||
        workload->size_bytes > machine->ram_bytes - workload->start_bytes || workload->size_bytes < PAGE_SIZE_GUEST) {
        g_set_error(error, SIM_WORLD_ERROR, SIM_WORLD_ERROR_SETUP,
                    "the workload writes to %" G_GUINT64_FORMAT " bytes from %" G_GUINT64_FORMAT
                    ", the guest can write from 1 MiB to the end of its RAM",
                    workload->size_bytes, workload->start_bytes);
        return FALSE;
    }
    per_tick = workload->writes_per_second * 256 / SIM_FIRMWARE_TICKS_PER_SECOND;
    parameters->range_begin = (guint32) workload->start_bytes & ~(PAGE_SIZE_GUEST - 1);
    parameters->range_pages = (guint32) (workload->size_bytes / PAGE_SIZE_GUEST);
    switch (workload->kind) {
    case SIM_WORKLOAD_IDLE:
    case SIM_WORKLOAD_UNIFORM:
    case SIM_WORKLOAD_ZEROING: /* this guest clears nothing */
        parameters->pattern = PATTERN_UNIFORM;
        break;
    case SIM_WORKLOAD_SEQUENTIAL:
        parameters->pattern = PATTERN_SEQUENTIAL;
        break;
    case SIM_WORKLOAD_HOT:
        parameters->pattern = PATTERN_HOT;
        parameters->hot_pages = MAX(1, parameters->range_pages / 10);
        parameters->hot_share = 230;           /* of 256: nine of ten */
        break;
    case SIM_WORKLOAD_BURSTS:
        parameters->pattern = PATTERN_UNIFORM;
        parameters->burst_period = SIM_FIRMWARE_TICKS_PER_SECOND;
        parameters->burst_on = SIM_FIRMWARE_TICKS_PER_SECOND / 5;
        per_tick *= 5;
        break;
    }
    parameters->pages_per_tick = (guint32) MIN(per_tick, G_GUINT64_CONSTANT(0x7fffffff));
    return TRUE;
}

GBytes *sim_firmware_image(const SimMachine *machine, guint64 seed, guint time_scale, GError **error)
{
    gsize size = (gsize) (miglab_guest_image_end - miglab_guest_image_begin);
    g_autofree guint8 *image = g_memdup2(miglab_guest_image_begin, size);
    Parameters parameters = { 0 };
    guint8 *place = memmem(image, size, magic, MAGIC_SIZE);
    guint32 words[sizeof(Parameters) / sizeof(guint32)];

    G_STATIC_ASSERT(sizeof(Parameters) == 14 * sizeof(guint32));
    g_assert(size == 65536 && place != NULL);
    if (machine->ram_bytes < 2 * FILL_BEGIN || machine->ram_bytes > RAM_MAX) {
        g_set_error(error, SIM_WORLD_ERROR, SIM_WORLD_ERROR_SETUP, "the guest of real targets needs 2 MiB to 2 GiB of RAM");
        return NULL;
    }
    parameters.seed = (guint32) (seed ^ seed >> 32);
    parameters.contents = contents_code(machine->contents);
    parameters.fill_begin = FILL_BEGIN;
    parameters.fill_end = (guint32) machine->ram_bytes & ~(PAGE_SIZE_GUEST - 1);
    parameters.write_words = 1;
    parameters.timer_divisor = PIT_HZ / SIM_FIRMWARE_TICKS_PER_SECOND / MAX(1, time_scale);
    if (!set_workload(&parameters, machine, error)) {
        return NULL;
    }
    memcpy(words, &parameters, sizeof(words));
    for (gsize i = 0; i < G_N_ELEMENTS(words); i++) {
        words[i] = GUINT32_TO_LE(words[i]);
    }
    memcpy(place + MAGIC_SIZE, words, sizeof(words));
    return g_bytes_new_take(g_steal_pointer(&image), size);
}
