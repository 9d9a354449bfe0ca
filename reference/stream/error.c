/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "reference/stream/error.h"

G_DEFINE_QUARK(mig-stream-error-quark, mig_stream_error)

static const struct {
    const char *id, *section, *legal;
} rules[MIG_STREAM_ERROR_COUNT] = {
#define RULE(symbol, rule_id, rule_section, rule_legal) \
    [MIG_STREAM_ERROR_##symbol] = { .id = rule_id, .section = rule_section, .legal = rule_legal },
    MIG_STREAM_RULES(RULE)
#undef RULE
};

const char *mig_stream_rule_id(MigStreamError rule)
{
    g_return_val_if_fail(rule < MIG_STREAM_ERROR_COUNT, NULL);
    return rules[rule].id;
}

const char *mig_stream_rule_section(MigStreamError rule)
{
    g_return_val_if_fail(rule < MIG_STREAM_ERROR_COUNT, NULL);
    return rules[rule].section;
}

const char *mig_stream_rule_legal(MigStreamError rule)
{
    g_return_val_if_fail(rule < MIG_STREAM_ERROR_COUNT, NULL);
    return rules[rule].legal;
}
