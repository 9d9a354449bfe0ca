/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "reference/options/gate_transport.h"

#include "reference/options/options_private.h"

static gboolean refuse(const MigOptions *options, MigRule rule, GError **error)
{
    return mig_rule_fail(options->profile, rule, error, NULL);
}

static gboolean is_socket(MigAddressKind kind)
{
    return kind == MIG_ADDRESS_INET || kind == MIG_ADDRESS_UNIX || kind == MIG_ADDRESS_VSOCK;
}

static gboolean carries_several(const MigOptions *options, MigAddressKind kind)
{
    if (options->profile->release <= R(8, 2)) {
        /* Only kinds of sockets are told apart, and a descriptor is one. */
        return kind != MIG_ADDRESS_FD;
    }
    return is_socket(kind) || (kind == MIG_ADDRESS_FILE && mig_options_has(options, MIG_CAP_MAPPED_RAM));
}

static gboolean check_rdma(const MigOptions *options, GError **error)
{
    static const struct { MigCap cap; const char *feature; } conflicts[] = {
        { MIG_CAP_XBZRLE, "XBZRLE" }, { MIG_CAP_MULTIFD, "multifd" }, { MIG_CAP_POSTCOPY_RAM, "postcopy-ram" },
    };

    for (gsize i = 0; i < G_N_ELEMENTS(conflicts); i++) {
        if (mig_options_has(options, conflicts[i].cap)) {
            return mig_rule_fail(options->profile, MIG_RULE_MIG_RDMA_CAPS, error, "feature", conflicts[i].feature, NULL);
        }
    }
    return TRUE;
}

gboolean mig_gate_transport(const MigOptions *options, const MigAddress *address, GError **error)
{
    MigRelease release = options->profile->release;
    gboolean file = address->kind == MIG_ADDRESS_FILE;

    if (mig_options_has(options, MIG_CAP_MAPPED_RAM) && !file) {
        return refuse(options, MIG_RULE_MIG_SEEKABLE, error);
    }
    if (mig_options_multi_channel(options) && !carries_several(options, address->kind)) {
        return refuse(options, MIG_RULE_MIG_MULTI_CHANNEL, error);
    }
    if (mig_options_direct_io(options) && !file) {
        return refuse(options, MIG_RULE_MIG_EXTRA_FDS, error);
    }
    if (release >= R(10, 0) && mig_options_number(options, MIG_PARAM_MODE) == MIG_MODE_CPR_TRANSFER && file) {
        return refuse(options, MIG_RULE_MIG_STREAMABLE, error);
    }
    return release < R(10, 1) || address->kind != MIG_ADDRESS_RDMA || check_rdma(options, error);
}

gboolean mig_gate_transport_text(const MigOptions *options, const char *uri, GError **error)
{
    MigRelease release = options->profile->release;

    if (release < R(8, 0) || release > R(8, 1) || !mig_options_multi_channel(options)) {
        return TRUE;
    }
    return g_str_has_prefix(uri, "tcp:") || g_str_has_prefix(uri, "unix:") || g_str_has_prefix(uri, "vsock:")
        || refuse(options, MIG_RULE_MIG_MULTI_CHANNEL, error);
}
