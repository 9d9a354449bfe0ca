/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What `miglab stream …` is pointed at: [CHANNEL=]FILE… or a capture (the .json that names its channel files). Opens,
 * maps or unpacks the files, verifies their sums, and gathers what the bytes do not say.
 */
#ifndef SIM_STREAM_INPUT_H
#define SIM_STREAM_INPUT_H

#include <glib.h>

typedef struct {
    char *channel;              /* "main", "main-2", "rp", "rp-2", "preempt", "multifdN" */
    char *path;                 /* as given; for a capture beside its .json */
    const guint8 *data;         /* the whole channel, unpacked */
    gsize size;
    gboolean packed;            /* was .xz */
    GBytes *bytes;              /* keeps data */
} SimStreamFile;

typedef struct {
    char *name;
    guint64 size;
} SimDeviceSize;

/* What the bytes do not say: from options, and from `opts` of a capture. Zero everywhere: nothing was said. */
typedef struct {
    gint page_size;             /* bytes; 0: look */
    gboolean no_configuration, no_footer, no_description;
    gboolean colo;
    char *colo_rp;              /* "now": bare messages from the first byte; "rp": behind SHUT; NULL */
    gint64 base;                /* stream starts at this byte of main */
    gboolean truncated;         /* a capture known to be cut */
    char **huge_blocks;         /* names, NULL-terminated, or NULL */
    GArray *device_sizes;       /* of SimDeviceSize; NULL: none */
} SimStreamOpts;

typedef struct {
    GPtrArray *files;           /* SimStreamFile, main first */
    SimStreamOpts opts;
    gboolean is_capture;
    char *version, *what;       /* of a capture, else NULL */
} SimStreamInput;

#define SIM_STREAM_INPUT_ERROR (sim_stream_input_error_quark())
GQuark sim_stream_input_error_quark(void);
typedef enum {
    SIM_STREAM_INPUT_ERROR_USAGE,       /* channel named twice, unknown channel, … */
    SIM_STREAM_INPUT_ERROR_FILE,        /* cannot be read */
    SIM_STREAM_INPUT_ERROR_CAPTURE,     /* .json wrong, sum differs */
    SIM_STREAM_INPUT_ERROR_FOREIGN      /* no migration stream; says what it looks like instead */
} SimStreamInputError;

/* GOption entries for a SimStreamOpts: --page-size, --huge-page, --offset, --without, --device-size, --colo. Allocate with
 * sim_stream_options_new(), hand ->entries to g_option_context_add_main_entries(), and after parsing call
 * sim_stream_options_finish(), which fills ->opts. */
typedef struct {
    SimStreamOpts opts;
    GOptionEntry *entries;
    char **without, **device_size, **huge_page;
} SimStreamOptions;

SimStreamOptions *sim_stream_options_new(void);
gboolean sim_stream_options_finish(SimStreamOptions *options, GError **error);
void sim_stream_options_free(SimStreamOptions *options);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SimStreamOptions, sim_stream_options_free)

/* args: NULL-terminated list of [CHANNEL=]FILE or one CAPTURE.json. "-" is standard input. Options go before what a
 * capture says. All or nothing. */
SimStreamInput *sim_stream_input_open(char *const *args, const SimStreamOpts *said, GError **error);
void sim_stream_input_free(SimStreamInput *input);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SimStreamInput, sim_stream_input_free)

/* NULL if there is no such channel. */
const SimStreamFile *sim_stream_input_channel(const SimStreamInput *input, const char *channel);

/* Is this the beginning of a main channel (or of what its options make of it)? If not, what it looks like, static:
 * "a qcow2 image". */
gboolean sim_stream_is_main(const guint8 *data, gsize size, const char **ret_looks_like);

#endif
