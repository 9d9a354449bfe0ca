/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Streams judged while they pass a link: whoever walks the channels of a link anyway gets its walkers from here, and with them the
 * content rules, one check per migration (oracle/stream/check.h). A link may cut, a migration may be cancelled: only
 * what is wrong by itself is found, nothing that needs the end or all channels.
 */
#ifndef ORA_STREAM_LIVE_H
#define ORA_STREAM_LIVE_H

#include "oracle/stream/check.h"

typedef struct OraStreamLive OraStreamLive;

/* finding: called at once for each; may be NULL. */
OraStreamLive *ora_stream_live_new(void (*finding)(void *user, const OraStreamFinding *finding), void *user);
/* Ends all walkers that it gave. */
void ora_stream_live_free(OraStreamLive *live);
G_DEFINE_AUTOPTR_CLEANUP_FUNC(OraStreamLive, ora_stream_live_free)

/* A walker, fed and finished by the caller, owned by live. A main channel begins a new migration; the other channels belong to the last
 * one. sink sees what it would see of ora_walker_new(), but for body and violation, which are not called. config->main is not
 * needed: it is the last main channel. */
OraWalker *ora_stream_live_walker(OraStreamLive *live, const OraWalkerConfig *config, const OraWalkerSink *sink);

/* How a finding stands in a trace: a note of the link with this place, and this text: "ID on CHANNEL at OFFSET: what was read".
 * The caller frees the text. */
#define ORA_STREAM_NOTE "stream"
char *ora_stream_finding_text(const OraStreamFinding *finding);

#endif
