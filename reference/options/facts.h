/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What the options layer asks of everything else: the build, the host, and the state of the machine (spec/options.md
 * 6.3 to 6.5). Build and host belong to the profile (mig_profile_facts(), changed by mig_profile_with()); the state is
 * filled by whoever owns the machine, through MigOptionsHost.
 */
#ifndef MIG_OPTIONS_FACTS_H
#define MIG_OPTIONS_FACTS_H

#include <glib.h>

#include "reference/options/status.h"

/* A set of these is a MigFactSet. The rules see facts as bits only, so that one check allocates nothing. */
typedef enum {
    /* The build. */
    MIG_FACT_LINUX = 1u << 0,               /* built for Linux */
    MIG_FACT_REPLICATION = 1u << 1,         /* replication compiled in {3.1-} */
    MIG_FACT_BLOCK = 1u << 2,               /* live block migration compiled in {2.10-9.0} */
    MIG_FACT_COLO = 1u << 3,                /* COLO compiled in {2.8-2.9} */
    MIG_FACT_DIRECT_IO = 1u << 4,           /* O_DIRECT {9.1-} */
    /* The host. */
    MIG_FACT_HOST_POSTCOPY = 1u << 5,       /* userfaultfd usable */
    MIG_FACT_WRITE_TRACKING = 1u << 6,      /* userfaultfd with write protection */
    MIG_FACT_MEMORY_TRACKING = 1u << 7,     /* all guest RAM can be write-tracked; true without RAM */
    MIG_FACT_DIRTY_RING = 1u << 8,          /* KVM with dirty-ring-size not 0 */
    /* The state. */
    MIG_FACT_INMIGRATE = 1u << 9,           /* run state inmigrate */
    MIG_FACT_POSTMIGRATE = 1u << 10,        /* run state postmigrate */
    MIG_FACT_INCOMING_SOCKET = 1u << 11,    /* the incoming side holds a tcp, unix or vsock transport {8.1-} */
    MIG_FACT_MULTI_CHANNEL = 1u << 12,      /* last migrate or incoming start was tcp, unix, vsock, or none yet {6.2-7.2} */
    MIG_FACT_RDMA = 1u << 13,               /* RDMA listener or connection since the last outgoing start {10.1-} */
    MIG_FACT_BUSY_CAPS = 1u << 14,          /* outgoing status refuses migrate-set-capabilities; see mig_status_busy() */
    MIG_FACT_BUSY_MIGRATE = 1u << 15,       /* outgoing status refuses migrate */
} MigFact;

typedef guint32 MigFactSet;

#define MIG_FACTS_OF_PROFILE (MIG_FACT_LINUX | MIG_FACT_REPLICATION | MIG_FACT_BLOCK | MIG_FACT_COLO | MIG_FACT_DIRECT_IO \
                              | MIG_FACT_HOST_POSTCOPY | MIG_FACT_WRITE_TRACKING | MIG_FACT_MEMORY_TRACKING | MIG_FACT_DIRTY_RING)

/* The state of the machine at this moment. All strings borrowed; valid until the machine changes. */
typedef struct {
    MigStatus status;                  /* of the outgoing side */
    MigStatus incoming_status;         /* of the incoming side */
    gboolean inmigrate;                /* run state inmigrate */
    gboolean postmigrate;              /* run state postmigrate */
    gboolean incoming_socket;          /* incoming side listens or is connected over tcp, unix or vsock */
    gboolean incoming_deferred;        /* started with -incoming defer */
    gboolean incoming_started;         /* an incoming side was started with success before, by command or by -incoming URI */
    gboolean outgoing_stream;          /* an outgoing stream is open: bandwidth changes act at once */
    gboolean colo;                     /* in COLO mode */
    gboolean single_channel;           /* the last migrate or incoming start used neither tcp nor unix nor vsock {6.2-7.2} */
    gboolean rdma;                     /* an RDMA listener or connection since the last outgoing start {10.1-} */
    gboolean hwpoison;                 /* guest memory hit by a hardware memory error {9.0-} */
    gboolean memory_untracked;         /* some guest RAM cannot be write-tracked */
    guint64 ram_bytes;                 /* total guest RAM; migrate-set-cache-size {2.4-2.10} compares with it */
    const char *nonmigratable_device;  /* name of a device that cannot be migrated, or NULL */
    const char *blocker;               /* text of a registered blocker that counts for the current mode, or NULL */
} MigFacts;

/* The rest of the engine as the options layer sees it. Every member may be NULL. */
typedef struct {
    gpointer opaque;
    /* Fills *ret, which is all zero (status none, nothing started) when called. */
    void (*get_facts)(gpointer opaque, MigFacts *ret);
    /* A line that QEMU prints to stderr, without program name and newline. */
    void (*message)(gpointer opaque, const char *text);
    /* A parameter was stored and has an effect at once (spec 3.3): MIG_PARAM_MAX_BANDWIDTH,
     * MIG_PARAM_MAX_POSTCOPY_BANDWIDTH, MIG_PARAM_X_CHECKPOINT_DELAY, MIG_PARAM_XBZRLE_CACHE_SIZE (old command only).
     * `param` is a MigParam. */
    void (*changed)(gpointer opaque, int param);
} MigOptionsHost;

#endif
