/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * miglab options check: sets parameters and then capabilities on an idle QEMU of that release, as a client would (one command
 * each), and says which rule refuses and what to change.
 */
#include "sim/options/call.h"

#include <string.h>

#include "reference/options/enum.h"
#include "reference/options/options.h"
#include "sim/command.h"
#include "sim/options/repair.h"

typedef struct {
    const char *command;      /* that was refused; NULL: all accepted */
    MigRule rule;
    const char *error_class;  /* NULL: no error */
    char *text;
    GPtrArray *advice;        /* of char * */
    GPtrArray *printed;       /* what QEMU prints to stderr: of char * */
} Outcome;

static void outcome_clear(Outcome *outcome)
{
    g_free(outcome->text);
    g_ptr_array_unref(outcome->advice);
    g_ptr_array_unref(outcome->printed);
}

static void keep_message(gpointer opaque, const char *text)
{
    g_ptr_array_add(opaque, g_strdup(text));
}

/* ---- Reading the arguments ---- */

static gboolean read_caps(const MigProfile *profile, const char *text, MigCapSet *ret_set, GError **error)
{
    g_auto(GStrv) words = g_strsplit_set(text, ", ", -1);
    MigCapSet set = 0;

    for (char **word = words; *word != NULL; word++) {
        MigCap cap;

        if (**word == '\0' || (strcmp(*word, "none") == 0 && words[1] == NULL)) {
            continue;
        }
        if (!mig_cap_find(profile, *word, &cap)) {
            g_autofree char *all = mig_caps_to_string(profile, mig_profile_caps(profile));

            g_set_error(error, MIG_PROFILE_ERROR, MIG_PROFILE_ERROR_UNKNOWN, "%s has no capability '%s'; it has %s",
                        mig_profile_name(profile), *word, all);
            return FALSE;
        }
        set |= MIG_CAP_BIT(cap);
    }
    *ret_set = set;
    return TRUE;
}

/* "x" as the argument's type wants it. */
static MigValue *read_value(const MigProfile *profile, MigParam param, const char *text, GError **error)
{
    MigType type = mig_param_input_type(profile, param);
    guint64 number;
    gint64 integer;

    switch (type) {
    case MIG_TYPE_INT:
        if (g_ascii_string_to_signed(text, 10, G_MININT64, G_MAXINT64, &integer, NULL)) {
            return mig_value_int(integer);
        }
        break;
    case MIG_TYPE_UINT8:
    case MIG_TYPE_UINT32:
    case MIG_TYPE_UINT64:
    case MIG_TYPE_SIZE:
        if (g_ascii_string_to_unsigned(text, 10, 0, type == MIG_TYPE_UINT8 ? G_MAXUINT8 : type == MIG_TYPE_UINT32 ? G_MAXUINT32 : G_MAXUINT64,
                                       &number, NULL)) {
            return mig_value_uint(number);
        }
        if (type != MIG_TYPE_UINT8 && type != MIG_TYPE_UINT32 && g_ascii_string_to_signed(text, 10, G_MININT64, -1, &integer, NULL)) {
            return mig_value_int(integer);                          /* JSON may say so, and QEMU takes it modulo 2^64 */
        }
        break;
    case MIG_TYPE_BOOL:
        if (strcmp(text, "true") == 0 || strcmp(text, "on") == 0) {
            return mig_value_bool(TRUE);
        }
        if (strcmp(text, "false") == 0 || strcmp(text, "off") == 0) {
            return mig_value_bool(FALSE);
        }
        break;
    case MIG_TYPE_STRING:
    case MIG_TYPE_STR_OR_NULL:
        return type == MIG_TYPE_STR_OR_NULL && strcmp(text, "null") == 0 ? mig_value_null() : mig_value_string(text);
    case MIG_TYPE_COMPRESSION:
    case MIG_TYPE_MODE:
    case MIG_TYPE_ZERO_PAGE:
        if (mig_enum_value(profile, type, text, &number)) {
            return mig_value_string(text);
        }
        break;
    case MIG_TYPE_MAPPING:
    case MIG_TYPE_STRINGS:
    case MIG_TYPE_COUNT:
        g_set_error(error, MIG_PROFILE_ERROR, MIG_PROFILE_ERROR_UNKNOWN, "%s is a list; this command takes no lists",
                    mig_param_name(profile, param));
        return NULL;
    }
    g_set_error(error, MIG_PROFILE_ERROR, MIG_PROFILE_ERROR_UNKNOWN, "%s of %s is of type %s; '%s' is none%s%s",
                mig_param_name(profile, param), mig_profile_name(profile), mig_type_name(type), text,
                *mig_param_limits(profile, param) != '\0' ? ", expected " : "", mig_param_limits(profile, param));
    return NULL;
}

static MigValue *read_params(const MigProfile *profile, char **words, GError **error)
{
    g_autoptr(MigValue) arguments = mig_value_dict();

    for (; *words != NULL; words++) {
        g_auto(GStrv) parts = g_strsplit(*words, "=", 2);
        MigParam param;
        MigValue *value;

        if (parts[0] == NULL || parts[1] == NULL) {
            g_set_error(error, MIG_PROFILE_ERROR, MIG_PROFILE_ERROR_UNKNOWN, "'%s' is no parameter; expected NAME=VALUE", *words);
            return NULL;
        }
        if (!mig_param_find(profile, parts[0], &param)) {
            g_set_error(error, MIG_PROFILE_ERROR, MIG_PROFILE_ERROR_UNKNOWN, "%s has no parameter '%s'; 'miglab options show' lists them",
                        mig_profile_name(profile), parts[0]);
            return NULL;
        }
        if (mig_value_dict_get(arguments, parts[0]) != NULL) {
            g_set_error(error, MIG_PROFILE_ERROR, MIG_PROFILE_ERROR_UNKNOWN, "%s is there twice, expected it once", parts[0]);
            return NULL;
        }
        value = read_value(profile, param, parts[1], error);
        if (value == NULL) {
            return NULL;
        }
        mig_value_dict_put(arguments, parts[0], value);
    }
    return g_steal_pointer(&arguments);
}

/* ---- Asking ---- */

/* The rule behind a refused command, found by asking the plain checks again. */
static MigRule rule_of_params(const MigOptions *options, const MigValue *arguments)
{
    const MigProfile *profile = mig_options_profile(options);
    MigParamValues values = *mig_options_values(options);
    MigParamMask given = 0;

    for (int i = 0; i < MIG_PARAM_COUNT; i++) {
        const char *name = mig_param_name(profile, (MigParam) i);
        const MigValue *item = name != NULL ? mig_value_dict_get(arguments, name) : NULL;
        MigType type = item != NULL ? mig_param_input_type(profile, (MigParam) i) : MIG_TYPE_INT;
        gint64 integer;

        if (item == NULL) {
            continue;
        }
        given |= MIG_PARAM_BIT(i);
        if (mig_param_forgotten(profile, (MigParam) i)) {
            continue;
        }
        if (mig_value_type(item) == MIG_VALUE_NUMBER) {
            if (mig_value_get_int(item, &integer)) {
                values.value[i] = (guint64) integer;
            } else {
                (void) mig_value_get_uint(item, &values.value[i]);   /* one of the two holds: the type was read before */
            }
            values.value[i] = mig_param_narrow(profile, (MigParam) i, values.value[i]);
        } else if (mig_value_type(item) == MIG_VALUE_BOOL) {
            values.value[i] = mig_value_get_bool(item) ? 1 : 0;
        } else if (mig_type_enum(type) != NULL) {
            (void) mig_enum_value(profile, type, mig_value_get_string(item), &values.value[i]);
        } else {
            values.value[i] = mig_value_type(item) == MIG_VALUE_STRING && *mig_value_get_string(item) != '\0' ? MIG_TEXT_SET : MIG_TEXT_EMPTY;
        }
    }
    return mig_params_check(profile, sim_options_facts(profile), mig_options_caps(options), mig_options_values(options), &values, given);
}

static void advise_params(const MigOptions *options, const MigValue *arguments, Outcome *outcome)
{
    const MigProfile *profile = mig_options_profile(options);

    for (guint i = 0; i < mig_value_dict_size(arguments); i++) {
        MigParam param;

        if (mig_param_find(profile, mig_value_dict_key(arguments, i), &param) && *mig_param_limits(profile, param) != '\0') {
            g_ptr_array_add(outcome->advice, g_strdup_printf("%s: %s %s", mig_param_name(profile, param), mig_param_limits(profile, param),
                                                             mig_param_unit(param)));
        }
    }
}

static void advise_repairs(const MigProfile *profile, MigCapSet set, MigCompression compression, gboolean tls, const char *before,
                           Outcome *outcome)
{
    g_autoptr(GArray) repairs = sim_repair_caps(profile, sim_options_facts(profile), set, compression, tls);

    for (guint i = 0; i < repairs->len; i++) {
        const SimRepair *repair = &g_array_index(repairs, SimRepair, i);
        g_autofree char *text = sim_repair_to_string(profile, repair);

        if (repair->on == 0 && repair->off == 0) {
            g_ptr_array_add(outcome->advice, g_strdup(before));
        } else {
            g_ptr_array_add(outcome->advice, *before != '\0' ? g_strdup_printf("%s, and %s", before, text) : g_strdup(text));
        }
    }
}

static void advise_caps(const MigOptions *options, MigCapSet set, Outcome *outcome)
{
    const MigProfile *profile = mig_options_profile(options);
    MigCompression compression = (MigCompression) mig_options_number(options, MIG_PARAM_MULTIFD_COMPRESSION);
    gboolean tls = mig_options_number(options, MIG_PARAM_TLS_CREDS) == MIG_TEXT_SET;
    g_auto(GStrv) aspects = sim_repair_aspects(profile, set, compression, tls);

    advise_repairs(profile, set, compression, tls, "", outcome);
    if (compression != MIG_COMPRESSION_NONE || tls) {
        advise_repairs(profile, set, MIG_COMPRESSION_NONE, FALSE, "leave multifd-compression none and tls-creds empty", outcome);
    }
    for (char **aspect = aspects; *aspect != NULL; aspect++) {
        g_ptr_array_add(outcome->advice, g_strdup_printf("take a QEMU or host %s", *aspect));
    }
}

static void refuse(Outcome *outcome, const char *command, MigRule rule, const GError *error)
{
    outcome->command = command;
    outcome->rule = rule;
    outcome->error_class = error != NULL && error->domain == MIG_QMP_ERROR ? mig_qmp_error_class_name((MigQmpErrorClass) error->code) : NULL;
    outcome->text = error == NULL                    ? NULL
                  : error->domain == MIG_DIES ? g_strdup("the process dies") : g_strdup(error->message);
}

static void ask(MigOptions *options, const MigValue *arguments, MigCapSet set, Outcome *outcome)
{
    const MigProfile *profile = mig_options_profile(options);
    g_autoptr(MigValue) list = mig_value_list();
    g_autoptr(GError) error = NULL;
    MigCapsVerdict verdict;

    if (mig_value_dict_size(arguments) > 0) {
        MigRule rule = rule_of_params(options, arguments);

        if (!mig_options_set_parameters(options, arguments, &error)) {
            refuse(outcome, "migrate-set-parameters", rule, error);
            advise_params(options, arguments, outcome);
            return;
        }
    }
    for (int i = 0; i < MIG_CAP_COUNT; i++) {
        if (set & MIG_CAP_BIT(i)) {
            MigValue *entry = mig_value_dict();

            mig_value_dict_put(entry, "capability", mig_value_string(mig_cap_name(profile, (MigCap) i)));
            mig_value_dict_put(entry, "state", mig_value_bool(TRUE));
            mig_value_list_append(list, entry);
        }
    }
    verdict = mig_caps_set(profile, sim_options_facts(profile), 0, set, set,
                           (MigCompression) mig_options_number(options, MIG_PARAM_MULTIFD_COMPRESSION),
                           mig_options_number(options, MIG_PARAM_TLS_CREDS) == MIG_TEXT_SET);
    if (!mig_options_set_capabilities(options, list, &error)) {
        refuse(outcome, "migrate-set-capabilities", verdict.rule, error);
        advise_caps(options, set, outcome);
    } else if (mig_options_caps(options) != set) {
        refuse(outcome, "migrate-set-capabilities",
               verdict.cleared_compress ? MIG_RULE_CAP_POSTCOPY_COMPRESS_CLEAR : MIG_RULE_CAP_POSTCOPY_HOST_CLEAR, NULL);
        outcome->text = g_strdup("success, but postcopy goes off again");
        advise_caps(options, set, outcome);
    }
}

/* ---- Answering ---- */

static json_t *strings(const GPtrArray *texts)
{
    json_t *list = json_array();

    for (guint i = 0; i < texts->len; i++) {
        json_array_append_new(list, json_string(g_ptr_array_index(texts, i)));
    }
    return list;
}

static int answer(const SimOptionsCall *call, const MigOptions *options, MigCapSet set, const Outcome *outcome)
{
    const MigProfile *profile = mig_options_profile(options);
    gboolean accepted = outcome->command == NULL;
    const char *id = outcome->rule != MIG_RULE_NONE ? mig_rule_id(profile, outcome->rule) : NULL;
    g_autofree char *names = mig_caps_to_string(profile, set);

    if (call->json) {
        sim_options_print_json(call,
                               json_pack("{s:s, s:s, s:o, s:b, s:s?, s:s?, s:s?, s:s?, s:o, s:o}", "profile", mig_profile_name(profile),
                                         "changes", mig_profile_changes(profile), "capabilities", sim_options_caps_json(profile, set),
                                         "accepted", accepted, "command", outcome->command, "rule", id, "class",
                                         outcome->error_class, "text", outcome->text, "advice", strings(outcome->advice),
                                         "stderr", strings(outcome->printed)));
        return accepted ? SIM_EXIT_CLEAN : SIM_EXIT_FINDINGS;
    }
    fprintf(call->out, "%s%s%s: %s\n", mig_profile_name(profile), *mig_profile_changes(profile) != '\0' ? " " : "",
            mig_profile_changes(profile), accepted ? "accepted" : "refused");
    fprintf(call->out, "  capabilities  %s\n", names);
    if (!accepted) {
        fprintf(call->out, "  command       %s\n", outcome->command);
        fprintf(call->out, "  answer        %s%s%s\n", outcome->error_class != NULL ? outcome->error_class : "",
                outcome->error_class != NULL ? ": " : "", outcome->text);
        fprintf(call->out, "  rule          %s\n", id != NULL ? id : "-");
    }
    for (guint i = 0; i < outcome->printed->len; i++) {
        fprintf(call->out, "  stderr        %s\n", (const char *) g_ptr_array_index(outcome->printed, i));
    }
    for (guint i = 0; i < outcome->advice->len; i++) {
        fprintf(call->out, "  %s  %s\n", i == 0 ? "to change   " : "         or ", (const char *) g_ptr_array_index(outcome->advice, i));
    }
    return accepted ? SIM_EXIT_CLEAN : SIM_EXIT_FINDINGS;
}

int sim_options_check(const SimOptionsCall *call)
{
    g_autoptr(MigProfile) profile = sim_options_profile(call, call->arguments[0]);
    Outcome outcome = { .rule = MIG_RULE_NONE };
    g_autoptr(MigValue) arguments = NULL;
    g_autoptr(MigOptions) options = NULL;
    MigOptionsHost host = { .message = keep_message };
    g_autoptr(GError) error = NULL;
    MigCapSet set = 0;
    int status;

    if (profile == NULL) {
        return SIM_EXIT_USAGE;
    }
    if (!read_caps(profile, call->arguments[1], &set, &error)
        || (arguments = read_params(profile, call->arguments + 2, &error)) == NULL) {
        fprintf(stderr, "miglab options: %s\n", error->message);
        return SIM_EXIT_USAGE;
    }
    outcome.advice = g_ptr_array_new_with_free_func(g_free);
    outcome.printed = g_ptr_array_new_with_free_func(g_free);
    host.opaque = outcome.printed;
    options = mig_options_new(profile, &host);
    ask(options, arguments, set, &outcome);
    status = answer(call, options, set, &outcome);
    outcome_clear(&outcome);
    return status;
}
