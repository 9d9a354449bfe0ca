/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sim/stream/check.h"

#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "oracle/stream/description.h"
#include "sim/stream/guess.h"

/* "multifd3": multifd, 3. */
static OraStreamChannel channel_of(const char *name, guint *ret_index)
{
    *ret_index = 0;
    for (int i = 0; i < ORA_CHANNEL_COUNT; i++) {
        if (i != ORA_CHANNEL_MULTIFD && strcmp(name, ora_stream_channel_name(i)) == 0) {
            return i;
        }
    }
    *ret_index = g_ascii_strtoull(name + strlen("multifd"), NULL, 10);
    return ORA_CHANNEL_MULTIFD;
}

/* Is it a stream, and where does it begin? */
static gboolean look_at_main(const SimStreamChannel *main, const SimStreamOptions *options, OraStreamCheckConfig *config,
                             GError **error)
{
    if (config->base > main->size) {
        g_set_error(error, SIM_STREAM_SOURCE_ERROR, SIM_STREAM_SOURCE_ERROR_USAGE, "%s: --offset lies behind the end",
                    main->path);
        return FALSE;
    }
    if (!options->has_offset && main->size > 8 && main->data[0] == 0) {
        /* A file with an offset begins with zeros: the first other byte must be the magic. */
        while (config->base < main->size && main->data[config->base] == 0) {
            config->base++;
        }
        if (main->size - config->base < 4 || memcmp(main->data + config->base, "QEVM", 4) != 0) {
            config->base = 0;
        }
    }
    if (!options->has_offset && main->size > 16 && memcmp(main->data, "LibvirtQemudSave", 16) == 0) {
        const guint8 *found = memmem(main->data, MIN(main->size, 1 << 20), "QEVM", 4);

        config->base = found ? (guint64) (found - main->data) : 0;
    }
    if (main->size - config->base < 4 || memcmp(main->data + config->base, "QEVM", 4) != 0) {
        g_set_error(error, SIM_STREAM_SOURCE_ERROR, SIM_STREAM_SOURCE_ERROR_NO_STREAM,
                    "%s: is no migration stream (it does not begin with QEVM); it looks like %s", main->path,
                    sim_stream_looks_like(main->data + config->base, main->size - config->base));
        return FALSE;
    }
    return TRUE;
}

/* What main shows of its own framing. */
typedef struct {
    guint sections, footers;
    gboolean footer_missing, length_unknown;
    guint64 length_at;
    char *idstr;                  /* of the device that began last */
    guint32 instance;
} Framing;

static void framing_record(void *user, const OraStreamRecord *record)
{
    Framing *framing = user;

    framing->footers += record->kind == ORA_REC_FOOTER;
    framing->sections += record->kind == ORA_REC_SECTION;
    if (record->kind == ORA_REC_SECTION && record->section_type == ORA_SECTION_FULL) {
        g_free(framing->idstr);
        framing->idstr = g_strdup(record->idstr);
        framing->instance = record->instance;
    }
}

static void framing_violation(void *user, OraStreamRuleId rule, guint64 offset, const char *read)
{
    Framing *framing = user;

    (void) read;
    framing->footer_missing |= rule == ORA_SR_FOOTER_MISSING;
    if (rule == ORA_SR_DEVICE_LENGTH) {
        framing->length_unknown = TRUE;
        framing->length_at = offset;
    }
}

/* Walks main up to its first footer; where none comes, to the end. */
static void look_once(const SimStreamChannel *main, const OraStreamCheckConfig *config, const OraDescription *description,
                      Framing *ret_framing)
{
    const OraWalkerSink sink = { .record = framing_record, .violation = framing_violation, .user = ret_framing };
    const OraWalkerConfig walker_config = {
        .channel = ORA_CHANNEL_MAIN, .base = config->base, .release = config->release, .configuration = config->configuration,
        .page_size = description && description->page_size ? description->page_size : config->page_size,
        .footers = config->footers, .description = config->description, .colo = config->colo, .huge_blocks = config->huge_blocks,
        .device_sizes = description ? description->devices : NULL, .n_device_sizes = description ? description->n_devices : 0,
    };
    OraWalker *walker = ora_walker_new(&walker_config, &sink);

    *ret_framing = (Framing) { 0 };
    for (gsize at = config->base, piece; at < main->size && ret_framing->footers == 0; at += piece) {
        piece = MIN(main->size - at, 1 << 20);
        ora_walker_feed(walker, main->data + at, piece);
    }
    if (ret_framing->footers == 0) {
        ora_walker_finish(walker);
    }
    ora_walker_free(walker);
}

/* A machine that leaves footers out leaves all of them out; one that is so old that it sends no configuration may have no description;
 * and where neither footers nor a description tell where a state ends, what stands behind it does. What is found is said. */
static void look_at_framing(const SimStreamSet *set, const SimStreamChannel *main, OraStreamCheckConfig *config, GPtrArray *said,
                            OraDeviceSize **ret_sizes)
{
    g_autoptr(OraDescription) description =
        config->description_text ? ora_description_parse(config->description_text, config->description_size, NULL) : NULL;
    const gboolean told = set->title != NULL;
    g_autoptr(GArray) guessed = NULL;
    Framing framing = { 0 };

    if (config->footers == ORA_TELL_LOOK) {
        look_once(main, config, description, &framing);
        if (framing.footers == 0 && framing.sections > 1 && (framing.footer_missing || framing.length_unknown)) {
            config->footers = ORA_TELL_NO;
            g_ptr_array_add(said, (gpointer) "no section footers");
        }
        g_clear_pointer(&framing.idstr, g_free);
    }
    if (!told && config->description == ORA_TELL_YES && !config->description_text && main->size - config->base > 8 &&
        main->data[config->base + 8] != ORA_SECTION_CONFIGURATION && main->data[main->size - 1] == ORA_SECTION_EOF) {
        config->description = ORA_TELL_NO;
        g_ptr_array_add(said, (gpointer) "no description: the machine suppresses it, or is an old one");
    }
    /* A capture that tells of a description has one, unless it was cut off. */
    if (config->footers != ORA_TELL_NO || config->description_text || config->n_device_sizes ||
        (told && config->description == ORA_TELL_YES)) {
        return;
    }
    look_once(main, config, NULL, &framing);
    if (framing.length_unknown && framing.idstr) {
        guessed = sim_device_sizes_guess(main->data, main->size, (gsize) framing.length_at, framing.idstr, framing.instance);
    }
    if (guessed) {
        *ret_sizes = g_new0(OraDeviceSize, guessed->len + 1);
        for (guint i = 0; i < guessed->len; i++) {
            const SimGuessedSize *one = &g_array_index(guessed, SimGuessedSize, i);
            (*ret_sizes)[i] = (OraDeviceSize) { .name = g_intern_string(one->name), .instance = one->instance, .size = one->size };
        }
        config->device_sizes = *ret_sizes;
        config->n_device_sizes = guessed->len;
        g_ptr_array_add(said, (gpointer) "neither footers nor a description: the state of a device is taken to end where the next section begins");
    }
    g_free(framing.idstr);
}

OraStreamCheck *sim_stream_check_set(const SimStreamSet *set, int release, gboolean partial, gboolean grammar_only,
                                     GError **error)
{
    return sim_stream_check_set_watched(set, release, partial, grammar_only, NULL, NULL, error);
}

OraStreamCheck *sim_stream_check_set_watched(const SimStreamSet *set, int release, gboolean partial, gboolean grammar_only,
                                             void (*record)(void *user, const OraStreamRecord *record), void *user,
                                             GError **error)
{
    const SimStreamOptions *options = &set->options;
    const SimStreamChannel *main = sim_stream_set_channel(set, "main");
    const gboolean told = set->title != NULL;        /* a capture says what is there by not saying otherwise */
    g_autofree OraDeviceSize *sizes = NULL;
    g_autoptr(GPtrArray) huge = g_ptr_array_new();
    OraStreamCheckConfig config = {
        .release = release,
        .partial = partial,
        .grammar_only = grammar_only,
        .all_channels = told,
        .page_size = options->page_size,
        .configuration = options->without_configuration ? ORA_TELL_NO : told ? ORA_TELL_YES : ORA_TELL_LOOK,
        .footers = options->without_footer ? ORA_TELL_NO : told ? ORA_TELL_YES : ORA_TELL_LOOK,
        .description = options->without_description ? ORA_TELL_NO : ORA_TELL_YES,
        .colo = options->colo ? ORA_TELL_YES : told ? ORA_TELL_NO : ORA_TELL_LOOK,
        .base = options->offset,
    };
    g_autoptr(GPtrArray) guesses = g_ptr_array_new();
    g_autofree OraDeviceSize *guessed_sizes = NULL;
    gsize at, length;

    if (!main && sim_stream_set_channel(set, "main-2")) {
        g_set_error(error, SIM_STREAM_SOURCE_ERROR, SIM_STREAM_SOURCE_ERROR_USAGE,
                    "the second connection of a recovery goes on with what main began: give [main=]FILE, too");
        return NULL;
    }
    if (main && !look_at_main(main, options, &config, error)) {
        return NULL;
    }
    if (options->huge_blocks && options->huge_blocks->len) {
        for (guint i = 0; i < options->huge_blocks->len; i++) {
            g_ptr_array_add(huge, g_ptr_array_index(options->huge_blocks, i));
        }
        g_ptr_array_add(huge, NULL);
        config.huge_blocks = (const char *const *) huge->pdata;
    }
    if (options->device_names) {
        sizes = g_new0(OraDeviceSize, options->device_names->len + 1);
        for (guint i = 0; i < options->device_names->len; i++) {
            sizes[i].name = g_ptr_array_index(options->device_names, i);
            sizes[i].instance = -1;
            sizes[i].size = g_array_index(options->device_sizes, guint64, i);
            config.n_device_sizes++;
        }
        config.device_sizes = sizes;
    }
    if (main && config.colo != ORA_TELL_YES && !options->without_description &&
        ora_description_find(main->data, main->size, config.base + 8, &at, &length)) {
        config.description_text = (const char *) main->data + at + 5;
        config.description_size = length;
    }
    if (main) {
        look_at_framing(set, main, &config, guesses, &guessed_sizes);
    }
    {
        g_autoptr(OraStreamCheck) check = ora_stream_check_new(&config);

        if (main && config.base && !options->has_offset) {
            ora_stream_check_say(check, "the stream begins at byte %" G_GUINT64_FORMAT " of the file", config.base);
        }
        if (main && config.configuration == ORA_TELL_LOOK && main->size - config.base > 8 &&
            main->data[config.base + 8] != ORA_SECTION_CONFIGURATION) {
            ora_stream_check_say(check, "no configuration section");
        }
        for (guint i = 0; i < guesses->len; i++) {
            ora_stream_check_say(check, "%s", (const char *) g_ptr_array_index(guesses, i));
        }
        ora_stream_check_watch(check, record, user);

        for (guint i = 0; i < set->channels->len; i++) {
            const SimStreamChannel *channel = g_ptr_array_index(set->channels, i);
            guint index;
            OraStreamChannel which = channel_of(channel->name, &index);

            (void) ora_stream_check_channel(check, which, index);
        }
        for (guint i = 0; i < set->channels->len; i++) {
            const SimStreamChannel *channel = g_ptr_array_index(set->channels, i);
            const gsize skip = channel == main ? config.base : 0;
            guint index;
            OraStreamChannel which = channel_of(channel->name, &index);

            ora_walker_feed(ora_stream_check_channel(check, which, index), channel->data + skip, channel->size - skip);
        }
        ora_stream_check_finish(check);
        if (main && ora_walker_page_size(ora_stream_check_channel(check, ORA_CHANNEL_MAIN, 0)) != 4096) {
            ora_stream_check_say(check, "pages of %u bytes", ora_walker_page_size(ora_stream_check_channel(check, ORA_CHANNEL_MAIN, 0)));
        }
        return g_steal_pointer(&check);
    }
}

static char *range_of(const OraStreamRule *rule)
{
    if (!rule->since && !rule->until) {
        return g_strdup("all releases");
    }
    return g_strdup_printf("{%s-%s}", rule->since ? ora_release_name(rule->since) : "",
                           rule->until ? ora_release_name(rule->until) : "");
}

static char *channel_title(const OraStreamFinding *finding)
{
    return finding->channel == ORA_CHANNEL_MULTIFD ? g_strdup_printf("multifd%u", finding->channel_index)
                                                   : g_strdup(ora_stream_channel_name(finding->channel));
}

static char *release_text(const OraStreamCheck *check)
{
    const char *since_why, *until_why;
    int since, until;

    ora_stream_check_releases(check, &since, &until, &since_why, &until_why);
    if (since && until && since > until) {
        return g_strdup_printf("none: %s (%s or newer) and %s (%s or older)", since_why, ora_release_name(since), until_why,
                               ora_release_name(until));
    }
    if (since && since == until) {
        return g_strdup_printf("%s, as %s shows", ora_release_name(since), since_why);
    }
    if (since && until) {
        return g_strdup_printf("%s (%s) to %s (%s)", ora_release_name(since), since_why, ora_release_name(until),
                               until_why);
    }
    if (since) {
        return g_strdup_printf("%s or newer, as %s shows", ora_release_name(since), since_why);
    }
    if (until) {
        return g_strdup_printf("%s or older, as %s shows", ora_release_name(until), until_why);
    }
    return g_strdup("any");
}

static gboolean is_bad(const OraStreamFinding *finding, gboolean strict)
{
    return finding->grade == ORA_GRADE_FAIL || (strict && finding->grade == ORA_GRADE_KNOWN);
}

static guint print_human(OraStreamCheck *check, const SimStreamSet *set, const char *profile, gboolean strict)
{
    const GPtrArray *findings = ora_stream_check_findings(check);
    const char *const *said = ora_stream_check_said(check);
    guint bad = 0, notes = 0;

    for (guint i = 0; i < findings->len; i++) {
        const OraStreamFinding *finding = g_ptr_array_index(findings, i);
        const OraStreamRule *rule = ora_stream_rule(finding->rule);
        g_autofree char *range = range_of(rule), *channel = channel_title(finding);

        bad += is_bad(finding, strict);
        notes += !is_bad(finding, strict);
        printf("%s: %s at %" G_GUINT64_FORMAT " (0x%" G_GINT64_MODIFIER "x): %s %s\n", ora_grade_name(finding->grade), channel,
               finding->offset, finding->offset, rule->id, range);
        printf("    rule   %s\n    read   %s\n", rule->sentence, finding->read);
        if (rule->legal) {
            printf("    legal  %s\n", rule->legal);
        }
        if (rule->real) {
            printf("    QEMU   %s\n", rule->real);
        }
        if (finding->quirk) {
            printf("    quirk  %s\n", finding->quirk);
        }
        if (finding->rule == ORA_SR_DESCRIPTION_MISSING && !set->title) {
            printf("    hint   --without description says that the machine suppresses it\n");
        }
        if (finding->more) {
            printf("    and    %u more of these\n", finding->more);
        }
    }
    for (; said && *said; said++) {
        printf("seen: %s\n", *said);
    }
    if (profile) {
        printf("release: %s, as told\n", profile);
    } else {
        g_autofree char *release = release_text(check);

        printf("release: %s\n", release);
    }
    printf("%s: %" G_GUINT64_FORMAT " records on %u channel%s, ", set->title ? set->title : "stream",
           ora_stream_check_records(check), set->channels->len, set->channels->len == 1 ? "" : "s");
    if (bad) {
        printf("%u finding%s", bad, bad == 1 ? "" : "s");
    } else {
        printf("no finding");
    }
    if (notes) {
        printf(", %u known or note", notes);
    }
    printf("\n");
    return bad;
}

static guint print_json(OraStreamCheck *check, const SimStreamSet *set, const char *profile, gboolean strict)
{
    const GPtrArray *findings = ora_stream_check_findings(check);
    const char *const *said = ora_stream_check_said(check);
    json_t *root = json_object(), *list = json_array(), *remarks = json_array(), *seen = json_array();
    g_autofree char *release = release_text(check);
    guint bad = 0;

    for (guint i = 0; i < findings->len; i++) {
        const OraStreamFinding *finding = g_ptr_array_index(findings, i);
        const OraStreamRule *rule = ora_stream_rule(finding->rule);
        g_autofree char *channel = channel_title(finding);
        json_t *entry = json_object();

        bad += is_bad(finding, strict);
        if (finding->quirk) {
            json_object_set_new(entry, "quirk", json_string(finding->quirk));
        }
        json_object_set_new(entry, "id", json_string(rule->id));
        json_object_set_new(entry, "grade", json_string(ora_grade_name(finding->grade)));
        json_object_set_new(entry, "channel", json_string(channel));
        json_object_set_new(entry, "offset", json_integer(finding->offset));
        json_object_set_new(entry, "rule", json_string(rule->sentence));
        json_object_set_new(entry, "read", json_string(finding->read));
        if (rule->legal) {
            json_object_set_new(entry, "legal", json_string(rule->legal));
        }
        if (rule->real) {
            json_object_set_new(entry, "qemu", json_string(rule->real));
        }
        if (rule->since) {
            json_object_set_new(entry, "since", json_string(ora_release_name(rule->since)));
        }
        if (rule->until) {
            json_object_set_new(entry, "until", json_string(ora_release_name(rule->until)));
        }
        json_object_set_new(entry, "more", json_integer(finding->more));
        json_array_append_new(is_bad(finding, strict) ? list : remarks, entry);
    }
    for (; said && *said; said++) {
        json_array_append_new(seen, json_string(*said));
    }
    json_object_set_new(root, "title", set->title ? json_string(set->title) : json_null());
    json_object_set_new(root, "records", json_integer(ora_stream_check_records(check)));
    json_object_set_new(root, "release", json_string(profile ? profile : release));
    json_object_set_new(root, "seen", seen);
    json_object_set_new(root, "findings", list);
    json_object_set_new(root, "remarks", remarks);
    json_dumpf(root, stdout, JSON_INDENT(1) | JSON_ENSURE_ASCII);
    putchar('\n');
    json_decref(root);
    return bad;
}

int sim_stream_check(int argc, char **argv)
{
    gboolean grammar_only = FALSE, strict = FALSE;
    g_autofree char *format = NULL;
    const GOptionEntry entries[] = {
        { "grammar-only", 0, 0, G_OPTION_ARG_NONE, &grammar_only, "Boundaries of records only, no content rules", NULL },
        { "strict", 0, 0, G_OPTION_ARG_NONE, &strict, "What a named quirk of the release explains is a finding, too", NULL },
        { "format", 0, 0, G_OPTION_ARG_STRING, &format, "human (default) or json", "FORMAT" },
        { NULL },
    };
    g_autoptr(GOptionContext) context = g_option_context_new("[CHANNEL=]FILE... | CAPTURE.json");
    g_autoptr(GError) error = NULL;
    g_autoptr(SimStreamSet) set = NULL;
    g_autoptr(OraStreamCheck) check = NULL;
    int release = 0;

    g_option_context_set_summary(context, "Says what is wrong in a migration stream, at its byte: grammar, content and what "
                                          "holds between its channels. Exit status: 0 clean, 1 findings, 2 no stream or usage.");
    g_option_context_add_main_entries(context, entries, NULL);
    g_option_context_add_main_entries(context, sim_stream_option_entries(), NULL);
    g_set_prgname("miglab stream check");
    if (!g_option_context_parse(context, &argc, &argv, &error)) {
        fprintf(stderr, "miglab stream check: %s\n", error->message);
        return SIM_EXIT_USAGE;
    }
    if (format && strcmp(format, "human") != 0 && strcmp(format, "json") != 0) {
        fprintf(stderr, "miglab stream check: --format %s: there are human and json\n", format);
        return SIM_EXIT_USAGE;
    }
    if (argc < 2) {
        fprintf(stderr, "miglab stream check: no stream given: [CHANNEL=]FILE... or CAPTURE.json\n");
        return SIM_EXIT_USAGE;
    }
    set = sim_stream_set_open(argv + 1, &error);
    if (set && set->options.profile) {
        release = ora_release_parse(set->options.profile);
        if (!release) {
            fprintf(stderr, "miglab stream check: --profile %s: a release like qemu-7.2 is needed\n", set->options.profile);
            return SIM_EXIT_USAGE;
        }
    }
    if (set) {
        check = sim_stream_check_set(set, release, set->options.partial, grammar_only, &error);
    }
    if (!check) {
        fprintf(stderr, "miglab stream check: %s\n", error->message);
        return SIM_EXIT_USAGE;
    }
    if ((format && strcmp(format, "json") == 0 ? print_json : print_human)(check, set, set->options.profile, strict)) {
        return SIM_EXIT_FINDINGS;
    }
    return SIM_EXIT_CLEAN;
}
