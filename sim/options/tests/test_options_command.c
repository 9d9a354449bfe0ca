/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * miglab options: exit status and what must (or must not) be in the output.
 */
#include "sim/options/call.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "sim/command.h"

static const struct {
    SimOptionsRun *run;
    const char *changes, *arguments;
    gboolean json;
    int status;
    const char *has[4];
    const char *lacks;
} cases[] = {
    { sim_options_show, "", "qemu-7.2", FALSE, 0, { "7.2.22", "Capabilities (21)", "Parameters (27)", "cap.multifd.compress" }, "mapped-ram" },
    { sim_options_show, "without:block", "qemu-7.2", FALSE, 0, { "not built", "-block" }, NULL },
    { sim_options_check, "", "qemu-7.2 multifd", FALSE, 0, { "accepted" }, "rule" },
    { sim_options_check, "", "qemu-7.2 multifd,compress", FALSE, 1,
      { "GenericError: Multifd is not compatible with compress", "cap.multifd.compress", "switch compress off", "switch multifd off" }, NULL },
    { sim_options_check, "", "qemu-7.1 multifd,compress", FALSE, 0, { "accepted" }, NULL },
    { sim_options_check, "", "qemu-11.1 x-colo", FALSE, 1, { "switch x-colo off", "switch return-path on" }, NULL },
    { sim_options_check, "without:replication", "qemu-8.2 x-colo", FALSE, 1, { "with:replication" }, NULL },
    { sim_options_check, "", "10.0 zero-copy-send,multifd multifd-compression=zlib", FALSE, 1,
      { "leave multifd-compression none and tls-creds empty" }, NULL },
    { sim_options_check, "", "qemu-7.2 none cpu-throttle-initial=100", FALSE, 1, { "par.cpu-throttle-initial", "1..99" }, NULL },
    { sim_options_check, "", "qemu-8.1 none tls-authz=null", FALSE, 1, { "the process dies" }, NULL },
    { sim_options_check, "", "qemu-2.5 x-postcopy-ram,compress", FALSE, 1, { "success, but postcopy goes off again" }, "GenericError" },
    { sim_options_check, "", "qemu-7.2 nosuch", FALSE, 2, { NULL }, NULL },
    { sim_options_check, "", "qemu-7.2 none nosuch=1", FALSE, 2, { NULL }, NULL },
    { sim_options_check, "", "qemu-7.2 none multifd-channels=256", FALSE, 2, { NULL }, NULL },
    { sim_options_check, "", "qemu-9.9 none", FALSE, 2, { NULL }, NULL },
    { sim_options_diff, "", "qemu-7.2 qemu-8.1", FALSE, 0,
      { "capability switchover-ack", "postcopy-ram, multifd: Postcopy is not yet compatible with multifd", "cap.dirty-limit.kvm",
        "property x-postcopy-preempt-break-huge" }, NULL },
    { sim_options_diff, "", "qemu-3.1 qemu-4.0", FALSE, 0, { "capability x-multifd is now multifd", "parameter x-multifd-channels is now multifd-channels" }, NULL },
    { sim_options_diff, "", "8.1-dev-20230505 8.1-dev-20230630", FALSE, 0, { "capability switchover-ack", "colo" }, "dirty-limit" },
    { sim_options_diff, "", "qemu-7.2 qemu-7.2", FALSE, 0, { "meets on qemu-7.2" }, "(1):" },
    { sim_options_enumerate, "", "qemu-11.1", FALSE, 0, { "56328 of 2097152 sets of 21 capabilities are valid", "Maximal sets (5)" }, NULL },
    { sim_options_enumerate, "with:dirty-ring", "qemu-11.1", FALSE, 0, { "dirty-limit" }, NULL },
    { sim_options_since, "", "multifd", FALSE, 0, { "2.11-3.1    capability x-multifd", "4.0-        capability multifd" }, NULL },
    { sim_options_since, "", "max-bandwidth", FALSE, 0, { "5.2-        parameter max-bandwidth: default 134217728" }, NULL },
    { sim_options_since, "", "nothing-of-that-name", FALSE, 2, { NULL }, NULL },
    { sim_options_show, "", "qemu-7.2", TRUE, 0, { "\"capabilities\"" }, NULL },
    { sim_options_check, "", "qemu-7.2 multifd,compress", TRUE, 1, { "\"accepted\": false", "\"rule\": \"cap.multifd.compress\"" }, NULL },
    { sim_options_check, "", "qemu-7.2 multifd", TRUE, 0, { "\"accepted\": true" }, NULL },
    { sim_options_diff, "", "qemu-7.2 qemu-8.1", TRUE, 0, { "\"sets-refused\"" }, NULL },
    { sim_options_enumerate, "", "qemu-11.1", TRUE, 0, { "\"valid\": 56328" }, NULL },
    { sim_options_since, "", "multifd", TRUE, 0, { "\"stretches\"" }, NULL },
};

static void every_subcommand_answers(void **state)
{
    (void) state;
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_auto(GStrv) words = g_strsplit(cases[i].arguments, " ", -1);
        g_autofree char *changes = g_strdup(cases[i].changes);
        SimOptionsCall call = { .json = cases[i].json, .changes = changes, .arguments = words, .count = (int) g_strv_length(words) };
        char *output = NULL;
        size_t size = 0;
        int status;

        call.out = open_memstream(&output, &size);
        status = cases[i].run(&call);
        fclose(call.out);
        if (status != cases[i].status) {
            fail_msg("case %zu (%s): status %d, expected %d\n%s", i, cases[i].arguments, status, cases[i].status, output);
        }
        for (gsize j = 0; j < G_N_ELEMENTS(cases[i].has) && cases[i].has[j] != NULL; j++) {
            if (strstr(output, cases[i].has[j]) == NULL) {
                fail_msg("case %zu (%s): '%s' is missing in\n%s", i, cases[i].arguments, cases[i].has[j], output);
            }
        }
        if (cases[i].lacks != NULL && strstr(output, cases[i].lacks) != NULL) {
            fail_msg("case %zu (%s): '%s' should not be in\n%s", i, cases[i].arguments, cases[i].lacks, output);
        }
        if (cases[i].json) {
            json_t *document = json_loads(output, JSON_REJECT_DUPLICATES, NULL);

            assert_non_null(document);
            json_decref(document);
        }
        free(output);
    }
}

static void usage_errors_have_their_status(void **state)
{
    static const char *const lines[] = { "options", "options nosuch", "options show", "options show 7.2 --format=xml",
                                         "options show 7.2 --with=nosuch", "options show 7.2 --nosuch" };

    (void) state;
    for (gsize i = 0; i < G_N_ELEMENTS(lines); i++) {
        g_auto(GStrv) words = g_strsplit(lines[i], " ", -1);
        g_autofree char **line = g_memdup2(words, (g_strv_length(words) + 1) * sizeof *words);

        /* Option parsing moves pointers about; the strings stay with `words`. */
        assert_int_equal(sim_cmd_options((int) g_strv_length(words), line), SIM_EXIT_USAGE);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_subcommand_answers),
        cmocka_unit_test(usage_errors_have_their_status),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
