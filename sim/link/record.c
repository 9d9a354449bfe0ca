/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "sim/link/record.h"

gboolean sim_record_is_page(const OraStreamRecord *record)
{
    return record->kind == ORA_REC_RAM_ZERO || record->kind == ORA_REC_RAM_PAGE || record->kind == ORA_REC_RAM_XBZRLE
           || record->kind == ORA_REC_RAM_COMPRESS;
}

static const char *record_name(const OraStreamRecord *record)
{
    g_autofree char *words = NULL;

    if (record->kind == ORA_REC_SECTION) {
        return record->section_type == ORA_SECTION_START ? "section-start" : record->section_type == ORA_SECTION_PART ? "section-part"
               : record->section_type == ORA_SECTION_END ? "section-end" : "section-full";
    }
    words = g_strdup(ora_stream_kind_name(record->kind));
    return g_intern_string(g_strdelimit(words, " ", '-'));
}

static const char *subject(const OraStreamRecord *record)
{
    const char *name = record->section_type != 0 ? record->idstr : NULL;

    if (record->kind == ORA_REC_COMMAND || record->kind == ORA_REC_RP_MESSAGE || record->kind == ORA_REC_COLO) {
        name = record->name;
    } else if (record->kind == ORA_REC_RAM_BLOCK || record->kind == ORA_REC_RAM_AREA || record->kind == ORA_REC_RP_BITMAP
               || sim_record_is_page(record)) {
        name = record->block;
    }
    return name != NULL && name[0] != '\0' ? name : NULL;
}

void sim_record_to_trace(const OraStreamRecord *record, const char *channel, gboolean back, OraStream *ret)
{
    gboolean numbered = record->kind == ORA_REC_COMMAND || record->kind == ORA_REC_RP_MESSAGE;

    *ret = (OraStream) {
        .channel = channel, .record = record_name(record), .name = subject(record), .offset = record->offset, .size = record->size,
        .section = record->section_type != 0 ? (gint64) record->section_id : ORA_ABSENT,
        .value = numbered ? (gint64) record->value : ORA_ABSENT, .back = back,
    };
}

void sim_page_run_add(SimPageRun *run, const OraStreamRecord *page)
{
    if (run->pages++ == 0) {
        run->offset = page->offset;
        run->section = page->section_id;
    }
    run->size = page->offset + page->size - run->offset;
}

gboolean sim_page_run_end(SimPageRun *run, const char *channel, gboolean back, OraStream *ret)
{
    if (run->pages == 0) {
        return FALSE;
    }
    *ret = (OraStream) {
        .channel = channel, .record = "pages", .name = "ram", .offset = run->offset, .size = run->size, .section = run->section,
        .value = (gint64) run->pages, .back = back,
    };
    run->pages = 0;
    return TRUE;
}
