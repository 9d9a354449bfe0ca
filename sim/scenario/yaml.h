/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * YAML with positions: a thin layer over libfyaml that collects every problem of a file instead of stopping at the first.
 * Duplicate keys, anchors and aliases are refused.
 */
#ifndef SIM_SCENARIO_YAML_H
#define SIM_SCENARIO_YAML_H

#include "sim/scenario/scenario.h"

#include <glib.h>
#include <jansson.h>
#include <libfyaml.h>

/* Of the file; of nesting; of the problems that are printed; of one problem's text, in bytes. */
enum { SIM_YAML_SIZE_MAX = 1 << 20, SIM_YAML_DEPTH_MAX = 32, SIM_YAML_PROBLEMS_SHOWN = 100, SIM_YAML_PROBLEM_MAX = 1000 };

typedef struct {
    struct fy_document *document;
    struct fy_diag *diag;
    char *text;                /* owned; the document points into it */
    GArray *problems;          /* of Problem, private */
} SimYaml;

/* A value with the place to blame when it has none of its own (an empty value, a block of nothing). */
typedef struct {
    struct fy_node *node;      /* NULL: empty */
    SimPosition position;
} SimNode;

/* Never NULL; look at sim_yaml_problem_count(). */
SimYaml *sim_yaml_new(const char *text, gsize size);
void sim_yaml_free(SimYaml *yaml);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(SimYaml, sim_yaml_free)
SimNode sim_yaml_root(SimYaml *yaml);

void sim_yaml_problem(SimYaml *yaml, SimPosition position, const char *format, ...) G_GNUC_PRINTF(3, 4);
guint sim_yaml_problem_count(const SimYaml *yaml);
/* "name:line:column: text\n", sorted by position; of very many the first, and how many more there are. What a file says is
 * printed without control characters, and not without end. */
void sim_yaml_print_problems(SimYaml *yaml, const char *name, GString *out);

gboolean sim_node_is_scalar(SimNode node);
gboolean sim_node_is_mapping(SimNode node);
gboolean sim_node_is_sequence(SimNode node);
/* The text, or NULL with a problem "…, expected WHAT". Owned by the document. */
const char *sim_node_text(SimYaml *yaml, SimNode node, const char *what);

/* Calls visit for each member; not a mapping: a problem "expected WHAT". */
typedef void (*SimMemberFunc)(SimYaml *yaml, const char *key, SimPosition key_position, SimNode value, gpointer opaque);
void sim_node_each_member(SimYaml *yaml, SimNode node, const char *what, SimMemberFunc visit, gpointer opaque);
guint sim_node_length(SimNode node);                       /* members or items */
/* The items of a list one after the other; *state begins as NULL. FALSE: no more. */
gboolean sim_node_next(SimNode sequence, gpointer *state, SimNode *ret);
/* A scalar or a sequence of scalars as a list; NULL with a problem. */
char **sim_node_texts(SimYaml *yaml, SimNode node, const char *what);
gboolean sim_node_bool(SimYaml *yaml, SimNode node, gboolean *ret);
/* As JSON: plain true, false, null and numbers are those, all else are strings. NULL with a problem. */
json_t *sim_node_json(SimYaml *yaml, SimNode node);

#endif
