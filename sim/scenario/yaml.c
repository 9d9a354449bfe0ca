/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sim/scenario/yaml.h"

#include <errno.h>
#include <string.h>

typedef struct {
    SimPosition position;
    guint order;               /* of being found, for problems at one place */
    char *text;
} Problem;

static void problem_clear(gpointer data)
{
    g_free(((Problem *) data)->text);
}

/* Names and values of a file are quoted in messages: nothing in them may drive a terminal or begin a line of its own, and a
 * megabyte of them helps nobody. */
static char *printable(const char *text)
{
    GString *out = g_string_new(NULL);

    for (const char *c = text; *c != '\0'; c = g_utf8_next_char(c)) {
        gunichar letter = g_utf8_get_char(c);

        if (out->len >= SIM_YAML_PROBLEM_MAX) {
            g_string_append(out, "…");
            break;
        }
        if (g_unichar_isprint(letter)) {
            g_string_append_unichar(out, letter);
        } else {
            g_string_append_printf(out, "\\u%04x", letter);
        }
    }
    return g_string_free(out, FALSE);
}

static void add_problem(SimYaml *yaml, SimPosition position, const char *text)
{
    g_autofree char *valid = g_utf8_make_valid(text, -1);
    Problem problem = { position, yaml->problems->len, printable(valid) };

    g_array_append_val(yaml->problems, problem);
}

void sim_yaml_problem(SimYaml *yaml, SimPosition position, const char *format, ...)
{
    g_autofree char *text = NULL;
    va_list args;

    va_start(args, format);
    text = g_strdup_vprintf(format, args);
    add_problem(yaml, position, text);
    va_end(args);
}

guint sim_yaml_problem_count(const SimYaml *yaml)
{
    return yaml->problems->len;
}

static int by_position(gconstpointer a, gconstpointer b)
{
    const Problem *x = a, *y = b;

    return x->position.line != y->position.line ? x->position.line - y->position.line
           : x->position.column != y->position.column ? x->position.column - y->position.column
           : x->order < y->order ? -1 : x->order > y->order;
}

void sim_yaml_print_problems(SimYaml *yaml, const char *name, GString *out)
{
    g_array_sort(yaml->problems, by_position);
    for (guint i = 0; i < yaml->problems->len; i++) {
        const Problem *problem = &g_array_index(yaml->problems, Problem, i);

        if (i == SIM_YAML_PROBLEMS_SHOWN) {
            g_string_append_printf(out, "%s:%d:%d: here and behind this place %u more problems\n", name, problem->position.line,
                                   problem->position.column, yaml->problems->len - i);
            break;
        }
        g_string_append_printf(out, "%s:%d:%d: %s\n", name, problem->position.line, problem->position.column, problem->text);
    }
}

static void ignore_output(struct fy_diag *diag, void *user, const char *text, size_t size)
{
    (void) diag, (void) user, (void) text, (void) size;           /* the errors are collected instead */
}

static void find_twice(SimYaml *yaml, struct fy_node *node, SimPosition position, int depth);

SimYaml *sim_yaml_new(const char *text, gsize size)
{
    SimYaml *yaml = g_new0(SimYaml, 1);
    struct fy_diag_cfg diag_config;
    /* libfyaml compares every key with every other; find_twice() looks them up. */
    struct fy_parse_cfg config = { .flags = FYPCF_QUIET | FYPCF_COLLECT_DIAG | FYPCF_ALLOW_DUPLICATE_KEYS };
    struct fy_diag_error *error;
    void *previous = NULL;

    yaml->problems = g_array_new(FALSE, FALSE, sizeof (Problem));
    g_array_set_clear_func(yaml->problems, problem_clear);
    if (size > SIM_YAML_SIZE_MAX) {
        sim_yaml_problem(yaml, (SimPosition) { 1, 1 }, "the file has %" G_GSIZE_FORMAT " bytes, expected at most %d", size, SIM_YAML_SIZE_MAX);
        return yaml;
    }
    if (memchr(text, '\0', size) != NULL || !g_utf8_validate(text, (gssize) size, NULL)) {
        sim_yaml_problem(yaml, (SimPosition) { 1, 1 }, "the file is not UTF-8 text");
        return yaml;
    }
    yaml->text = g_strndup(text, size);
    fy_diag_cfg_default(&diag_config);
    diag_config.fp = NULL;
    diag_config.output_fn = ignore_output;
    yaml->diag = fy_diag_create(&diag_config);
    fy_diag_set_collect_errors(yaml->diag, true);
    config.diag = yaml->diag;
    yaml->document = fy_document_build_from_string(&config, yaml->text, size);
    while ((error = fy_diag_errors_iterate(yaml->diag, &previous)) != NULL) {
        sim_yaml_problem(yaml, (SimPosition) { MAX(error->line, 1), MAX(error->column, 1) }, "%s", error->msg);
    }
    if (yaml->document == NULL && yaml->problems->len == 0) {
        sim_yaml_problem(yaml, (SimPosition) { 1, 1 }, "this is no YAML document");
    }
    find_twice(yaml, yaml->document != NULL ? fy_document_root(yaml->document) : NULL, (SimPosition) { 1, 1 }, 0);
    return yaml;
}

void sim_yaml_free(SimYaml *yaml)
{
    if (yaml != NULL) {
        fy_document_destroy(yaml->document);
        fy_diag_destroy(yaml->diag);
        g_array_unref(yaml->problems);
        g_free(yaml->text);
        g_free(yaml);
    }
}

/* libfyaml gives tokens of scalars only; a mapping or a sequence begins where its first member does. */
static gboolean position_of(struct fy_node *node, SimPosition *ret)
{
    for (int depth = 0; node != NULL && depth < SIM_YAML_DEPTH_MAX; depth++) {
        void *previous = NULL;

        if (fy_node_is_scalar(node)) {
            struct fy_token *token = fy_node_get_scalar_token(node);
            const struct fy_mark *mark = token != NULL ? fy_token_start_mark(token) : NULL;

            if (mark != NULL) {
                *ret = (SimPosition) { mark->line + 1, mark->column + 1 };
            }
            return mark != NULL;
        }
        if (fy_node_is_mapping(node)) {
            struct fy_node_pair *pair = fy_node_mapping_iterate(node, &previous);

            node = pair != NULL ? fy_node_pair_key(pair) : NULL;
        } else {
            node = fy_node_sequence_iterate(node, &previous);
        }
    }
    return FALSE;
}

static SimNode wrap(struct fy_node *node, SimPosition fallback)
{
    SimNode result = { node, fallback };

    (void) position_of(node, &result.position);
    return result;
}

SimNode sim_yaml_root(SimYaml *yaml)
{
    return wrap(yaml->document != NULL ? fy_document_root(yaml->document) : NULL, (SimPosition) { 1, 1 });
}

gboolean sim_node_is_scalar(SimNode node) { return node.node != NULL && fy_node_is_scalar(node.node) && !fy_node_is_alias(node.node); }
gboolean sim_node_is_mapping(SimNode node) { return node.node != NULL && fy_node_is_mapping(node.node); }
gboolean sim_node_is_sequence(SimNode node) { return node.node != NULL && fy_node_is_sequence(node.node); }

static const char *kind_of(SimNode node)
{
    return node.node == NULL ? "nothing" : fy_node_is_alias(node.node) ? "an alias" : fy_node_is_mapping(node.node) ? "a mapping"
           : fy_node_is_sequence(node.node) ? "a list" : "a text";
}

const char *sim_node_text(SimYaml *yaml, SimNode node, const char *what)
{
    if (!sim_node_is_scalar(node)) {
        sim_yaml_problem(yaml, node.position, "%s, expected %s", kind_of(node), what);
        return NULL;
    }
    return fy_node_get_scalar0(node.node);
}

/* What is there twice, in whatever mapping of the file: asked once, when the file was read. */
static void find_twice(SimYaml *yaml, struct fy_node *node, SimPosition position, int depth)
{
    SimNode here = wrap(node, position);
    gpointer previous = NULL;

    if (node == NULL || depth > SIM_YAML_DEPTH_MAX) {
        return;
    }
    if (fy_node_is_sequence(node)) {
        struct fy_node *item;

        while ((item = fy_node_sequence_iterate(node, &previous)) != NULL) {
            find_twice(yaml, item, here.position, depth + 1);
        }
    } else if (fy_node_is_mapping(node)) {
        g_autoptr(GHashTable) names = g_hash_table_new(g_str_hash, g_str_equal);
        struct fy_node_pair *pair;

        while ((pair = fy_node_mapping_iterate(node, &previous)) != NULL) {
            SimNode key = wrap(fy_node_pair_key(pair), here.position);
            const char *name = sim_node_is_scalar(key) ? fy_node_get_scalar0(key.node) : NULL;

            if (name != NULL && !g_hash_table_add(names, (gpointer) name)) {
                sim_yaml_problem(yaml, key.position, "duplicate key '%s', expected it once", name);
            }
            find_twice(yaml, fy_node_pair_value(pair), key.position, depth + 1);
        }
    }
}

void sim_node_each_member(SimYaml *yaml, SimNode node, const char *what, SimMemberFunc visit, gpointer opaque)
{
    struct fy_node_pair *pair;
    void *previous = NULL;

    if (!sim_node_is_mapping(node)) {
        sim_yaml_problem(yaml, node.position, "%s, expected %s", kind_of(node), what);
        return;
    }
    while ((pair = fy_node_mapping_iterate(node.node, &previous)) != NULL) {
        SimNode key = wrap(fy_node_pair_key(pair), node.position);

        if (!sim_node_is_scalar(key)) {
            sim_yaml_problem(yaml, key.position, "%s as a key, expected a text", kind_of(key));
            continue;
        }
        visit(yaml, fy_node_get_scalar0(key.node), key.position, wrap(fy_node_pair_value(pair), key.position), opaque);
    }
}

guint sim_node_length(SimNode node)
{
    int count = sim_node_is_mapping(node) ? fy_node_mapping_item_count(node.node)
                : sim_node_is_sequence(node) ? fy_node_sequence_item_count(node.node) : 0;

    return count > 0 ? (guint) count : 0;
}

gboolean sim_node_next(SimNode sequence, gpointer *state, SimNode *ret)
{
    struct fy_node *item = fy_node_sequence_iterate(sequence.node, state);

    if (item != NULL) {
        *ret = wrap(item, sequence.position);
    }
    return item != NULL;
}

char **sim_node_texts(SimYaml *yaml, SimNode node, const char *what)
{
    g_autoptr(GStrvBuilder) list = g_strv_builder_new();
    gpointer state = NULL;
    gboolean good = TRUE;
    SimNode item;

    if (!sim_node_is_sequence(node)) {
        const char *text = sim_node_text(yaml, node, what);

        if (text == NULL) {
            return NULL;
        }
        g_strv_builder_add(list, text);
        return g_strv_builder_end(list);
    }
    while (sim_node_next(node, &state, &item)) {
        const char *text = sim_node_text(yaml, item, what);

        if (text != NULL) {
            g_strv_builder_add(list, text);
        }
        good = good && text != NULL;
    }
    return good ? g_strv_builder_end(list) : NULL;
}

gboolean sim_node_bool(SimYaml *yaml, SimNode node, gboolean *ret)
{
    const char *text = sim_node_text(yaml, node, "true or false");

    if (text == NULL) {
        return FALSE;
    }
    if (g_str_equal(text, "true") || g_str_equal(text, "on") || g_str_equal(text, "yes")) {
        *ret = TRUE;
    } else if (g_str_equal(text, "false") || g_str_equal(text, "off") || g_str_equal(text, "no")) {
        *ret = FALSE;
    } else {
        sim_yaml_problem(yaml, node.position, "'%s', expected true or false", text);
        return FALSE;
    }
    return TRUE;
}

/* The JSON number grammar, so that "012" and "1_000" stay texts. */
static json_t *plain_number(const char *text)
{
    json_error_t error;
    json_t *value = json_loads(text, JSON_DECODE_ANY, &error);

    if (value != NULL && !json_is_number(value)) {
        json_decref(value);
        value = NULL;
    }
    return value;
}

static json_t *to_json(SimYaml *yaml, SimNode node, int depth)
{
    if (depth > SIM_YAML_DEPTH_MAX) {
        sim_yaml_problem(yaml, node.position, "nested more than %d deep", SIM_YAML_DEPTH_MAX);
        return NULL;
    }
    if (node.node == NULL) {
        return json_null();
    }
    if (sim_node_is_mapping(node)) {
        json_t *object = json_object();
        struct fy_node_pair *pair;
        void *previous = NULL;

        while ((pair = fy_node_mapping_iterate(node.node, &previous)) != NULL) {
            SimNode key = wrap(fy_node_pair_key(pair), node.position);
            const char *name = sim_node_text(yaml, key, "a name");
            json_t *value = name != NULL ? to_json(yaml, wrap(fy_node_pair_value(pair), key.position), depth + 1) : NULL;

            if (value == NULL) {
                json_decref(object);
                return NULL;
            }
            json_object_set_new(object, name, value);
        }
        return object;
    }
    if (sim_node_is_sequence(node)) {
        json_t *array = json_array();
        gpointer state = NULL;
        SimNode item;

        while (sim_node_next(node, &state, &item)) {
            json_t *value = to_json(yaml, item, depth + 1);

            if (value == NULL) {
                json_decref(array);
                return NULL;
            }
            json_array_append_new(array, value);
        }
        return array;
    }
    {
        const char *text = sim_node_text(yaml, node, "a value");

        if (text == NULL) {
            return NULL;
        }
        if (fy_node_get_style(node.node) == FYNS_PLAIN) {
            json_t *number = plain_number(text);

            if (number != NULL) {
                return number;
            }
            if (g_str_equal(text, "true") || g_str_equal(text, "false")) {
                return json_boolean(text[0] == 't');
            }
            if (g_str_equal(text, "null") || text[0] == '\0') {
                return json_null();
            }
        }
        return json_string(text);
    }
}

json_t *sim_node_json(SimYaml *yaml, SimNode node)
{
    return to_json(yaml, node, 0);
}
