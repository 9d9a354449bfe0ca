/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sim/file.h"
#include "sim/process/target.h"

#include "sim/world.h"

#include <libfyaml.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* A QEMU of any release from 2.12 on; -nodefaults, so that the machine is the same wherever it was built. */
#define QEMU_COMMAND                                                                                                           \
    "{binary} -no-user-config -nodefaults -display none -M {machine} [-cpu {cpu}] [-accel {accel}] -m {ram} [-bios {bios}] "   \
    "[-chardev file,id=ticks,path={ticks} -device isa-debugcon,chardev=ticks,iobase=0xe9] "                                    \
    "-qmp unix:{qmp},server=on,wait=off {stopped} {globals} {incoming}"

static const char *const default_accel[] = { "kvm", "tcg", NULL };

void sim_target_free(SimTarget *target)
{
    if (target == NULL) {
        return;
    }
    g_free(target->name);
    g_free(target->title);
    g_free(target->profile);
    g_free(target->version);
    g_free(target->binary);
    g_free(target->machine);
    g_free(target->machine_versioned);
    g_free(target->cpu);
    g_strfreev(target->accel);
    g_free(target->command);
    g_free(target);
}

/* ---- Where things are. ---- */

static gboolean is_folder(const char *path)
{
    return g_file_test(path, G_FILE_TEST_IS_DIR);
}

char *sim_target_folder(void)
{
    /* The tree that we stand in, the tree that the program was built in, the place where it was installed. */
    static const char *const beside_program[] = { "../scenarios/targets", "../../scenarios/targets",
                                                  "../share/miglab/scenarios/targets" };
    g_autofree char *program = g_file_read_link("/proc/self/exe", NULL);
    g_autofree char *folder = NULL;

    if (is_folder("scenarios/targets")) {
        return g_strdup("scenarios/targets");
    }
    if (program == NULL) {
        return NULL;
    }
    folder = g_path_get_dirname(program);
    for (gsize i = 0; i < G_N_ELEMENTS(beside_program); i++) {
        g_autofree char *path = g_build_filename(folder, beside_program[i], NULL);
        if (is_folder(path)) {
            return g_steal_pointer(&path);
        }
    }
    return NULL;
}

static char *peers_folder(void)
{
    const char *given = g_getenv("MIGLAB_PEERS");

    return given != NULL ? g_strdup(given) : g_build_filename(g_get_user_cache_dir(), "miglab", "peers", NULL);
}

static int compare_names(gconstpointer a, gconstpointer b)
{
    return strcmp(*(char *const *) a, *(char *const *) b);
}

char **sim_target_names(void)
{
    g_autofree char *folder = sim_target_folder();
    GPtrArray *names = g_ptr_array_new();
    g_autoptr(GDir) dir = folder != NULL ? g_dir_open(folder, 0, NULL) : NULL;
    const char *file;

    while (dir != NULL && (file = g_dir_read_name(dir)) != NULL) {
        if (g_str_has_suffix(file, ".yaml")) {
            g_ptr_array_add(names, g_strndup(file, strlen(file) - strlen(".yaml")));
        }
    }
    g_ptr_array_sort(names, compare_names);
    g_ptr_array_add(names, NULL);
    return (char **) g_ptr_array_free(names, FALSE);
}

/* ---- Target files. ---- */

typedef struct {
    const char *path;
    GString *problems;
} Loading;

static void problem(Loading *loading, struct fy_node *node, const char *format, ...) G_GNUC_PRINTF(3, 4);

/* A token of the node; this libfyaml knows positions of scalars only. */
static struct fy_token *token_of(struct fy_node *node)
{
    struct fy_node_pair *pair;

    while (node != NULL && fy_node_is_sequence(node)) {
        node = fy_node_sequence_get_by_index(node, 0);
    }
    if (node != NULL && fy_node_is_mapping(node)) {
        pair = fy_node_mapping_get_by_index(node, 0);
        return pair != NULL ? token_of(fy_node_pair_key(pair)) : NULL;
    }
    return node != NULL ? fy_node_get_scalar_token(node) : NULL;
}

static void problem(Loading *loading, struct fy_node *node, const char *format, ...)
{
    struct fy_token *token = token_of(node);
    const struct fy_mark *mark = token != NULL ? fy_token_start_mark(token) : NULL;
    va_list arguments;

    g_string_append_printf(loading->problems, "%s%s:%d:%d: ", loading->problems->len > 0 ? "\n" : "", loading->path,
                           mark != NULL ? mark->line + 1 : 1, mark != NULL ? mark->column + 1 : 1);
    va_start(arguments, format);
    g_string_append_vprintf(loading->problems, format, arguments);
    va_end(arguments);
}

static char *take_text(Loading *loading, struct fy_node *node, const char *key)
{
    size_t size;
    const char *text = fy_node_is_scalar(node) ? fy_node_get_scalar(node, &size) : NULL;

    if (text == NULL || size == 0 || memchr(text, '\0', size) != NULL) {
        problem(loading, node, "'%s' has to be a text", key);
        return NULL;
    }
    return g_strndup(text, size);
}

static char **take_list(Loading *loading, struct fy_node *node, const char *key)
{
    GPtrArray *list = g_ptr_array_new();

    if (!fy_node_is_sequence(node)) {
        char *only = take_text(loading, node, key);
        if (only != NULL) {
            g_ptr_array_add(list, only);
        }
    } else {
        for (int i = 0; i < fy_node_sequence_item_count(node); i++) {
            char *item = take_text(loading, fy_node_sequence_get_by_index(node, i), key);
            if (item != NULL) {
                g_ptr_array_add(list, item);
            }
        }
    }
    g_ptr_array_add(list, NULL);
    return (char **) g_ptr_array_free(list, FALSE);
}

static void take_key(Loading *loading, SimTarget *target, struct fy_node *key_node, struct fy_node *value)
{
    g_autofree char *key = take_text(loading, key_node, "a key");
    const struct {
        const char *key;
        char **place;
    } texts[] = {
        { "title", &target->title },     { "profile", &target->profile },
        { "version", &target->version }, { "binary", &target->binary },
        { "machine", &target->machine }, { "machine-versioned", &target->machine_versioned },
        { "cpu", &target->cpu },         { "command", &target->command },
    };

    if (key == NULL) {
        return;
    }
    if (strcmp(key, "accel") == 0) {
        g_strfreev(target->accel);
        target->accel = take_list(loading, value, key);
        return;
    }
    for (gsize i = 0; i < G_N_ELEMENTS(texts); i++) {
        if (strcmp(key, texts[i].key) == 0) {
            g_free(*texts[i].place);
            *texts[i].place = take_text(loading, value, key);
            return;
        }
    }
    problem(loading, key_node,
            "'%s' is no key of a target file; expected one of title, profile, version, binary, machine, machine-versioned, "
            "cpu, accel, command",
            key);
}

static void collect_problems(Loading *loading, struct fy_diag *diag)
{
    struct fy_diag_error *item;
    void *previous = NULL;

    while ((item = fy_diag_errors_iterate(diag, &previous)) != NULL) {
        g_string_append_printf(loading->problems, "%s%s:%d:%d: %s", loading->problems->len > 0 ? "\n" : "", loading->path,
                               MAX(item->line, 1), MAX(item->column, 1), item->msg);
    }
    if (loading->problems->len == 0) {
        problem(loading, NULL, "no YAML mapping");
    }
}

static void load_text(Loading *loading, SimTarget *target, const char *text, gsize size)
{
    struct fy_diag_cfg diag_setup;
    struct fy_parse_cfg setup = { .flags = FYPCF_QUIET };
    struct fy_document *document;
    struct fy_node *root;

    if (strspn(text, " \t\r\n") == size) {          /* the library would complain on standard error */
        problem(loading, NULL, "the file is empty");
        return;
    }
    fy_diag_cfg_default(&diag_setup);
    setup.diag = fy_diag_create(&diag_setup);
    fy_diag_set_collect_errors(setup.diag, true);
    document = fy_document_build_from_string(&setup, text, size);
    root = document != NULL ? fy_document_root(document) : NULL;
    if (root == NULL) {
        collect_problems(loading, setup.diag);
    } else if (!fy_node_is_mapping(root)) {
        problem(loading, root, "a target file is a mapping of keys such as title and binary");
    } else {
        for (int i = 0; i < fy_node_mapping_item_count(root); i++) {
            struct fy_node_pair *pair = fy_node_mapping_get_by_index(root, i);
            take_key(loading, target, fy_node_pair_key(pair), fy_node_pair_value(pair));
        }
    }
    fy_document_destroy(document);
    fy_diag_destroy(setup.diag);
}

static SimTarget *new_target(const char *name)
{
    SimTarget *target = g_new0(SimTarget, 1);

    target->name = g_strdup(name);
    target->machine = g_strdup("q35");
    target->cpu = g_strdup("qemu64");
    target->command = g_strdup(QEMU_COMMAND);
    target->accel = g_strdupv((char **) default_accel);
    return target;
}

SimTarget *sim_target_load(const char *path, GError **error)
{
    g_autofree char *base = g_path_get_basename(path);
    g_autofree char *text = NULL;
    g_autoptr(SimTarget) target = NULL;
    g_autoptr(GString) problems = g_string_new(NULL);
    Loading loading = { .path = path, .problems = problems };
    gsize size;

    if (!sim_file_read(path, SIM_FILE_TEXT_MAX, &text, &size, error)) {
        g_prefix_error(error, "%s:1:1: cannot be read: ", path);
        return NULL;
    }
    if (g_str_has_suffix(base, ".yaml")) {
        base[strlen(base) - strlen(".yaml")] = '\0';
    }
    target = new_target(base);
    load_text(&loading, target, text, size);
    if (problems->len == 0 && strstr(target->command, "{qmp}") == NULL) {
        problem(&loading, NULL, "'command' is without {qmp}, expected that it says where the monitor is to listen");
    }
    if (problems->len == 0 && target->binary == NULL && strstr(target->command, "{binary}") != NULL) {
        problem(&loading, NULL, "'binary' is missing: a path, or a name to be looked up in PATH");
    }
    if (strstr(target->command, "{accel}") == NULL) {
        g_clear_pointer(&target->accel, g_strfreev);
    }
    if (problems->len == 0 && target->binary != NULL && strstr(target->binary, "{peers}") != NULL) {
        g_autofree char *peers = peers_folder();
        g_auto(GStrv) parts = g_strsplit(target->binary, "{peers}", -1);

        g_free(target->binary);
        target->binary = g_strjoinv(peers, parts);
    }
    if (problems->len > 0) {
        g_set_error_literal(error, SIM_WORLD_ERROR, SIM_WORLD_ERROR_SETUP, problems->str);
        return NULL;
    }
    return g_steal_pointer(&target);
}

static gboolean find_binary(SimTarget *target, GError **error)
{
    char *found;

    if (target->binary == NULL) {
        return TRUE;
    }
    found = g_find_program_in_path(target->binary);
    if (found == NULL) {
        g_set_error(error, SIM_WORLD_ERROR, SIM_WORLD_ERROR_SKIP, "target %s is not here: no %s", target->name, target->binary);
        return FALSE;
    }
    g_free(target->binary);
    /* The process starts in the private folder. */
    target->binary = g_canonicalize_filename(found, NULL);
    g_free(found);
    return TRUE;
}

/* A binary without a target file says itself what it is: "QEMU emulator version 7.2.22 (…". A program that says something
 * else stays without a profile. */
static void ask_profile(SimTarget *target)
{
    static const char lead[] = "QEMU emulator version ";
    char *argv[] = { target->binary, (char *) "--version", NULL };
    g_autofree char *out = NULL;
    guint major, minor;

    if (g_spawn_sync(NULL, argv, NULL, G_SPAWN_STDERR_TO_DEV_NULL, NULL, NULL, &out, NULL, NULL, NULL) && g_str_has_prefix(out, lead) &&
        sscanf(out + strlen(lead), "%u.%u", &major, &minor) == 2 && major < 1000 && minor < 1000) {
        target->profile = g_strdup_printf("qemu-%u.%u", major, minor);
    }
}

SimTarget *sim_target_find(const char *text, GError **error)
{
    g_autoptr(SimTarget) target = NULL;
    g_autofree char *folder = sim_target_folder();
    g_autofree char *file = g_strconcat(text, ".yaml", NULL);
    g_autofree char *path = folder != NULL ? g_build_filename(folder, file, NULL) : NULL;

    if (strstr(text, "{qmp}") != NULL) {
        target = new_target(text);
        g_free(target->command);
        target->command = g_strdup(text);
        if (strstr(text, "{accel}") == NULL) {
            g_clear_pointer(&target->accel, g_strfreev);
        }
        return g_steal_pointer(&target);
    }
    if (g_str_has_suffix(text, ".yaml")) {
        target = sim_target_load(text, error);
    } else if (strchr(text, '/') == NULL && path != NULL && g_file_test(path, G_FILE_TEST_EXISTS)) {
        target = sim_target_load(path, error);
    } else {
        g_autofree char *program = g_find_program_in_path(text);

        if (program == NULL) {
            g_set_error(error, SIM_WORLD_ERROR, SIM_WORLD_ERROR_SETUP,
                        "'%s' is no target: neither a name from %s, nor a program, nor a command with {qmp}", text,
                        folder != NULL ? folder : "scenarios/targets");
            return NULL;
        }
        target = new_target(text);
        target->binary = g_strdup(text);
    }
    if (target == NULL || !find_binary(target, error)) {
        return NULL;
    }
    if (target->binary != NULL && target->profile == NULL && strchr(text, '{') == NULL) {
        ask_profile(target);
    }
    return g_steal_pointer(&target);
}

/* ---- Command lines. ---- */

static const char *value_of(const SimTarget *target, const SimTargetValues *values, const char *name, gsize size)
{
    g_autofree char *program = g_file_read_link("/proc/self/exe", NULL);
    const char *self = g_intern_string(program);
    const struct {
        const char *name, *value;
    } table[] = {
        { "self", self },             { "binary", target->binary }, { "qmp", values->qmp },         { "incoming", values->incoming },
        { "ram", values->ram },       { "bios", values->bios },       { "ticks", values->ticks },
        { "dir", values->dir },       { "machine", values->machine }, { "accel", values->accel },
        { "contents", values->contents },
        /* An empty machine has no processor. */
        { "cpu", g_strcmp0(values->machine, "none") == 0 ? NULL : target->cpu },
    };

    for (gsize i = 0; i < G_N_ELEMENTS(table); i++) {
        if (strlen(table[i].name) == size && strncmp(table[i].name, name, size) == 0) {
            return table[i].value != NULL ? table[i].value : "";
        }
    }
    return NULL;
}

/* One word with its placeholders filled. NULL: unknown placeholder. *ret_empty: one of them was empty. */
static char *fill(const SimTarget *target, const SimTargetValues *values, const char *word, gboolean *ret_empty, GError **error)
{
    g_autoptr(GString) text = g_string_new(NULL);
    const char *open;

    while ((open = strchr(word, '{')) != NULL) {
        const char *close = strchr(open, '}');
        const char *value = close != NULL ? value_of(target, values, open + 1, (gsize) (close - open - 1)) : NULL;

        if (value == NULL) {
            g_set_error(error, SIM_WORLD_ERROR, SIM_WORLD_ERROR_SETUP, "the command of target %s: '%s' is no placeholder",
                        target->name, open);
            return NULL;
        }
        *ret_empty |= value[0] == '\0';
        g_string_append_len(text, word, open - word);
        g_string_append(text, value);
        word = close + 1;
    }
    g_string_append(text, word);
    return g_string_free(g_steal_pointer(&text), FALSE);
}

static gboolean add_whole_word(const SimTarget *target, const SimTargetValues *values, const char *word, GPtrArray *argv)
{
    if (strcmp(word, "{incoming}") == 0) {
        if (values->incoming != NULL && values->incoming[0] != '\0') {
            g_ptr_array_add(argv, g_strdup("-incoming"));
            g_ptr_array_add(argv, g_strdup(values->incoming));
        }
    } else if (strcmp(word, "{stopped}") == 0) {
        if (values->stopped) {
            g_ptr_array_add(argv, g_strdup("-S"));
        }
    } else if (strcmp(word, "{globals}") == 0) {
        for (char **global = values->globals; global != NULL && *global != NULL; global++) {
            g_ptr_array_add(argv, g_strdup("-global"));
            g_ptr_array_add(argv, g_strdup(*global));
        }
    } else {
        return FALSE;
    }
    return TRUE;
}

static gboolean check_places(const SimTarget *target, const SimTargetValues *values, GError **error)
{
    const struct {
        const char *placeholder;
        gboolean needed;
    } places[] = {
        { "{incoming}", values->incoming != NULL && values->incoming[0] != '\0' },
        { "{stopped}", values->stopped },
        { "{globals}", values->globals != NULL && values->globals[0] != NULL },
    };

    for (gsize i = 0; i < G_N_ELEMENTS(places); i++) {
        if (places[i].needed && strstr(target->command, places[i].placeholder) == NULL) {
            g_set_error(error, SIM_WORLD_ERROR, SIM_WORLD_ERROR_SKIP, "the command of target %s has no %s", target->name,
                        places[i].placeholder);
            return FALSE;
        }
    }
    return TRUE;
}

char **sim_target_command(const SimTarget *target, const SimTargetValues *values, GError **error)
{
    g_autoptr(GPtrArray) argv = g_ptr_array_new_with_free_func(g_free);
    g_auto(GStrv) words = NULL;
    gboolean in_group = FALSE, group_empty = FALSE;
    guint group_start = 0;
    GError *why = NULL;

    if (!check_places(target, values, error)) {
        return NULL;
    }
    if (!g_shell_parse_argv(target->command, NULL, &words, &why)) {
        g_set_error(error, SIM_WORLD_ERROR, SIM_WORLD_ERROR_SETUP, "the command of target %s: %s", target->name, why->message);
        g_error_free(why);
        return NULL;
    }
    for (char **place = words; *place != NULL; place++) {
        g_autofree char *word = g_strdup(*place);
        gboolean ends_group = FALSE, empty = FALSE;
        char *start = word;
        char *filled;

        if (!in_group && start[0] == '[') {
            in_group = TRUE;
            group_empty = FALSE;
            group_start = argv->len;
            start++;
        }
        if (in_group && g_str_has_suffix(start, "]")) {
            ends_group = TRUE;
            start[strlen(start) - 1] = '\0';
        }
        if (in_group || !add_whole_word(target, values, start, argv)) {
            filled = fill(target, values, start, &empty, error);
            if (filled == NULL) {
                return NULL;
            }
            g_ptr_array_add(argv, filled);
            group_empty |= empty;
        }
        if (ends_group) {
            if (group_empty) {
                g_ptr_array_set_size(argv, (gint) group_start);
            }
            in_group = FALSE;
        }
    }
    if (in_group || argv->len == 0) {
        g_set_error(error, SIM_WORLD_ERROR, SIM_WORLD_ERROR_SETUP, "the command of target %s: %s", target->name,
                    in_group ? "a '[' without its ']'" : "it is empty");
        return NULL;
    }
    g_ptr_array_add(argv, NULL);
    return (char **) g_ptr_array_free(g_steal_pointer(&argv), FALSE);
}
