/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * How streams are named on the command line of every `miglab stream …`: [CHANNEL=]FILE…, or a capture (a .json file that names
 * its channel files and says what the bytes do not say). Files may be pipes, .xz (also inside a capture), or larger than
 * memory: everything is read through a mapping, what cannot be mapped is first written to an unlinked temporary file.
 */
#ifndef SIM_STREAM_SOURCE_H
#define SIM_STREAM_SOURCE_H

#include <glib.h>

#define SIM_STREAM_SOURCE_ERROR (sim_stream_source_error_quark())
GQuark sim_stream_source_error_quark(void);
typedef enum {
    SIM_STREAM_SOURCE_ERROR_USAGE = 0,
    SIM_STREAM_SOURCE_ERROR_FILE,
    SIM_STREAM_SOURCE_ERROR_CAPTURE,
    SIM_STREAM_SOURCE_ERROR_NO_STREAM
} SimStreamSourceError;

/* What the bytes do not say. Each is an option and a member of a capture's `opts`. */
typedef struct {
    guint page_size;              /* 0: found by looking, else 4096 */
    GPtrArray *huge_blocks;       /* names (owned) of blocks with a page size field: checked against what was seen */
    gboolean has_offset;
    guint64 offset;               /* the stream begins at this byte of main's file */
    gboolean without_configuration, without_footer, without_description;
    GPtrArray *device_names;      /* owned names and, at the same index, sizes */
    GArray *device_sizes;         /* guint64 */
    gboolean colo;
    gboolean partial;             /* the stream was cut on purpose (`truncated`) */
    char *profile;                /* "qemu-7.2"; NULL: unknown */
    guint64 ram_max;              /* bytes of all blocks; 0: 1 TiB. Bounds what a tool maps and counts */
    char *description_from;       /* file of another stream of the same machine; NULL: none */
} SimStreamOptions;

typedef struct {
    char *name;                   /* "main", "multifd0" … */
    char *path;                   /* as given, for messages */
    const guint8 *data;
    gsize size;
    GBytes *bytes;                /* owns data */
} SimStreamChannel;

typedef struct {
    GPtrArray *channels;          /* SimStreamChannel, in the order main, main-2, rp, rp-2, preempt, multifd0 … */
    SimStreamOptions options;
    char *title;                  /* of a capture: VERSION-WHAT; else NULL */
    char *shows;                  /* of a capture: one sentence; else NULL */
} SimStreamSet;

void sim_stream_options_init(SimStreamOptions *options);
void sim_stream_options_done(SimStreamOptions *options);

/* The options above as entries of a GOptionContext; what they set is read by sim_stream_set_open(). They are process-wide, as
 * command lines are. */
const GOptionEntry *sim_stream_option_entries(void);

/* names: NULL-terminated. Everything is opened and checked (sha256 where given). Free with sim_stream_set_free(). */
SimStreamSet *sim_stream_set_open(char **names, GError **error);
void sim_stream_set_free(SimStreamSet *set);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SimStreamSet, sim_stream_set_free)

/* NULL: there is none. */
const SimStreamChannel *sim_stream_set_channel(const SimStreamSet *set, const char *name);

/* The bytes of a file, unpacked if it is .xz; "-" is the standard input. Free with g_bytes_unref(). */
GBytes *sim_stream_load(const char *path, GError **error);

/* Seven hundred and two for "qemu-7.2"; 0 for NULL or another form. */
int sim_stream_profile_release(const char *profile);

/* What bytes look like that are no stream: "an ELF file", "gzip data", "text" … Static. */
const char *sim_stream_looks_like(const guint8 *data, gsize size);

#endif
