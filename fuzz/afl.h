/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * The frame of every harness. Built with afl-clang-fast: AFL++'s persistent mode, input in shared memory. Built with any
 * other compiler: replays the files (and folders of files) named on the command line, which is how the corpora run in
 * every ordinary test run and how a finding is looked at under a debugger.
 *
 * A harness defines fuzz_one(); it must leave nothing behind, so that the same input in a fresh process does the same.
 * It aborts on what is wrong, not only on what crashes by itself.
 */
#ifndef FUZZ_AFL_H
#define FUZZ_AFL_H

#include <glib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void fuzz_one(const guint8 *data, gsize size);

/* The canary: with MIGLAB_PLANT set the harness has a bug that a campaign must find, or the campaign is broken. */
static inline gboolean fuzz_planted(void)
{
    static int planted = -1;

    if (planted < 0) {
        planted = getenv("MIGLAB_PLANT") != NULL;
    }
    return planted;
}

#define fuzz_wrong(...) (fprintf(stderr, "WRONG: " __VA_ARGS__), fputc('\n', stderr), abort())

#ifdef __AFL_FUZZ_TESTCASE_LEN

__AFL_FUZZ_INIT();

int main(void)
{
    unsigned char *buffer;

    __AFL_INIT();
    buffer = __AFL_FUZZ_TESTCASE_BUF;
    while (__AFL_LOOP(10000)) {
        fuzz_one(buffer, __AFL_FUZZ_TESTCASE_LEN);
    }
    return 0;
}

#else

static int fuzz_replay(const char *path)
{
    int count = 0;

    if (g_file_test(path, G_FILE_TEST_IS_DIR)) {
        GDir *folder = g_dir_open(path, 0, NULL);
        const char *name;

        while (folder && (name = g_dir_read_name(folder))) {
            char *inside = g_build_filename(path, name, NULL);

            count += name[0] == '.' ? 0 : fuzz_replay(inside);
            g_free(inside);
        }
        if (folder) {
            g_dir_close(folder);
        }
    } else {
        char *bytes;
        guint8 *exact;
        gsize size;

        if (!g_file_get_contents(path, &bytes, &size, NULL)) {
            fprintf(stderr, "%s: cannot be read\n", path);
            exit(2);
        }
        if (getenv("MIGLAB_FUZZ_VERBOSE")) {
            fprintf(stderr, "%s\n", path);
        }
        /* A copy of exactly this size, so that a sanitizer sees a read beyond it. */
        exact = malloc(size ? size : 1);
        memcpy(exact, bytes, size);
        fuzz_one(exact, size);
        free(exact);
        g_free(bytes);
        count = 1;
    }
    return count;
}

int main(int argc, char **argv)
{
    int count = 0;

    if (argc < 2) {
        fprintf(stderr, "usage: %s FILE|FOLDER…: runs each input once\n", argv[0]);
        return 2;
    }
    for (int i = 1; i < argc; i++) {
        count += fuzz_replay(argv[i]);
    }
    printf("%d inputs run\n", count);
    return count > 0 ? 0 : 2;
}

#endif

#endif
