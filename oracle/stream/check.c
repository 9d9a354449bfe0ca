/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The frame of the check: channels and their walkers, findings, releases, bodies. What is looked at is in check_*.c.
 */
#include "oracle/stream/check.h"

#include <stdarg.h>

#include "oracle/stream/check_private.h"

static void free_finding(gpointer data)
{
    OraStreamFinding *finding = data;

    g_free(finding->read);
    g_free(finding);
}

static void free_device(gpointer data)
{
    CheckDevice *device = data;

    g_free(device->name);
    g_free(device);
}

static void free_live(gpointer data)
{
    CheckLive *live = data;

    g_free(live->idstr);
    g_free(live);
}

static void free_bitmap(gpointer data)
{
    CheckBitmap *bitmap = data;

    g_free(bitmap->name);
    g_free(bitmap);
}

/* What a stream that may end anywhere need not have. */
static gboolean excused(OraStreamRuleId rule)
{
    switch (rule) {
    case ORA_SR_CUT:
    case ORA_SR_EOF_MISSING:
    case ORA_SR_DEVICE_LENGTH:
    case ORA_SR_DESCRIPTION_MISSING:
    case ORA_SR_SYNC_COUNT:
    case ORA_SR_SYNC_LAST:
    case ORA_SR_PACKET_NUMBER:
    case ORA_SR_RP_SHUT_MISSING:
    case ORA_SR_RP_PING_UNANSWERED:
    case ORA_SR_RP_PONG_UNASKED:
    case ORA_SR_RP_BITMAP_MISSING:
    case ORA_SR_RP_RESUME_ACK_MISSING:
        return TRUE;
    default:
        return FALSE;
    }
}

static void add(OraStreamCheck *check, OraStreamRuleId rule, const CheckChannel *channel, guint64 offset, char *read,
                gboolean grammar)
{
    const OraStreamRule *row = ora_stream_rule(rule);
    OraStreamFinding *finding, *last = NULL;
    guint same = 0;

    /* A profile outside of the rule's range: it does not apply. What the walker could not get over is said in any case. */
    if (!grammar && check->config.release && ((row->since && check->config.release < row->since) ||
                                  (row->until && check->config.release > row->until))) {
        g_free(read);
        return;
    }
    for (guint i = 0; i < check->findings->len; i++) {
        OraStreamFinding *old = g_ptr_array_index(check->findings, i);

        if (old->rule == rule && old->channel == channel->channel && old->channel_index == channel->index) {
            same++;
            last = old;
        }
    }
    if (same >= FINDINGS_PER_RULE) {
        last->more++;
        g_free(read);
        return;
    }
    finding = g_new0(OraStreamFinding, 1);
    finding->rule = rule;
    finding->grade = check->config.partial && excused(rule) ? ORA_GRADE_NOTE : row->note ? ORA_GRADE_NOTE : ORA_GRADE_FAIL;
    if (finding->grade == ORA_GRADE_FAIL && row->quirk &&
        (!check->config.release || (check->config.release >= row->quirk_since && check->config.release <= row->quirk_until))) {
        finding->grade = ORA_GRADE_KNOWN;
        finding->quirk = row->quirk;
    }
    finding->channel = channel->channel;
    finding->channel_index = channel->index;
    finding->offset = offset;
    finding->read = read;
    g_ptr_array_add(check->findings, finding);
    if (check->on_finding) {
        check->on_finding(check->on_finding_user, finding);
    }
}

void ora_check_on_finding(OraStreamCheck *check, void (*finding)(void *user, const OraStreamFinding *finding), void *user)
{
    check->on_finding = finding;
    check->on_finding_user = user;
}

void ora_check_add(OraStreamCheck *check, OraStreamRuleId rule, const CheckChannel *channel, guint64 offset,
                   const char *format, ...)
{
    va_list args;

    va_start(args, format);
    add(check, rule, channel, offset, g_strdup_vprintf(format, args), FALSE);
    va_end(args);
}

gboolean ora_check_is_cut(const OraStreamCheck *check, const CheckChannel *channel)
{
    for (guint i = 0; i < check->findings->len; i++) {
        const OraStreamFinding *finding = g_ptr_array_index(check->findings, i);

        if (finding->channel == channel->channel && finding->channel_index == channel->index &&
            finding->grade == ORA_GRADE_FAIL &&
            (finding->rule == ORA_SR_CUT || finding->rule == ORA_SR_EOF_MISSING || finding->rule == ORA_SR_PACKAGE_OVERRUN ||
             finding->rule == ORA_SR_DEVICE_LENGTH)) {
            return TRUE;
        }
    }
    return FALSE;
}

void ora_stream_check_say(OraStreamCheck *check, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    g_ptr_array_add(check->said, g_strdup_vprintf(format, args));
    va_end(args);
}

void ora_check_element(OraStreamCheck *check, OraStreamRuleId rule, const CheckChannel *channel, guint64 offset, int since,
                       int until, const char *what)
{
    const int release = check->config.release;

    if (release) {
        if (since && release < since) {
            ora_check_add(check, rule, channel, offset, "%s, which exists since %s", what, ora_release_name(since));
        } else if (until && release > until) {
            ora_check_add(check, rule, channel, offset, "%s, which exists up to %s", what, ora_release_name(until));
        }
        return;
    }
    if (since > check->since) {
        check->since = since;
        g_free(check->since_why);
        check->since_why = g_strdup(what);
        check->since_at = offset;
    }
    if (until && (!check->until || until < check->until)) {
        check->until = until;
        g_free(check->until_why);
        check->until_why = g_strdup(what);
        check->until_at = offset;
    }
    if (check->until && check->since > check->until && !check->mixed) {
        check->mixed = TRUE;
        ora_check_add(check, ORA_SR_RELEASE_MIXED, channel, offset, "%s (%s and newer) and %s (%s and older)",
                      check->since_why, ora_release_name(check->since), check->until_why, ora_release_name(check->until));
    }
}

static void on_violation(void *user, OraStreamRuleId rule, guint64 offset, const char *read)
{
    CheckChannel *channel = user;

    add(channel->check, rule, channel, offset, g_strdup(read), TRUE);
}

static void on_record(void *user, const OraStreamRecord *record)
{
    CheckChannel *channel = user;
    OraStreamCheck *check = channel->check;

    check->n_records++;
    if (G_UNLIKELY(check->watch != NULL)) {
        check->watch(check->watch_user, record);
    }
    if (channel->watch) {
        channel->watch(channel->watch_user, record);
    }
    if (check->config.grammar_only) {
        return;
    }
    channel->body_done = 0;
    if (record->kind >= ORA_REC_RAM_LIST && record->kind <= ORA_REC_RAM_EOS) {
        ora_check_ram(channel, record);
        return;
    }
    switch (channel->channel) {
    case ORA_CHANNEL_MAIN:
    case ORA_CHANNEL_MAIN_2:
        if (record->kind == ORA_REC_BITMAP) {
            ora_check_bitmap(channel, record);
        } else if (record->kind == ORA_REC_BLOCK) {
            ora_check_block(channel, record);
        } else {
            ora_check_main(channel, record);
        }
        break;
    case ORA_CHANNEL_RP:
    case ORA_CHANNEL_RP_2:
        ora_check_rp(channel, record);
        break;
    case ORA_CHANNEL_MULTIFD:
        ora_check_multifd(channel, record);
        break;
    case ORA_CHANNEL_PREEMPT:
    case ORA_CHANNEL_PREEMPT_2:
    case ORA_CHANNEL_COUNT:
        break;
    }
}

/* Small bodies that are looked into are put together first. */
static const guint8 *gather(CheckChannel *channel, const OraStreamRecord *record, const guint8 *data, gsize size)
{
    const gsize whole = record->size - record->head_size;

    if (whole > SCRATCH_MAX) {
        return NULL;
    }
    if (channel->body_done == 0 && size == whole) {
        channel->body_done = size;
        return data;
    }
    if (channel->body_done + size > whole) {
        return NULL;
    }
    if (channel->scratch_size < whole) {
        channel->scratch_size = whole;
        channel->scratch = g_realloc(channel->scratch, whole);
    }
    memcpy(channel->scratch + channel->body_done, data, size);
    channel->body_done += size;
    return channel->body_done == whole ? channel->scratch : NULL;
}

static void on_body(void *user, const OraStreamRecord *record, const guint8 *data, gsize size)
{
    CheckChannel *channel = user;
    const guint8 *whole;

    if (record->kind == ORA_REC_RAM_PAGE || !data) {
        return;
    }
    switch (record->kind) {
    case ORA_REC_RAM_XBZRLE:
    case ORA_REC_RAM_COMPRESS:
        whole = gather(channel, record, data, size);
        if (whole) {
            ora_check_ram_body(channel, record, whole, record->size - record->head_size);
        }
        break;
    case ORA_REC_DEVICE_STATE:
        if (record->size && strcmp(record->idstr, "globalstate") == 0) {
            whole = gather(channel, record, data, size);
            if (whole) {
                ora_check_globalstate(channel, record, whole, record->size - record->head_size);
            }
        }
        break;
    case ORA_REC_MULTIFD_PACKET:
        ora_check_multifd_body(channel, record, data, size);
        break;
    case ORA_REC_RP_BITMAP:
        ora_check_rp_body(channel, record, data, size);
        break;
    case ORA_REC_DESCRIPTION:
        /* Only if nobody had the text before: live. The walker refuses one above its limit. */
        if (!channel->check->description) {
            OraStreamCheck *check = channel->check;

            if (!check->description_live) {
                check->description_live = g_byte_array_new();
            }
            g_byte_array_append(check->description_live, data, size);
            if (check->description_live->len == record->size - record->head_size) {
                g_autoptr(GError) error = NULL;

                check->description = ora_description_parse((const char *) check->description_live->data,
                                                           check->description_live->len, &error);
                if (!check->description) {
                    ora_check_add(check, ORA_SR_DESCRIPTION_JSON, channel, record->offset + 5, "%s", error->message);
                } else {
                    ora_check_description(channel, record->offset);
                }
            }
        }
        break;
    default:
        break;
    }
}

OraStreamCheck *ora_stream_check_new(const OraStreamCheckConfig *config)
{
    OraStreamCheck *check = g_new0(OraStreamCheck, 1);
    gsize told = config->n_device_sizes;

    check->config = *config;
    if (!check->config.ram_max) {
        check->config.ram_max = (guint64) 1 << 40;
    }
    check->findings = g_ptr_array_new_with_free_func(free_finding);
    check->said = g_ptr_array_new_with_free_func(g_free);
    check->pings = g_array_new(FALSE, FALSE, sizeof(CheckValue));
    check->pings_2 = g_array_new(FALSE, FALSE, sizeof(CheckValue));
    check->live = g_ptr_array_new_with_free_func(free_live);
    check->live_by_id = g_hash_table_new(g_direct_hash, g_direct_equal);
    check->devices = g_ptr_array_new_with_free_func(free_device);
    check->instances = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    check->bitmaps = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, free_bitmap);
    check->blocks = g_array_new(FALSE, TRUE, sizeof(CheckBlock));
    check->spans = g_array_new(FALSE, FALSE, sizeof(guint64));
    check->end_order = -1;
    check->discard_block = -1;
    check->recv_last = -1;
    if (config->description_text) {
        g_autoptr(GError) error = NULL;

        check->description_text = g_strndup(config->description_text, config->description_size);
        check->description = ora_description_parse(config->description_text, config->description_size, &error);
        if (!check->description) {
            /* Reported where the description stands. */
            check->description = g_new0(OraDescription, 1);
            check->description->devices = g_new0(OraDeviceSize, 1);
            g_free(check->description_text);
            check->description_text = g_strdup_printf("\1%s", error->message);
        }
    }
    check->n_sizes = told + (check->description ? check->description->n_devices : 0);
    check->sizes = g_new0(OraDeviceSize, check->n_sizes + 1);
    for (gsize i = 0; i < told; i++) {
        check->sizes[i] = config->device_sizes[i];
        check->sizes[i].repeat = TRUE;
    }
    for (gsize i = 0; check->description && i < check->description->n_devices; i++) {
        check->sizes[told + i] = check->description->devices[i];
    }
    return check;
}

static void free_channel(CheckChannel *channel)
{
    if (!channel) {
        return;
    }
    ora_check_multifd_free(channel);
    ora_walker_free(channel->walker);
    g_clear_pointer(&channel->pongs, g_array_unref);
    g_clear_pointer(&channel->requests, g_array_unref);
    g_free(channel->scratch);
    g_free(channel);
}

void ora_stream_check_free(OraStreamCheck *check)
{
    if (!check) {
        return;
    }
    for (guint i = 0; i < MULTIFD_MAX; i++) {
        free_channel(check->multifd[i]);
    }
    /* Those that refer to main's walker first. */
    for (int i = ORA_CHANNEL_COUNT - 1; i >= 0; i--) {
        free_channel(check->channels[i]);
    }
    for (guint i = 0; i < check->blocks->len; i++) {
        CheckBlock *block = &g_array_index(check->blocks, CheckBlock, i);

        ora_page_set_clear(&block->before);
        ora_page_set_clear(&block->ever);
        ora_page_set_clear(&block->discarded);
        ora_page_set_clear(&block->after);
        ora_page_set_clear(&block->again);
        ora_page_set_clear(&block->preempt);
        ora_page_set_clear(&block->multifd);
        ora_page_set_clear(&block->claimed);
    }
    g_array_unref(check->blocks);
    g_array_unref(check->spans);
    g_array_unref(check->pings);
    g_array_unref(check->pings_2);
    g_hash_table_unref(check->live_by_id);
    g_ptr_array_unref(check->live);
    g_ptr_array_unref(check->devices);
    g_ptr_array_unref(check->findings);
    g_ptr_array_unref(check->said);
    g_hash_table_unref(check->instances);
    g_hash_table_unref(check->bitmaps);
    ora_description_free(check->description);
    if (check->description_live) {
        g_byte_array_unref(check->description_live);
    }
    g_free(check->description_text);
    g_free(check->sizes);
    g_free(check->since_why);
    g_free(check->until_why);
    g_free(check->full_early_name);
    g_free(check->bitmap_node);
    g_free(check->bitmap_name);
    g_free(check);
}

OraWalker *ora_stream_check_channel(OraStreamCheck *check, OraStreamChannel which, guint index)
{
    const OraStreamCheckConfig *config = &check->config;
    CheckChannel **place = which == ORA_CHANNEL_MULTIFD ? &check->multifd[MIN(index, MULTIFD_MAX - 1)]
                                                        : &check->channels[which];
    CheckChannel *channel = *place;
    OraWalkerConfig walker = {
        .channel = which,
        .channel_index = index,
        .page_size = config->page_size,
        .release = config->release,
        .configuration = config->configuration,
        .footers = config->footers,
        .description = config->description,
        .colo = config->colo,
        .huge_blocks = config->huge_blocks,
        .device_sizes = check->sizes,
        .n_device_sizes = check->n_sizes,
    };
    OraWalkerSink sink = { .record = on_record, .body = on_body, .violation = on_violation };

    if (channel) {
        return channel->walker;
    }
    if (check->description && check->description->page_size) {
        walker.page_size = check->description->page_size;
    }
    if (which == ORA_CHANNEL_MAIN) {
        walker.base = config->base;
    } else if (check->channels[ORA_CHANNEL_MAIN]) {
        walker.main = check->channels[ORA_CHANNEL_MAIN]->walker;
        if (!walker.page_size) {
            walker.page_size = ora_walker_page_size(walker.main);
        }
    }
    if (which == ORA_CHANNEL_RP || which == ORA_CHANNEL_RP_2) {
        walker.colo = config->rp_colo == ORA_TELL_YES ? ORA_TELL_YES
                      : config->colo == ORA_TELL_NO   ? ORA_TELL_NO
                                                      : ORA_TELL_LOOK;
    }
    if (which == ORA_CHANNEL_MULTIFD) {
        check->n_multifd++;
    }
    channel = *place = g_new0(CheckChannel, 1);
    channel->check = check;
    channel->channel = which;
    channel->index = index;
    channel->huge_block = channel->huge_open_block = channel->bitmap_block = channel->request_block = -1;
    channel->pongs = g_array_new(FALSE, FALSE, sizeof(CheckValue));
    sink.user = channel;
    if (config->grammar_only) {
        sink.body = NULL;
    }
    channel->walker = ora_walker_new(&walker, &sink);
    return channel->walker;
}

void ora_stream_check_watch(OraStreamCheck *check, void (*record)(void *user, const OraStreamRecord *record), void *user)
{
    check->watch = record;
    check->watch_user = user;
}

void ora_stream_check_finish(OraStreamCheck *check)
{
    for (guint i = 0; i < ORA_CHANNEL_COUNT; i++) {
        if (check->channels[i]) {
            ora_walker_finish(check->channels[i]->walker);
            check->channels[i]->stopped = ora_walker_broken(check->channels[i]->walker);
        }
    }
    for (guint i = 0; i < MULTIFD_MAX; i++) {
        if (check->multifd[i]) {
            ora_walker_finish(check->multifd[i]->walker);
            check->multifd[i]->stopped = ora_walker_broken(check->multifd[i]->walker);
        }
    }
    if (!check->channels[ORA_CHANNEL_MAIN]) {
        ora_stream_check_say(check, "main was not given: blocks are not known, and nothing is held against it");
        return;
    }
    if (check->config.grammar_only) {
        return;
    }
    ora_check_main_end(check);
    ora_check_bitmap_end(check);
    ora_check_multifd_end(check);
    ora_check_rp_end(check);
    ora_check_ram_end(check);
}

static gint by_place(gconstpointer a, gconstpointer b)
{
    const OraStreamFinding *x = *(OraStreamFinding *const *) a, *y = *(OraStreamFinding *const *) b;

    if (x->channel != y->channel) {
        return x->channel < y->channel ? -1 : 1;
    }
    if (x->channel_index != y->channel_index) {
        return x->channel_index < y->channel_index ? -1 : 1;
    }
    if (x->offset != y->offset) {
        return x->offset < y->offset ? -1 : 1;
    }
    return x->rule < y->rule ? -1 : x->rule > y->rule;
}

const GPtrArray *ora_stream_check_findings(OraStreamCheck *check)
{
    g_ptr_array_sort(check->findings, by_place);
    return check->findings;
}

void ora_stream_check_releases(const OraStreamCheck *check, int *ret_since, int *ret_until, const char **ret_since_why,
                               const char **ret_until_why)
{
    *ret_since = check->since;
    *ret_until = check->until;
    *ret_since_why = check->since_why;
    *ret_until_why = check->until_why;
}

const char *const *ora_stream_check_said(OraStreamCheck *check)
{
    if (check->said->len == 0 || g_ptr_array_index(check->said, check->said->len - 1)) {
        g_ptr_array_add(check->said, NULL);
    }
    return (const char *const *) check->said->pdata;
}

guint64 ora_stream_check_records(const OraStreamCheck *check)
{
    return check->n_records;
}
