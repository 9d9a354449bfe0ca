/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * human-monitor-command: the handful of HMP commands that clients of migration use (spec/qmp.md 12.2). What they print is
 * the result, also when it is an error.
 */
#include "reference/options/options.h"
#include "reference/qmp/error.h"
#include "reference/qmp/private.h"

#include <string.h>

typedef struct {
    MigCommandContext *context;
    GString *out;
    char **words;             /* arguments */
    guint count;
} Hmp;

typedef struct {
    const char *name;
    guint min, max;           /* number of arguments */
    const char *options;      /* letters of options without value */
    const char *first;        /* type of the first argument, for the text when it is missing */
    void (*run)(Hmp *hmp);
    const char *arguments, *help;
    const char *shown, *shown_old;       /* name with its alias from 6.0, and before; NULL: the name */
} HmpCommand;

static void print(Hmp *hmp, const char *format, ...) G_GNUC_PRINTF(2, 3);
static void print(Hmp *hmp, const char *format, ...)
{
    va_list arguments;

    va_start(arguments, format);
    g_string_append_vprintf(hmp->out, format, arguments);
    va_end(arguments);
}

/* An error goes to the output, not to the reply. */
static void report(Hmp *hmp, GError **error)
{
    if (*error) {
        print(hmp, "Error: %s\n", (*error)->message);
    }
    g_clear_error(error);
}

static MigOptions *options_of(Hmp *hmp)
{
    return mig_vm_options(hmp->context->vm);
}

/* ---- info ---- */

static void info_status(Hmp *hmp)
{
    g_autoptr(MigValue) status = mig_vm_query_status(hmp->context->vm);
    const char *state = mig_argument_text(status, "status");
    gboolean running = mig_argument_bool(status, "running");

    print(hmp, "VM status: %s", running ? "running" : "paused");
    if (!running && strcmp(state, "paused") != 0) {
        print(hmp, " (%s)", state);
    }
    print(hmp, "\n");
}

static void info_name(Hmp *hmp)
{
    if (hmp->context->qmp->guest_name) {
        print(hmp, "%s\n", hmp->context->qmp->guest_name);
    }
}

static void info_version(Hmp *hmp)
{
    print(hmp, "%s%s\n", mig_profile_version(hmp->context->qmp->profile), hmp->context->qmp->package);
}

static void info_uuid(Hmp *hmp)
{
    print(hmp, "%s\n", hmp->context->qmp->uuid);
}

static void info_migrate_capabilities(Hmp *hmp)
{
    g_autoptr(MigValue) list = mig_options_query_capabilities(options_of(hmp));

    for (guint i = 0; i < mig_value_list_length(list); i++) {
        MigValue *entry = mig_value_list_get(list, i);

        print(hmp, "%s: %s\n", mig_argument_text(entry, "capability"), mig_argument_bool(entry, "state") ? "on" : "off");
    }
}

/* Order and units of `info migrate_parameters`; rows hold for releases, a name may have two places. */
static const struct {
    const char *name, *unit;
    MigRelease from, to;
} shown_parameters[] = {
    { "announce-initial", " ms", 0, 9999 }, { "announce-max", " ms", 0, 9999 }, { "announce-rounds", "", 0, 9999 },
    { "announce-step", " ms", 0, 9999 }, { "compress-level", "", 0, 9999 }, { "compress-threads", "", 0, 9999 },
    { "compress-wait-thread", "", 0, 9999 }, { "decompress-threads", "", 0, 9999 }, { "throttle-trigger-threshold", "", 0, 9999 },
    { "x-cpu-throttle-initial", "", 0, 9999 }, { "x-cpu-throttle-increment", "", 0, 9999 },
    { "cpu-throttle-initial", "", 0, 9999 }, { "cpu-throttle-increment", "", 0, 9999 }, { "cpu-throttle-tailslow", "", 0, 9999 },
    { "max-cpu-throttle", "", 0, 9999 }, { "tls-creds", "", 0, 9999 }, { "tls-hostname", "", 0, 9999 },
    { "tls-authz", "", MIG_RELEASE(11, 0), 9999 },
    { "max-bandwidth", " bytes/second", 0, 9999 }, { "avail-switchover-bandwidth", " bytes/second", 0, 9999 },
    { "max-postcopy-bandwidth", " bytes/second", MIG_RELEASE(11, 0), 9999 }, { "downtime-limit", " ms", 0, 9999 },
    { "x-checkpoint-delay", " ms", 0, 9999 }, { "block-incremental", "", 0, 9999 }, { "x-multifd-channels", "", 0, 9999 },
    { "x-multifd-page-count", "", 0, 9999 }, { "multifd-channels", "", 0, 9999 }, { "multifd-compression", "", 0, 9999 },
    { "zero-page-detection", "", 0, 9999 }, { "xbzrle-cache-size", " bytes", 0, 9999 },
    { "max-postcopy-bandwidth", "", 0, MIG_RELEASE(10, 2) }, { "tls-authz", "", 0, MIG_RELEASE(10, 2) },
    { "x-vcpu-dirty-limit-period", " ms", 0, 9999 }, { "vcpu-dirty-limit", " MB/s", 0, 9999 }, { "mode", "", 0, 9999 },
    { "direct-io", "", 0, 9999 }, { "x-rdma-chunk-size", " bytes", 0, 9999 },
};

static void print_parameter(Hmp *hmp, const char *name, const MigValue *value, const char *unit)
{
    gboolean quoted = g_str_has_prefix(name, "tls-");
    guint64 number = 0;

    switch (mig_value_type(value)) {
    case MIG_VALUE_BOOL:
        print(hmp, "%s: %s%s\n", name, mig_value_get_bool(value) ? "on" : "off", unit);
        break;
    case MIG_VALUE_STRING:
        print(hmp, quoted ? "%s: '%s'%s\n" : "%s: %s%s\n", name, mig_value_get_string(value), unit);
        break;
    default:
        mig_value_get_uint(value, &number);
        print(hmp, "%s: %" G_GUINT64_FORMAT "%s\n", name, number, unit);
    }
}

static void print_mapping(Hmp *hmp, const MigValue *mapping)
{
    print(hmp, "block-bitmap-mapping:\n");
    for (guint i = 0; i < mig_value_list_length(mapping); i++) {
        MigValue *node = mig_value_list_get(mapping, i), *bitmaps = mig_value_dict_get(node, "bitmaps");

        print(hmp, "  '%s' -> '%s'\n", mig_argument_text(node, "node-name"), mig_argument_text(node, "alias"));
        for (guint j = 0; j < mig_value_list_length(bitmaps); j++) {
            MigValue *bitmap = mig_value_list_get(bitmaps, j);

            print(hmp, "    '%s' -> '%s'\n", mig_argument_text(bitmap, "name"), mig_argument_text(bitmap, "alias"));
        }
    }
}

static void info_migrate_parameters(Hmp *hmp)
{
    g_autoptr(MigValue) values = mig_options_query_parameters(options_of(hmp));
    MigRelease release = hmp->context->release;
    MigValue *mapping = mig_value_dict_get(values, "block-bitmap-mapping"), *words = mig_value_dict_get(values, "cpr-exec-command");

    for (gsize i = 0; i < G_N_ELEMENTS(shown_parameters); i++) {
        const char *name = shown_parameters[i].name;
        MigValue *value = mig_value_dict_get(values, name);

        if (value && release >= shown_parameters[i].from && release <= shown_parameters[i].to) {
            print_parameter(hmp, name, value, shown_parameters[i].unit);
        }
        if (strcmp(name, "tls-authz") == 0 && release < MIG_RELEASE(11, 0) && shown_parameters[i].from == 0 && mapping) {
            print_mapping(hmp, mapping);
        }
    }
    if (mapping && release >= MIG_RELEASE(11, 0)) {
        print_mapping(hmp, mapping);
    }
    if (words) {
        print(hmp, "cpr-exec-command:");
        for (guint i = 0; i < mig_value_list_length(words); i++) {
            print(hmp, " %s", mig_value_get_string(mig_value_list_get(words, i)));
        }
        print(hmp, "\n");
    }
}

/* The properties of the migration object, as info migrate showed them up to 10.0 {2.10-10.0}. */
static void print_globals(Hmp *hmp)
{
    static const struct { MigProperty property; const char *name; MigRelease from, to; } shown[] = {
        { MIG_PROPERTY_STORE_GLOBAL_STATE, "store-global-state", MIG_RELEASE(2, 10), 9999 },
        { MIG_PROPERTY_COUNT, "only-migratable", MIG_RELEASE(2, 10), 9999 },
        { MIG_PROPERTY_SEND_CONFIGURATION, "send-configuration", MIG_RELEASE(2, 10), 9999 },
        { MIG_PROPERTY_SEND_SECTION_FOOTER, "send-section-footer", MIG_RELEASE(2, 10), 9999 },
        { MIG_PROPERTY_SEND_SWITCHOVER_START, "send-switchover-start", MIG_RELEASE(10, 0), 9999 },
        { MIG_PROPERTY_DECOMPRESS_ERROR_CHECK, "decompress-error-check", MIG_RELEASE(3, 0), MIG_RELEASE(9, 0) },
    };

    print(hmp, "globals:\n");
    for (gsize i = 0; i < G_N_ELEMENTS(shown); i++) {
        if (hmp->context->release >= shown[i].from && hmp->context->release <= shown[i].to) {
            gboolean on = shown[i].property == MIG_PROPERTY_COUNT ? mig_options_only_migratable(options_of(hmp))
                : mig_options_property(options_of(hmp), shown[i].property) != 0;

            print(hmp, "%s: %s\n", shown[i].name, on ? "on" : "off");
        }
    }
    if (hmp->context->release >= MIG_RELEASE(4, 1)) {
        print(hmp, "clear-bitmap-shift: %u\n", (guint) mig_options_property(options_of(hmp), MIG_PROPERTY_X_CLEAR_BITMAP_SHIFT));
    }
}

static void info_migrate(Hmp *hmp)
{
    g_autoptr(MigValue) info = mig_vm_query_migrate(hmp->context->vm);
    const char *status = mig_argument_text(info, "status"), *reason = mig_argument_text(info, "error-desc");

    if (hmp->context->release >= MIG_RELEASE(2, 10) && hmp->context->release <= MIG_RELEASE(10, 0)) {
        print_globals(hmp);
    }
    if (status) {
        print(hmp, "Migration status: %s", status);
        if (reason) {
            print(hmp, " (%s)", reason);
        }
        print(hmp, "\ntotal time: %" G_GINT64_FORMAT " ms\n", mig_argument_int(info, "total-time", 0));
    }
}

/* ---- Actions ---- */

static void stop(Hmp *hmp)
{
    GError *error = NULL;

    (void) mig_vm_cmd_stop(hmp->context->vm, &error);
    report(hmp, &error);
}

static void cont(Hmp *hmp)
{
    GError *error = NULL;

    (void) mig_vm_cmd_cont(hmp->context->vm, &error);
    report(hmp, &error);
}

static void quit(Hmp *hmp)
{
    MigQmp *qmp = hmp->context->qmp;

    qmp->hold_events = mig_qmp_replies_first(qmp);
    mig_vm_cmd_quit(hmp->context->vm, FALSE, "host-qmp-quit");
    qmp->quitting = TRUE;
}

static void system_reset(Hmp *hmp)
{
    GError *error = NULL;

    hmp->context->qmp->hold_events = mig_qmp_replies_first(hmp->context->qmp);
    (void) mig_vm_cmd_system_reset(hmp->context->vm, &error);
    report(hmp, &error);
}

static void migrate_set_capability(Hmp *hmp)
{
    g_autoptr(MigValue) list = mig_value_list();
    MigValue *entry = mig_value_dict();
    GError *error = NULL;
    MigCap cap;

    mig_value_list_append(list, entry);
    if (hmp->count == 2 && !mig_cap_find(hmp->context->qmp->profile, hmp->words[0], &cap)) {
        print(hmp, "Error: invalid parameter value: %s\n", hmp->words[0]);
        return;
    }
    if (hmp->count < 2 || (strcmp(hmp->words[1], "on") != 0 && strcmp(hmp->words[1], "off") != 0)) {
        print(hmp, "Expected 'on' or 'off'\nTry \"help migrate_set_capability\" for more information\n");
        return;
    }
    mig_value_dict_put(entry, "capability", mig_value_string(hmp->words[0]));
    mig_value_dict_put(entry, "state", mig_value_bool(strcmp(hmp->words[1], "on") == 0));
    if (!mig_options_set_capabilities(options_of(hmp), list, &error)) {
        report(hmp, &error);
    }
}

/* Number with an optional suffix; `unit` is what no suffix means. */
static gboolean parse_size(const char *text, guint64 unit, guint64 *ret)
{
    static const char suffixes[] = "BKMGTPE";
    char *end = NULL;
    guint64 number = g_ascii_strtoull(text, &end, 0);
    const char *suffix;

    if (end == text || text[0] == '-') {
        return FALSE;
    }
    suffix = *end ? strchr(suffixes, g_ascii_toupper(*end)) : NULL;
    if (*end && (!suffix || end[1])) {
        return FALSE;
    }
    unit = suffix ? (guint64) 1 << 10 * (suffix - suffixes) : unit;
    if (number > G_MAXUINT64 / unit) {
        return FALSE;
    }
    *ret = number * unit;
    return TRUE;
}

static MigValue *parse_parameter(const char *name, MigType type, const char *text)
{
    gboolean bandwidth = strstr(name, "bandwidth") != NULL;
    guint64 number;
    char *end = NULL;
    gint64 integer;

    switch (type) {
    case MIG_TYPE_BOOL:
        if (strcmp(text, "on") != 0 && strcmp(text, "off") != 0 && strcmp(text, "true") != 0 && strcmp(text, "false") != 0) {
            return NULL;
        }
        return mig_value_bool(strcmp(text, "on") == 0 || strcmp(text, "true") == 0);
    case MIG_TYPE_SIZE:
        return parse_size(text, bandwidth ? 1 << 20 : 1, &number) ? mig_value_uint(number) : NULL;
    case MIG_TYPE_INT:
    case MIG_TYPE_UINT8:
    case MIG_TYPE_UINT32:
    case MIG_TYPE_UINT64:
        if (bandwidth) {
            return parse_size(text, 1 << 20, &number) ? mig_value_uint(number) : NULL;
        }
        integer = g_ascii_strtoll(text, &end, 0);
        return end != text && *end == '\0' ? mig_value_int(integer) : NULL;
    case MIG_TYPE_MAPPING:
        return NULL;
    case MIG_TYPE_STRINGS: {
        MigValue *list = mig_value_list();

        mig_value_list_append(list, mig_value_string(text));
        return list;
    }
    default:
        return mig_value_string(text);
    }
}

static void migrate_set_parameter(Hmp *hmp)
{
    const char *name = hmp->words[0], *text = hmp->words[1];
    const MigProfile *profile = hmp->context->qmp->profile;
    g_autoptr(MigValue) arguments = mig_value_dict();
    const MigSchemaCommand *command = mig_schema_find_command(&hmp->context->qmp->schema, "migrate-set-parameters");
    GError *error = NULL;
    MigParam param;
    MigValue *value;

    if (!mig_param_find(profile, name, &param)) {
        print(hmp, "Error: invalid parameter value: %s\n", name);
        return;
    }
    if (mig_param_input_type(profile, param) == MIG_TYPE_MAPPING) {
        print(hmp, "Error: The block-bitmap-mapping parameter can only be set through QMP\n");
        return;
    }
    value = parse_parameter(name, mig_param_input_type(profile, param), text);
    if (!value) {
        print(hmp, "Error: Parameter '%s' expects %s\n", name, mig_param_input_type(profile, param) == MIG_TYPE_BOOL ? "'on' or 'off'"
              : hmp->context->release < MIG_RELEASE(6, 0) ? "int64" : "uint64");
        return;
    }
    mig_value_dict_put(arguments, name, value);
    if (mig_schema_check(&hmp->context->qmp->schema, command->arguments, arguments, &error)) {
        gboolean stored = mig_options_set_parameters(options_of(hmp), arguments, &error);

        (void) stored;
    }
    report(hmp, &error);
}

static void migrate(Hmp *hmp)
{
    MigMigrateArgs args = { .uri = hmp->words[hmp->count - 1] };
    gboolean detach = FALSE;
    GError *error = NULL;
    gboolean good;

    for (guint i = 0; i + 1 < hmp->count; i++) {
        for (const char *letter = hmp->words[i] + 1; *letter; letter++) {
            detach |= *letter == 'd';
            args.resume |= *letter == 'r';
            args.has_blk |= *letter == 'b';
            args.has_inc |= *letter == 'i';
        }
    }
    args.blk = args.has_blk;
    args.inc = args.has_inc;
    good = mig_vm_cmd_migrate(hmp->context->vm, &args, &error);
    if (good && !detach) {
        print(hmp, "terminal does not allow synchronous migration, continuing detached\n");
    }
    report(hmp, &error);
}

static void migrate_cancel(Hmp *hmp)
{
    GError *error = NULL;

    (void) mig_vm_cmd_migrate_cancel(hmp->context->vm, &error);
    report(hmp, &error);
}

static void migrate_incoming(Hmp *hmp)
{
    GError *error = NULL;

    (void) mig_vm_cmd_migrate_incoming(hmp->context->vm, hmp->words[hmp->count - 1], NULL, FALSE, TRUE, &error);
    report(hmp, &error);
}

static void migrate_continue(Hmp *hmp)
{
    GError *error = NULL;
    MigStatus status;

    if (!mig_status_find(hmp->words[0], &status)) {
        print(hmp, "Error: invalid parameter value: %s\n", hmp->words[0]);
        return;
    }
    (void) mig_vm_cmd_migrate_continue(hmp->context->vm, hmp->words[0], &error);
    report(hmp, &error);
}

static void migrate_start_postcopy(Hmp *hmp)
{
    GError *error = NULL;

    (void) mig_vm_cmd_migrate_start_postcopy(hmp->context->vm, &error);
    report(hmp, &error);
}

static void migrate_pause(Hmp *hmp)
{
    GError *error = NULL;

    (void) mig_vm_cmd_migrate_pause(hmp->context->vm, &error);
    report(hmp, &error);
}

static void migrate_recover(Hmp *hmp)
{
    GError *error = NULL;

    (void) mig_vm_cmd_migrate_recover(hmp->context->vm, hmp->words[0], &error);
    report(hmp, &error);
}

static void help(Hmp *hmp);

static const HmpCommand info_commands[] = {
    { "migrate", 0, 1, "a", "", info_migrate, "", "show migration status" },
    { "migrate_capabilities", 0, 0, "", "", info_migrate_capabilities, "", "show current migration capabilities" },
    { "migrate_parameters", 0, 0, "", "", info_migrate_parameters, "", "show current migration parameters" },
    { "name", 0, 0, "", "", info_name, "", "show the current VM name" },
    { "status", 0, 0, "", "", info_status, "", "show the current VM status (running|paused)" },
    { "uuid", 0, 0, "", "", info_uuid, "", "show the current VM UUID" },
    { "version", 0, 0, "", "", info_version, "", "show the version of QEMU" },
};

static const HmpCommand commands[] = {
    { "c", 0, 0, "", "", cont, "", "resume emulation", "cont|c", "c|cont" },
    { "cont", 0, 0, "", "", cont, "", "resume emulation", "cont|c", "c|cont" },
    { "help", 0, 2, "", "", help, "[cmd]", "show the help" },
    { "migrate", 1, 1, "bdir", "string", migrate, "[-d] [-r] uri", "migrate to URI" },
    { "migrate_cancel", 0, 0, "", "", migrate_cancel, "", "cancel the current VM migration" },
    { "migrate_continue", 1, 1, "", "string", migrate_continue, "state", "Continue migration from the given paused state" },
    { "migrate_incoming", 1, 1, "", "string", migrate_incoming, "uri", "Continue an incoming migration from an -incoming defer" },
    { "migrate_pause", 0, 0, "", "", migrate_pause, "", "Pause an ongoing migration (postcopy-only)" },
    { "migrate_recover", 1, 1, "", "string", migrate_recover, "uri", "Continue a paused incoming postcopy migration" },
    { "migrate_set_capability", 1, 2, "", "string", migrate_set_capability, "capability state", "Enable/Disable the usage of a capability for migration" },
    { "migrate_set_parameter", 2, 2, "", "string", migrate_set_parameter, "parameter value", "Set the parameter for migration" },
    { "migrate_start_postcopy", 0, 0, "", "", migrate_start_postcopy, "", "Followup to a migration command to switch the migration to postcopy mode." },
    { "q", 0, 0, "", "", quit, "", "quit the emulator", "quit|q", "q|quit" },
    { "quit", 0, 0, "", "", quit, "", "quit the emulator", "quit|q", "q|quit" },
    { "s", 0, 0, "", "", stop, "", "stop emulation", "stop|s", NULL },
    { "stop", 0, 0, "", "", stop, "", "stop emulation", "stop|s", NULL },
    { "system_reset", 0, 0, "", "", system_reset, "", "reset the system" },
};

static const char *shown_name(const Hmp *hmp, const HmpCommand *command)
{
    const char *shown = hmp->context->release < MIG_RELEASE(6, 0) ? command->shown_old : command->shown;

    return shown ? shown : command->name;
}

static const HmpCommand *find(const HmpCommand *table, gsize size, const char *name)
{
    for (gsize i = 0; i < size; i++) {
        if (strcmp(table[i].name, name) == 0) {
            return &table[i];
        }
    }
    return NULL;
}

static void help(Hmp *hmp)
{
    gboolean info = hmp->count > 0 && strcmp(hmp->words[0], "info") == 0;
    const HmpCommand *command;

    if (hmp->count == 0 || (info && hmp->count == 1)) {
        const HmpCommand *table = info ? info_commands : commands;

        for (gsize i = 0; i < (info ? G_N_ELEMENTS(info_commands) : G_N_ELEMENTS(commands)); i++) {
            print(hmp, "%s%s %s -- %s\n", info ? "info " : "", table[i].name, table[i].arguments, table[i].help);
        }
        return;
    }
    command = info ? find(info_commands, G_N_ELEMENTS(info_commands), hmp->words[1])
        : find(commands, G_N_ELEMENTS(commands), hmp->words[0]);
    if (command) {
        print(hmp, "%s%s %s -- %s\n", info ? "info " : "", shown_name(hmp, command), command->arguments, command->help);
    } else {
        print(hmp, "unknown command: '%s'\n", hmp->words[hmp->count - 1]);
    }
}

/* Options come first; only letters that the command knows. FALSE with the text printed. */
static gboolean check_arguments(Hmp *hmp, const HmpCommand *command, const char *prefix)
{
    guint plain = 0;

    for (guint i = 0; i < hmp->count; i++) {
        const char *word = hmp->words[i];

        if (command->options[0] && plain == 0 && word[0] == '-' && word[1]) {
            if (!strchr(command->options, word[1])) {
                print(hmp, "%s: unsupported option -%c\nTry \"help %s%s\" for more information\n", shown_name(hmp, command), word[1], prefix,
                      command->name);
                return FALSE;
            }
            continue;
        }
        plain++;
    }
    if (plain < command->min) {
        print(hmp, "%s: %s expected\nTry \"help %s%s\" for more information\n", shown_name(hmp, command), command->first, prefix, command->name);
        return FALSE;
    }
    if (plain > command->max) {
        print(hmp, "%s: extraneous characters at the end of line\nTry \"help %s%s\" for more information\n", shown_name(hmp, command), prefix,
              command->name);
        return FALSE;
    }
    return TRUE;
}

static void run_words(Hmp *hmp)
{
    gboolean info = strcmp(hmp->words[0], "info") == 0 && hmp->count > 1;
    const HmpCommand *command;

    if (strcmp(hmp->words[0], "info") == 0 && hmp->count == 1) {
        const HmpCommand *list = find(commands, G_N_ELEMENTS(commands), "help");

        list->run(hmp);
        return;
    }
    command = info ? find(info_commands, G_N_ELEMENTS(info_commands), hmp->words[1])
        : find(commands, G_N_ELEMENTS(commands), hmp->words[0]);
    if (!command) {
        print(hmp, "unknown command: '%s%s'\n", info ? "info " : "", hmp->words[info ? 1 : 0]);
        return;
    }
    hmp->words += info ? 2 : 1;
    hmp->count -= info ? 2 : 1;
    if (check_arguments(hmp, command, info ? "info " : "")) {
        command->run(hmp);
    }
}

char *mig_hmp_run(MigCommandContext *context, const char *line)
{
    g_auto(GStrv) parts = g_strsplit_set(line, " \t\r\n", -1);
    g_autoptr(GPtrArray) words = g_ptr_array_new();
    Hmp hmp = { .context = context, .out = g_string_new(NULL) };
    g_auto(GStrv) lines = NULL;
    char *text;

    for (guint i = 0; parts[i]; i++) {
        if (parts[i][0]) {
            g_ptr_array_add(words, parts[i]);
        }
    }
    hmp.words = (char **) words->pdata;
    hmp.count = words->len;
    if (hmp.count > 0) {
        run_words(&hmp);
    }
    lines = g_strsplit(hmp.out->str, "\n", -1);
    text = g_strjoinv("\r\n", lines);
    g_string_free(hmp.out, TRUE);
    return text;
}

static MigValue *human_monitor_command(MigCommandContext *context, const MigValue *arguments, GError **error)
{
    g_autofree char *text = NULL;

    /* No machine here has a CPU that a client could choose. */
    if (mig_value_dict_get(arguments, "cpu-index")) {
        g_set_error_literal(error, MIG_QMP_ERROR, MIG_QMP_ERROR_GENERIC, "Parameter 'cpu-index' expects a CPU number");
        return NULL;
    }
    text = mig_hmp_run(context, mig_argument_text(arguments, "command-line"));
    return mig_value_string(text);
}

const MigCommandHandler mig_commands_hmp[] = {
    { "human-monitor-command", human_monitor_command },
    { NULL },
};
