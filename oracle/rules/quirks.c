/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * What real releases do although a rule forbids it. A finding that is exactly this is graded known.
 * Where only one stable release was run, the range says how far its sources carry.
 */
#include "oracle/rule.h"

#include <string.h>

#define EVER ORA_FOREVER

static const OraQuirk quirks[] = {
    { "both-run-cancel", 204, EVER,
      "A cancel between the last byte sent and its confirmation restarts the source while the destination runs." },
    { "both-run-rp-loss", 205, EVER,
      "With a return path, a link lost after everything was loaded fails and restarts the source; the destination runs." },
    { "both-run-cont", 204, EVER, "cont starts a completed source again unless an image lock forbids it." },
    { "inactive-disk-run", 702, 1001, "A source whose disk is locked by the destination is restarted without it." },
    { "completed-nothing-loaded", 204, EVER,
      "Without a return path the source completes although the destination refused the state." },
    { "postcopy-ignores-global-state", 205, EVER, "Postcopy starts a VM on the destination that was paused." },
    { "paused-becomes-postmigrate", 204, 800,
      "A stopped VM is in postmigrate after a cancel or a failure at the switchover; so is a running one after a cancel in "
      "postcopy." },
    { "postmigrate-fail-resumes", 204, 502, "A failed migrate out of postmigrate restarts the old source." },
    { "bad-uri-success-reply", 801, 801, "migrate to an unknown protocol succeeds and ends failed, without error-desc." },
    { "incoming-stuck-after-bind-error", 901, EVER,
      "A migrate-incoming that fails behind the parser leaves setup behind, and every later one is refused." },
    { "defer-sets-anyway", 204, 502, "migrate-incoming defer is refused, and sends its setup event." },
    { "once-check-no-return", 204, 402, "A second migrate-incoming is refused and starts anyway, or aborts." },
    { "unconditional-setup-event", 204, 801, "The destination sends the setup event whatever the events capability is." },
    { "completed-zero-time", 204, 802, "For an instant completed is reported with total-time 0 and downtime 0." },
    { "pass-after-cancelled", 206, EVER, "A pass may be reported after the cancel that hit the set-up." },
    { "failed-twice", 300, EVER, "Two channels may each report the failure." },
    { "cancel-then-completed", 900, EVER, "A cancel behind the last check is overtaken by completion." },
    { "cancel-then-failed", 1000, EVER,
      "A cancel while the source waits for its peer may end failed: the shut-down of the channel is taken for an error." },
    { "error-desc-on-cancelled", 802, EVER, "A cancelled migration may show an error-desc." },
    { "expected-downtime-max", 1101, EVER, "expected-downtime is the largest integer while no bandwidth is known." },
    { "pass1-missing", 1101, EVER, "The first pass reported is 2, and none is for the final sync." },
    { "crash-5.2-resume-refused", 502, 502, "migrate resume to an address that refuses aborts the source." },
    { "crash-5.2-quit-active", 502, 502, "quit in active may abort the source." },
    { "crash-5.2-package-refused", 502, 502, "A device state that postcopy's package brings and that does not load may crash the destination." },
    { "crash-snapshot-not-started", 600, EVER, "A background snapshot of a VM that was never started aborts (11.1 seen)." },
    { "crash-while-ending", 502, EVER, "A process told to end may abort on the way (5.2, 11.1 seen)." },
    { "crash-5.2-multifd-quit", 502, 502, "A multifd channel that failed may abort the source: its semaphore is gone." },
    { "crash-5.2-multifd-exec", 502, 502, "multifd with exec: or fd: crashes the source." },
    { "crash-recover-cut", 300, 801,
      "A link lost in postcopy-recover crashes the destination and leaves the source there for ever." },
    { "crash-8.1-cancel-postcopy", 801, 801, "migrate_cancel in postcopy crashes the source." },
    { "crash-7.2-postcopy-multifd", 702, 702, "Postcopy with multifd aborts the destination after it completed." },
    { "crash-7.2-preempt-cut", 702, 702, "A link lost while the preempt channel connects aborts the source." },
    { "crash-7.2-multifd-count", 702, 702, "Fewer multifd channels on the destination may crash it." },
    { "crash-11.1-outgoing-during-incoming", 502, EVER,
      "migrate on a VM still in incoming postcopy: 11.1 aborts, 7.2 to 10.0 stick in setup." },
    { "8.1.0-postcopy-stream", 801, EVER, "The postcopy stream of 8.1.0 has a flag that 10.0 and 11.1 refuse." },
    { "colo-return-path", 208, 1002, "COLO fails when return-path is on." },
    { "rp-error-late", 802, EVER, "An error on the return path is noticed only at the switchover." },
    { "postcopy-completion-resume", 900, 1002,
      "migrate-pause in postcopy after all pages were sent: failed, and the source VM resumes." },
    { "postcopy-failure-resume", 1100, EVER,
      "A link lost in postcopy may end failing instead of paused, and the source VM resumes although the destination runs." },
    { "snapshot-failed-paused", 600, EVER,
      "A background snapshot that fails before its first page (write tracking refused) leaves the VM paused." },
    { "rate-overshoot", 802, EVER, "The bandwidth limit is exceeded by up to one buffer per window." },
    { "resume-without-recover", 502, EVER, "A resume to the first address is accepted without migrate-recover." },
    { "postcopy-package-refused", 300, EVER,
      "A destination that refuses the package leaves the source paused with no way back (up to 10.1)." },
    { "colo-not-entered", 1000, 1001, "A migration with x-colo completes: device is not expected before colo." },
    /* Rows of the tables about cancel and hangs that are no quirk by name there. */
    { "cancel-paused-for-ever", 300, 902, "A cancel in postcopy-paused never leaves cancelling." },
    { "cancel-colo-for-ever", 902, EVER, "A cancel in colo never leaves cancelling." },
    { "cancel-connect-pending", 204, EVER, "A cancel while connecting ends only when the connect does." },
    { "switchover-blocks-monitor", 204, EVER,
      "While the switchover writes into a dead link, the monitor does not answer in-band commands." },
    { "postcopy-fault-blocks-monitor", 205, EVER,
      "A vCPU that waits for a page in postcopy keeps stop, and with it the monitor, waiting." },
    { "multifd-cut-blocks-monitor", 400, EVER,
      "A destination that lost some of its multifd channels waits for the others with its main loop blocked." },
    { "silent-peer-blocks-monitor", 1100, EVER, "A silent client blocks the main loop of a waiting destination." },
};

const OraQuirk *ora_quirks(guint *ret_count)
{
    *ret_count = G_N_ELEMENTS(quirks);
    return quirks;
}

const OraQuirk *ora_quirk_find(const char *id)
{
    for (gsize i = 0; i < G_N_ELEMENTS(quirks); i++) {
        if (strcmp(quirks[i].id, id) == 0) {
            return &quirks[i];
        }
    }
    return NULL;
}

gboolean ora_quirk_applies(const char *id, OraRelease release)
{
    const OraQuirk *quirk = ora_quirk_find(id);

    return quirk != NULL && (release == 0 || ora_release_within(release, quirk->since, quirk->until));
}
