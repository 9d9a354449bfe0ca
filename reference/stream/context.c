/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "reference/stream/context_private.h"

#include <string.h>

void mig_stream_config_init(MigStreamConfig *config)
{
    memset(config, 0, sizeof *config);
    config->page_size = 4096;
    config->strict = TRUE;
    config->footers = TRUE;
    config->configuration = TRUE;
    config->description = TRUE;
    config->ignore_shared = MIG_SEE_AUTO;
    config->mapped_ram = MIG_SEE_AUTO;
    config->colo = MIG_SEE_AUTO;
    config->ram_max = G_GUINT64_CONSTANT(1) << 56;
    config->package_max = 16 << 20;
    config->description_max = 64 << 20;
    config->device_max = 256 << 20;
}

MigStreamContext *mig_stream_context_new(const MigStreamConfig *config)
{
    MigStreamContext *context = g_new0(MigStreamContext, 1);

    g_assert(config->page_size >= MIG_WIRE_PAGE_MIN && config->page_size <= 65536 && (config->page_size & (config->page_size - 1)) == 0);
    context->refs = 1;
    context->config = *config;
    context->blocks = g_ptr_array_new_with_free_func(g_free);
    context->blocks_by_name = g_hash_table_new(g_str_hash, g_str_equal);
    context->sections = g_hash_table_new_full(g_direct_hash, g_direct_equal, NULL, g_free);
    context->names = g_hash_table_new_full(g_str_hash, g_str_equal, g_free, NULL);
    context->seen.colo = config->colo == MIG_SEE_ON;
    context->seen.ignore_shared = config->ignore_shared == MIG_SEE_ON;
    context->seen.mapped_ram = config->mapped_ram == MIG_SEE_ON;
    return context;
}

MigStreamContext *mig_stream_context_ref(MigStreamContext *context)
{
    context->refs++;
    return context;
}

void mig_stream_context_unref(MigStreamContext *context)
{
    if (!context || --context->refs > 0) {
        return;
    }
    g_ptr_array_unref(context->blocks);
    g_hash_table_unref(context->blocks_by_name);
    g_hash_table_unref(context->sections);
    g_hash_table_unref(context->names);
    g_free(context);
}

const MigStreamConfig *mig_stream_context_config(const MigStreamContext *context)
{
    return &context->config;
}

const MigStreamSeen *mig_stream_context_seen(const MigStreamContext *context)
{
    return &context->seen;
}

const char *mig_stream_context_intern(MigStreamContext *context, const char *name)
{
    const char *known = g_hash_table_lookup(context->names, name);

    if (!known) {
        char *copy = g_strdup(name);
        g_hash_table_insert(context->names, copy, copy);
        known = copy;
    }
    return known;
}

gsize mig_stream_context_block_count(const MigStreamContext *context)
{
    return context->blocks->len;
}

const MigStreamBlock *mig_stream_context_block(const MigStreamContext *context, gsize index)
{
    return index < context->blocks->len ? g_ptr_array_index(context->blocks, index) : NULL;
}

const MigStreamBlock *mig_stream_context_find_block(const MigStreamContext *context, const char *name)
{
    MigStreamBlock *found = context->recent;

    /* Page after page is of the same block. */
    if (found == NULL || (name != found->name && strcmp(name, found->name) != 0)) {
        found = g_hash_table_lookup(context->blocks_by_name, name);
        ((MigStreamContext *) context)->recent = found;
    }
    return found;
}

MigStreamBlock *mig_stream_context_find_block_mutable(MigStreamContext *context, const char *name)
{
    return g_hash_table_lookup(context->blocks_by_name, name);
}

const MigStreamSection *mig_stream_context_section(const MigStreamContext *context, guint32 id)
{
    return g_hash_table_lookup(context->sections, GUINT_TO_POINTER(id));
}

MigStreamSection *mig_stream_context_section_mutable(MigStreamContext *context, guint32 id)
{
    return g_hash_table_lookup(context->sections, GUINT_TO_POINTER(id));
}

void mig_stream_context_add_section(MigStreamContext *context, const MigStreamSection *section)
{
    MigStreamSection *copy = g_new(MigStreamSection, 1);

    *copy = *section;
    copy->idstr = mig_stream_context_intern(context, section->idstr);
    g_hash_table_replace(context->sections, GUINT_TO_POINTER(section->id), copy);
}

void mig_stream_context_add_block(MigStreamContext *context, const MigStreamBlock *block)
{
    MigStreamBlock *known = mig_stream_context_find_block_mutable(context, block->name);
    const char *name = mig_stream_context_intern(context, block->name);

    if (!known) {
        known = g_new0(MigStreamBlock, 1);
        g_ptr_array_add(context->blocks, known);
        *known = *block;
        known->name = name;
        g_hash_table_insert(context->blocks_by_name, (gpointer) name, known);
    } else {
        *known = *block;
        known->name = name;
    }
    if (known->page_size == 0) {
        known->page_size = context->config.page_size;
    }
}
