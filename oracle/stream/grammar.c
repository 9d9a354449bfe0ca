/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "oracle/stream/grammar.h"

#include <string.h>

static const OraCommandRow commands[] = {
    { ORA_CMD_OPEN_RETURN_PATH, 1, 0, 205, 0, "OPEN_RETURN_PATH" },
    { ORA_CMD_PING, 2, 4, 205, 0, "PING" },
    { ORA_CMD_ADVISE, 3, ORA_LENGTH_VARIABLE, 205, 0, "POSTCOPY_ADVISE" },
    { ORA_CMD_LISTEN, 4, 0, 205, 0, "POSTCOPY_LISTEN" },
    { ORA_CMD_RUN, 5, 0, 205, 0, "POSTCOPY_RUN" },
    { ORA_CMD_DISCARD, 6, ORA_LENGTH_VARIABLE, 205, 0, "POSTCOPY_RAM_DISCARD" },
    { ORA_CMD_PACKAGED, 7, 4, 205, 0, "PACKAGED" },
    { ORA_CMD_ENABLE_COLO, 8, 0, 301, 1100, "ENABLE_COLO" },
    { ORA_CMD_RESUME, 9, 0, 301, 0, "POSTCOPY_RESUME" },
    { ORA_CMD_RECV_BITMAP, 10, ORA_LENGTH_VARIABLE, 301, 0, "RECV_BITMAP" },
    { ORA_CMD_SWITCHOVER_START, 11, 0, 1000, 0, "SWITCHOVER_START" },
};

/* 3.0 alone: recovery commands one number lower (stream.md 3). */
static const OraCommandRow commands_3_0[] = {
    { ORA_CMD_RESUME, 8, 0, 300, 300, "POSTCOPY_RESUME" },
    { ORA_CMD_RECV_BITMAP, 9, ORA_LENGTH_VARIABLE, 300, 300, "RECV_BITMAP" },
};

static const OraRpRow rp_messages[ORA_RP_COUNT] = {
    [ORA_RP_INVALID] = { NULL, 0, 0 },
    [ORA_RP_SHUT] = { "SHUT", 4, 205 },
    [ORA_RP_PONG] = { "PONG", 4, 205 },
    [ORA_RP_REQ_PAGES_ID] = { "REQ_PAGES_ID", ORA_LENGTH_VARIABLE, 205 },
    [ORA_RP_REQ_PAGES] = { "REQ_PAGES", 12, 205 },
    [ORA_RP_RECV_BITMAP] = { "RECV_BITMAP", ORA_LENGTH_VARIABLE, 300 },
    [ORA_RP_RESUME_ACK] = { "RESUME_ACK", 4, 300 },
    [ORA_RP_SWITCHOVER_ACK] = { "SWITCHOVER_ACK", 0, 801 },
};

const OraCommandRow *ora_grammar_command(guint number, int release)
{
    if (release == 300) {
        for (gsize i = 0; i < G_N_ELEMENTS(commands_3_0); i++) {
            if (commands_3_0[i].number == number) {
                return &commands_3_0[i];
            }
        }
    }
    for (gsize i = 0; i < G_N_ELEMENTS(commands); i++) {
        if (commands[i].number == number) {
            return &commands[i];
        }
    }
    return NULL;
}

const OraCommandRow *ora_grammar_command_named(const char *name)
{
    for (gsize i = 0; i < G_N_ELEMENTS(commands); i++) {
        if (strcmp(commands[i].name, name) == 0) {
            return &commands[i];
        }
    }
    return NULL;
}

const OraRpRow *ora_grammar_rp(guint number)
{
    return number > ORA_RP_INVALID && number < ORA_RP_COUNT ? &rp_messages[number] : NULL;
}

const char *ora_grammar_section_name(guint8 type)
{
    switch (type) {
    case 1: return "START";
    case 2: return "PART";
    case 3: return "END";
    case 4: return "FULL";
    default: return NULL;
    }
}
