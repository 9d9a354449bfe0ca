/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * `migrate-incoming`, an -incoming URI, and `migrate-recover` (spec/options.md 11.5, 12).
 */
#include <string.h>

#include "reference/options/gate.h"
#include "reference/options/gate_transport.h"
#include "reference/options/options_private.h"

static gboolean refuse(const MigOptions *options, MigRule rule, GError **error)
{
    return mig_rule_fail(options->profile, rule, error, NULL);
}

/* May it start at all? Up to 5.2 the only tests are "deferred" and "once"; the latter did not return at first. */
static gboolean check_start(const MigOptions *options, const MigFacts *facts, gboolean *ret_continues, GError **error)
{
    MigRelease release = options->profile->release;

    if (release <= R(5, 2)) {
        if (!facts->incoming_deferred) {
            return refuse(options, MIG_RULE_INC_NOT_DEFERRED, error);
        }
        if (facts->incoming_started) {
            *ret_continues = release <= R(4, 2);
            return refuse(options, MIG_RULE_INC_STARTED, error);
        }
        return TRUE;
    }
    if (facts->incoming_started) {
        return refuse(options, MIG_RULE_INC_STARTED, error);
    }
    return facts->inmigrate || refuse(options, MIG_RULE_INC_ROLE, error);
}

static gboolean from_channels(const MigOptions *options, const MigValue *channels, MigAddress *ret_address, GError **error)
{
    const MigProfile *profile = options->profile;
    const MigValue *channel = mig_value_list_get(channels, 0), *type = mig_value_dict_get(channel, "channel-type");

    if (mig_value_list_length(channels) > 1) {
        return refuse(options, MIG_RULE_INC_CHANNELS_MANY, error);
    }
    if (profile->release >= R(11, 0) && strcmp(mig_value_get_string(type), "main") != 0) {
        g_set_error_literal(error, MIG_DIES, MIG_DIES_SEGV, "");
        return FALSE;
    }
    return mig_address_from_channel(profile, mig_value_dict_get(channel, "addr"), ret_address, error);
}

static gboolean read_address(const MigOptions *options, const MigIncomingArguments *arguments, MigAddress *ret_address,
                             GError **error)
{
    MigRelease release = options->profile->release;
    gboolean channels = arguments->channels != NULL && mig_value_list_length(arguments->channels) > 0;

    if (release == R(8, 2)) {
        if (arguments->uri != NULL && arguments->channels != NULL) {
            return refuse(options, MIG_RULE_INC_URI_AND_CHANNELS, error);
        }
        if (arguments->uri == NULL && !channels) {
            return refuse(options, MIG_RULE_INC_NEITHER, error);
        }
    } else if (release >= R(9, 0) && (arguments->uri != NULL) == channels) {
        return refuse(options, MIG_RULE_INC_URI_OR_CHANNELS, error);
    }
    return channels ? from_channels(options, arguments->channels, ret_address, error)
                    : mig_address_parse(options->profile, arguments->uri, TRUE, ret_address, error);
}

/* {8.2-10.0} What RDMA cannot receive; later releases ask with the other needs of a transport. */
static gboolean check_rdma(const MigOptions *options, GError **error)
{
    MigRelease release = options->profile->release;

    if (release <= R(9, 0) && mig_options_has(options, MIG_CAP_COMPRESS)) {
        return refuse(options, MIG_RULE_INC_RDMA_COMPRESS, error);
    }
    if (mig_options_has(options, MIG_CAP_XBZRLE)) {
        return refuse(options, MIG_RULE_INC_RDMA_XBZRLE, error);
    }
    return !mig_options_has(options, MIG_CAP_MULTIFD) || refuse(options, MIG_RULE_INC_RDMA_MULTIFD, error);
}

/* Everything behind the parsing {8.2-}. */
static gboolean check_address(const MigOptions *options, const MigFacts *facts, const MigAddress *address, GError **error)
{
    const MigProfile *profile = options->profile;

    if (!mig_gate_transport(options, address, error)) {
        return FALSE;
    }
    if (profile->release >= R(9, 1) && facts->incoming_status != MIG_STATUS_NONE
        && facts->incoming_status != MIG_STATUS_POSTCOPY_PAUSED) {
        return mig_rule_fail(profile, MIG_RULE_INC_STATE, error, "state", mig_status_name(facts->incoming_status), NULL);
    }
    return address->kind != MIG_ADDRESS_RDMA || profile->release > R(10, 0) || check_rdma(options, error);
}

/* There is no monitor yet that could hold a named descriptor: only numbers. */
static gboolean check_descriptor(const MigOptions *options, const MigAddress *address, GError **error)
{
    gboolean number = address->kind != MIG_ADDRESS_FD
                   || (*address->path != '\0' && strspn(address->path, "0123456789") == strlen(address->path));

    return number || mig_gate_fd_missing(options, address->path, TRUE, error);
}

static gboolean start(const MigOptions *options, const MigIncomingArguments *arguments, const MigFacts *facts,
                      gboolean from_start, MigAddress *ret_address, gboolean *ret_defer, GError **error)
{
    const MigProfile *profile = options->profile;
    MigAddress address = { .kind = MIG_ADDRESS_INET };

    if (arguments->uri != NULL && strcmp(arguments->uri, "defer") == 0) {
        if (from_start) {
            *ret_defer = TRUE;
            return TRUE;
        }
        if (profile->release <= R(5, 2)) {
            return refuse(options, MIG_RULE_INC_DEFER_AGAIN, error);
        }
    }
    if (from_start && profile->release <= R(8, 1) && arguments->uri != NULL && strcmp(arguments->uri, "fd:") == 0) {
        return mig_gate_fd_missing(options, "", TRUE, error);
    }
    if (profile->release <= R(8, 1)) {
        return mig_gate_transport_text(options, arguments->uri, error)
            && mig_address_parse(profile, arguments->uri, TRUE, ret_address, error);
    }
    if (!read_address(options, arguments, &address, error)) {
        return FALSE;
    }
    if (!check_address(options, facts, &address, error)) {
        mig_address_clear(&address);
        return FALSE;
    }
    *ret_address = address;
    return TRUE;
}

gboolean mig_gate_incoming(MigOptions *options, const MigIncomingArguments *arguments, gboolean from_start,
                           MigAddress *ret_address, gboolean *ret_defer, gboolean *ret_continues, GError **error)
{
    MigFacts facts;

    *ret_defer = *ret_continues = FALSE;
    mig_options_facts(options, &facts);
    if (!from_start && !check_start(options, &facts, ret_continues, error)) {
        /* The error is reported and a second listener set up; when that fails as well, two errors meet. */
        if (*ret_continues && !start(options, arguments, &facts, FALSE, ret_address, ret_defer, NULL)) {
            *ret_continues = FALSE;
            g_clear_error(error);
            g_set_error_literal(error, MIG_DIES, MIG_DIES_ABORT, "");
        }
        return FALSE;
    }
    if (!start(options, arguments, &facts, from_start, ret_address, ret_defer, error)) {
        /* {8.2-} An RDMA address that does not parse ends the process anyway at the start, but with its reason. */
        if (from_start && error != NULL && (*error)->domain == MIG_DIES && arguments->uri != NULL
            && g_str_has_prefix(arguments->uri, "rdma:")) {
            g_autofree char *same = g_strconcat("tcp:", arguments->uri + strlen("rdma:"), NULL);

            g_clear_error(error);
            return mig_address_parse(options->profile, same, TRUE, ret_address, error);
        }
        return FALSE;
    }
    if (from_start && !*ret_defer && !check_descriptor(options, ret_address, error)) {
        mig_address_clear(ret_address);
        return FALSE;
    }
    return TRUE;
}

gboolean mig_gate_recover(MigOptions *options, const char *uri, gboolean triggered, MigAddress *ret_address, GError **error)
{
    MigFacts facts;

    mig_options_facts(options, &facts);
    if (facts.incoming_status != MIG_STATUS_POSTCOPY_PAUSED) {
        return refuse(options, MIG_RULE_RECOVER_STATE, error);
    }
    if (triggered && options->profile->release <= R(7, 0)) {
        return refuse(options, MIG_RULE_RECOVER_TWICE, error);
    }
    return mig_address_parse(options->profile, uri, TRUE, ret_address, error);
}
