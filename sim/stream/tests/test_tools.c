/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * `miglab stream show|copy|diff|ram` as a user runs them: exit status, what is said, what is left behind.
 */
#include <glib.h>
#include <glib/gstdio.h>
#include <jansson.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <sys/wait.h>
#include <cmocka.h>

#define CAPTURES MIGLAB_SOURCE_DIR "/scenarios/captures/"
#define DATA MIGLAB_SOURCE_DIR "/sim/stream/tests/data/"

typedef struct {
    int status;
    char *out, *err;
} Run;

static void run_clear(Run *run)
{
    g_clear_pointer(&run->out, g_free);
    g_clear_pointer(&run->err, g_free);
}

/* A shell line in which `miglab` is ours and $D a folder that is empty at first and must be as `left` says at the end. */
static Run shell(const char *folder, const char *line)
{
    const char *argv[] = { "/bin/sh", "-c", line, NULL };
    g_auto(GStrv) env = g_get_environ();
    g_autofree char *path = g_strdup_printf("%s:%s", MIGLAB_BUILD_DIR, g_getenv("PATH"));
    Run run = { 0 };
    int status;

    env = g_environ_setenv(env, "PATH", path, TRUE);
    env = g_environ_setenv(env, "D", folder, TRUE);
    env = g_environ_setenv(env, "C", CAPTURES, TRUE);
    env = g_environ_setenv(env, "T", DATA, TRUE);
    assert_true(g_spawn_sync(folder, (char **) argv, env, 0, NULL, NULL, &run.out, &run.err, &status, NULL));
    assert_true(WIFEXITED(status));
    run.status = WEXITSTATUS(status);
    return run;
}

static const struct {
    const char *name, *line;
    int status;
    const char *out, *err;        /* a part of it; NULL: anything */
    const char *left;             /* names in $D at the end, sorted, with blanks */
} cases[] = {
    { "no stream named", "miglab stream show", 2, NULL, "no stream is named", "" },
    { "no such capture", "miglab stream show nothing.json", 2, NULL, "nothing.json: No such file", "" },
    { "no such file", "miglab stream show nothing", 2, NULL, "No such file", "" },
    { "a folder", "miglab stream show $D", 2, NULL, "is a directory", "" },
    { "text", "echo hello | miglab stream show -", 2, NULL, "looks like text", "" },
    { "an empty file", "miglab stream show /dev/null", 2, NULL, "an empty file", "" },
    { "an ELF file", "miglab stream show $(command -v miglab)", 2, NULL, "an ELF file", "" },
    { "a multifd channel as main", "xz -dc $C/7.2.22-multifd.multifd0.bin.xz | miglab stream show -", 2, NULL, "a multifd channel", "" },
    { "main as a multifd channel", "miglab stream show multifd0=$C/7.2.22-none-plain.main.bin.xz", 2, NULL, "is no multifd channel", "" },
    { "unknown channel", "miglab stream show side=$C/7.2.22-none-plain.main.bin.xz", 2, NULL, "is no channel", "" },
    { "channel twice", "miglab stream show $C/7.2.22-none-plain.main.bin.xz main=$C/7.2.22-none-plain.main.bin.xz", 2, NULL, "given twice", "" },
    { "unknown option", "miglab stream show --frobnicate x", 2, NULL, "Unknown option", "" },
    { "page size 1000", "miglab stream show --page-size 1000 x", 2, NULL, "a power of two", "" },
    { "damaged xz", "head -c 500 $C/7.2.22-none-plain.main.bin.xz >x.xz; miglab stream show x.xz; s=$?; rm x.xz; exit $s", 2, NULL, "x.xz: ", "" },
    { "capture with another sum", "sed 's/\"sha256\": \"../\"sha256\": \"zz/' $C/7.2.22-none-plain.json >a.json; cp $C/7.2.22-none-plain.main* .; "
      "miglab stream show a.json; s=$?; rm *; exit $s", 2, NULL, "sha256", "" },
    { "capture that names a file elsewhere", "sed 's/\"file\": \"/\"file\": \"..\\//' $C/7.2.22-none-plain.json >a.json; miglab stream show a.json; "
      "s=$?; rm *; exit $s", 2, NULL, "beside it", "" },
    { "JSON that is no capture", "echo '{}' >a.json; miglab stream show a.json; s=$?; rm *; exit $s", 2, NULL, "no capture", "" },
    { "show a pipe", "xz -dc $C/7.2.22-none-plain.main.bin.xz | miglab stream show -", 0, "run state: ", NULL, "" },
    { "show a capture", "miglab stream show $C/7.2.22-multifd.json", 0, "span 1", NULL, "" },
    { "records", "miglab stream show --records $C/7.2.22-none-plain.json | head -2", 0, "main 0x00000000 8 header", NULL, "" },
    { "cut", "xz -dc $C/7.2.22-none-plain.main.bin.xz | head -c 2000 | miglab stream show -", 1, "ZERO", "[stream.cut, stream.md 2]", "" },
    { "cut, and known to be", "xz -dc $C/7.2.22-none-plain.main.bin.xz | head -c 2000 | miglab stream show --partial -", 0, NULL, "note: main", "" },
    { "a page", "miglab stream show --page ram:0x1234 $C/7.2.22-none-plain.json", 0, "ram 0x1000: came 1 time\n", NULL, "" },
    { "a page of no block", "miglab stream show --page rom:0 $C/7.2.22-none-plain.json", 2, NULL, "no block of this name", "" },
    { "page size found", "miglab stream show $C/7.2.22-arm-microbit.main.bin.xz", 0, NULL, "page size 1024, from the description", "" },
    { "framing found", "xz -dc $C/7.2.22-oldmachine.main.bin.xz | miglab stream show -", 0, NULL, "no section footers", "" },
    { "offset found", "xz -dc $C/10.0.13-mapped-ram-offset.main.bin.xz | miglab stream show -", 0, NULL, "begins at byte 4096", "" },
    { "copy of a file", "xz -dc $C/7.2.22-xbzrle.main.bin.xz 2>/dev/null >in || xz -dc $C/11.1.3-xbzrle.main.bin.xz >in; miglab stream copy in out "
      "&& cmp in out; s=$?; rm in; exit $s", 0, NULL, NULL, "out" },
    { "copy of a capture", "miglab stream copy $C/7.2.22-multifd.json dir; s=$?; mv dir/* .; rmdir dir; exit $s", 0, NULL, NULL,
      "7.2.22-multifd.main.bin 7.2.22-multifd.multifd0.bin 7.2.22-multifd.multifd1.bin" },
    { "copy of a damaged one leaves nothing", "xz -dc $C/7.2.22-none-plain.main.bin.xz | head -c 2000 >in; miglab stream copy in out; s=$?; rm in; exit $s",
      1, NULL, "stream.cut", "" },
    { "copy to a place that is not there", "miglab stream copy $C/7.2.22-none-plain.main.bin.xz no/where", 2, NULL, "no/where", "" },
    { "ram", "miglab stream ram -o dir $C/7.2.22-none-plain.json; s=$?; wc -c <dir/ram; rm -r dir; exit $s", 0, "2097152", NULL, "" },
    { "ram into a folder with something in it", "mkdir dir; touch dir/x; miglab stream ram -o dir $C/7.2.22-none-plain.json; s=$?; rm -r dir; exit $s", 2,
      NULL, "dir", "" },
    { "ram of half a stream", "xz -dc $C/7.2.22-none-plain.main.bin.xz | head -c 2000 | miglab stream ram -o dir -; s=$?; rm -r dir; exit $s", 1,
      "pages are missing", "stream.cut", "" },
    { "ram beyond the limit", "miglab stream ram --ram-max 4096 -o dir $C/7.2.22-none-plain.json; s=$?; rm -r dir; exit $s", 1, NULL, "limit.memory", "" },
    { "diff of the same", "miglab stream diff $C/7.2.22-none-plain.json $C/7.2.22-none-plain.main.bin.xz", 0, "equal", NULL, "" },
    { "diff of others", "miglab stream diff $C/7.2.22-none-plain.json $C/11.1.3-validate-uuid.json", 1, "globalstate/0", NULL, "" },
    { "a huge page block that is one", "miglab stream show --huge-page m0 $C/5.2.0-hugepage-postcopy.main.bin.xz", 0, "page size 0x200000", NULL, "" },
    { "a block that is none", "miglab stream show --huge-page pc.rom $C/5.2.0-hugepage-postcopy.json", 1, NULL,
      "fault: main: --huge-page pc.rom: this block has no page size field", "" },
    { "a huge page block that is not there", "miglab stream ram --huge-page m1 -o dir $C/7.2.22-none-plain.json; s=$?; rm -r dir; exit $s", 1, NULL,
      "--huge-page m1: the list has no block of this name", "" },
    { "a copy of what is not as told", "miglab stream copy --huge-page ram $C/7.2.22-none-plain.json dir", 1, NULL, "--huge-page ram: this block has no", "" },
    { "diff of two that are not as told", "miglab stream diff --huge-page ram $C/7.2.22-none-plain.json $C/7.2.22-none-plain.json", 1, NULL,
      "--huge-page ram: this block has no", "" },
    /* What is found by looking, with the capture's help and without. */
    { "no footers, found", "miglab stream check $C/7.2.22-no-footer.main.bin.xz multifd0=$C/7.2.22-no-footer.multifd0.bin.xz "
      "multifd1=$C/7.2.22-no-footer.multifd1.bin.xz", 0, "seen: no section footers\n", NULL, "" },
    { "no footers, shown", "miglab stream show $C/7.2.22-no-footer.main.bin.xz", 0, "run state: ", "note: no section footers", "" },
    { "neither footers nor a description, told", "miglab stream check $T/7.2.22-no-footer-description.json", 0, "the next section begins", NULL, "" },
    { "the same found", "miglab stream check --without description $T/7.2.22-no-footer-description.main.bin.xz", 0, "seen: no section footers\n", NULL, "" },
    { "the same copied", "miglab stream copy $T/7.2.22-no-footer-description.json d && xz -dc $T/7.2.22-no-footer-description.main.bin.xz | "
      "cmp - d/*.bin && rm -r d", 0, NULL, "the next section begins", "" },
    { "an old machine: nothing but sections", "miglab stream check $T/7.2.22-old-postcopy.main.bin.xz rp=$T/7.2.22-old-postcopy.rp.bin.xz", 0,
      "seen: no configuration section\nseen: no section footers\nseen: no description", NULL, "" },
    { "the same shown", "miglab stream show $T/7.2.22-old-postcopy.main.bin.xz", 0, "FULL acpi_build", "no configuration section", "" },
    { "a description with wrong sizes", "miglab stream check $T/7.2.22-s390x.json", 0, "no finding", NULL, "" },
    { "its pointers", "miglab stream show $T/7.2.22-s390x.json", 0, "NULL pointers", NULL, "" },
    { "its RAM", "miglab stream ram -o d $T/7.2.22-s390x.json && rm -r d", 0, "complete", NULL, "" },
    { "a page of 256 bytes", "miglab stream show --page ram:0x100 $T/7.2.22-avr-uno.json", 2, NULL, "Blocks:", "" },
    { "a page size from ADVISE", "miglab stream show $C/7.2.22-aarch64-1k-postcopy.main.bin.xz", 0, NULL, "page size 1024", "" },
    { "RAM that the guest gave back", "miglab stream ram -o d $T/11.1.3-virtio-mem.json; s=$?; rm -r d; exit $s", 0, "never came: the guest", NULL, "" },
    { "the preempt channel of a recovery", "miglab stream check $C/7.2.22-recover-preempt.json", 0, "6 channels, no finding", NULL, "" },
    /* Postcopy has no description. */
    { "a package by recorded layouts", "miglab stream show $C/11.1.3-postcopy.json", 0, " env.eip   ", "layouts recorded from other streams", "" },
    { "the same in JSON", "miglab stream show --json $C/11.1.3-postcopy.json", 0, "\"fields_from\":\"recorded layout\"", NULL, "" },
    { "layouts say what the description says", "miglab stream show $C/7.2.22-ignore-shared.json 2>/dev/null >a; "
      "miglab stream show --without description $C/7.2.22-ignore-shared.main.bin.xz --profile qemu-7.2 2>/dev/null >b; "
      "for x in a b; do sed -n '/FULL cpu_common/,/FULL globalstate/p' $x >$x.f; done; test -s a.f && cmp a.f b.f; s=$?; rm a b a.f b.f; exit $s", 0, NULL, NULL, "" },
    { "the description itself", "miglab stream show --description $C/7.2.22-none-plain.json", 0, "{\"page_size\": 4096", NULL, "" },
    { "none", "miglab stream show --description $C/11.1.3-postcopy.json", 1, NULL, "has none at its end", "" },
    { "a description from a capture", "miglab stream show --description-from $C/11.1.3-none-plain.json $C/11.1.3-postcopy.json", 0, "globalstate", NULL, "" },
    { "every odd stream is clean and copied", "for f in $T/*.json; do miglab stream check $f >/dev/null && miglab stream copy $f d 2>/dev/null || "
      "exit 3; for g in d/*; do xz -dc $T/${g#d/}.xz | cmp - $g || exit 4; done; rm -r d; done", 0, NULL, "", "" },
    { "diff of one", "miglab stream diff $C/7.2.22-none-plain.json", 2, NULL, "two streams", "" },
};

static gint by_name(gconstpointer a, gconstpointer b)
{
    return strcmp(*(const char *const *) a, *(const char *const *) b);
}

static char *names_in(const char *folder)
{
    GDir *dir = g_dir_open(folder, 0, NULL);
    g_autoptr(GPtrArray) names = g_ptr_array_new_with_free_func(g_free);
    const char *name;
    char *joined;

    while ((name = g_dir_read_name(dir))) {
        g_ptr_array_add(names, g_strdup(name));
    }
    g_dir_close(dir);
    g_ptr_array_sort(names, by_name);
    g_ptr_array_add(names, NULL);
    joined = g_strjoinv(" ", (char **) names->pdata);
    return joined;
}

static void remove_folder(const char *folder)
{
    GDir *dir = g_dir_open(folder, 0, NULL);
    const char *name;

    while ((name = g_dir_read_name(dir))) {
        g_autofree char *path = g_build_filename(folder, name, NULL);
        (void) g_remove(path);
    }
    g_dir_close(dir);
    (void) g_rmdir(folder);
}

static void commands_do_what_they_say(void **state)
{
    guint wrong = 0;

    (void) state;
    for (gsize i = 0; i < G_N_ELEMENTS(cases); i++) {
        g_autofree char *folder = g_dir_make_tmp("miglab-tools-XXXXXX", NULL);
        Run run = shell(folder, cases[i].line);
        g_autofree char *left = names_in(folder);

        if (run.status != cases[i].status || (cases[i].out && !strstr(run.out, cases[i].out))
            || (cases[i].err && !strstr(run.err, cases[i].err)) || strcmp(left, cases[i].left) != 0) {
            print_message("case: %s\n  wanted %d, out %s, err %s, left '%s'\n  got %d, left '%s'\n%s\n%s\n", cases[i].name, cases[i].status,
                          cases[i].out ? cases[i].out : "-", cases[i].err ? cases[i].err : "-", cases[i].left, run.status, left, run.out,
                          run.err);
            wrong++;
        }
        run_clear(&run);
        remove_folder(folder);
    }
    assert_int_equal(wrong, 0);
}

static void json_is_json_and_has_the_fields(void **state)
{
    g_autofree char *folder = g_dir_make_tmp("miglab-tools-XXXXXX", NULL);
    Run run = shell(folder, "miglab stream show --json $C/7.2.22-return-path.json");
    json_error_t error;
    json_t *root = json_loads(run.out, JSON_REJECT_DUPLICATES, &error), *records, *record, *fields = NULL;
    size_t index;

    (void) state;
    assert_int_equal(run.status, 0);
    assert_non_null(root);
    assert_int_equal(json_array_size(json_object_get(root, "channels")), 2);
    records = json_object_get(json_array_get(json_object_get(root, "channels"), 0), "records");
    json_array_foreach(records, index, record) {
        if (json_object_get(record, "fields")) {
            fields = json_object_get(record, "fields");
            break;
        }
    }
    assert_non_null(fields);
    assert_non_null(json_object_get(json_array_get(fields, 0), "name"));
    assert_int_equal(json_array_size(json_object_get(root, "faults")), 0);
    assert_true(json_is_object(json_object_get(root, "totals")));
    json_decref(root);
    run_clear(&run);
    remove_folder(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(commands_do_what_they_say),
        cmocka_unit_test(json_is_json_and_has_the_fields),
    };

    if (!g_file_test(CAPTURES "7.2.22-none-plain.json", G_FILE_TEST_EXISTS)) {
        print_message("SKIP no captures in scenarios/captures\n");
        return 0;
    }
    return cmocka_run_group_tests_name("stream-tools", tests, NULL, NULL);
}
