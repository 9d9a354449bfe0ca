/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * How fast is `stream check`? A stream of 1 GiB of ordinary pages in the page cache, one core: a bare walk over a mapping that
 * touches each record's head, the grammar alone, and the content rules; ratios of one run. With QEMU_SRC=… the peer
 * is QEMU's analyze-migration.py on the same file; without it the peer is missing.
 *
 * Goals: grammar >= 60 % of the bare walk and >= 8 x the peer; content rules >= 2 GB/s.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "oracle/stream/check.h"

enum { PAGE = 4096, PAGES = 262144, PART = 2000, ROUNDS = 5 };

static void put(FILE *out, guint64 value, guint n)
{
    while (n--) {
        fputc(value >> 8 * n & 0xff, out);
    }
}

static void put_section(FILE *out, guint type)
{
    put(out, type, 1);
    put(out, 1, 4);
}

static void put_end(FILE *out)
{
    put(out, 0x10, 8);
    put(out, 0x7e, 1);
    put(out, 1, 4);
}

/* The least that analyze-migration.py needs: it takes the page size and the list of devices from here. */
static const char description[] = "{\"page_size\": 4096, \"devices\": []}";

static gboolean write_stream(const char *path)
{
    FILE *out = fopen(path, "wb");
    guint8 page[PAGE];

    if (!out) {
        return FALSE;
    }
    fputs("QEVM", out);
    put(out, 3, 4);
    put(out, 7, 1);
    put(out, 4, 4);
    fputs("none", out);
    put_section(out, 1);
    put(out, 3, 1);
    fputs("ram", out);
    put(out, 0, 4);
    put(out, 4, 4);
    put(out, (guint64) PAGES * PAGE | 4, 8);
    put(out, 3, 1);
    fputs("ram", out);
    put(out, (guint64) PAGES * PAGE, 8);
    put_end(out);
    for (guint i = 0; i < PAGES; i++) {
        if (i % PART == 0) {
            put_section(out, 2);
        }
        put(out, (guint64) i * PAGE | 8 | (i ? 0x20 : 0), 8);
        if (i == 0) {
            put(out, 3, 1);
            fputs("ram", out);
        }
        memset(page, i * 31 + 7, sizeof page);
        fwrite(page, 1, sizeof page, out);
        if (i % PART == PART - 1 || i == PAGES - 1) {
            put_end(out);
        }
    }
    put_section(out, 3);
    put_end(out);
    put(out, 0, 1);
    put(out, 6, 1);
    put(out, strlen(description), 4);
    fputs(description, out);
    return fclose(out) == 0;
}

/* What every reader has to do at least: look at each head and step over the page. */
static guint64 bare_walk(const guint8 *data, gsize size)
{
    guint64 at = 8 + 5 + 4 + 17 + 8 + 12 + 13, pages = 0;

    while (at + 8 < size) {
        guint64 head;

        memcpy(&head, data + at, 8);
        head = GUINT64_FROM_BE(head);
        if (data[at] == 2 || data[at] == 3) {
            at += 5;
            continue;
        }
        if (data[at] == 0x7e) {
            at += 5;
            continue;
        }
        if ((head & 0xfff) == 0x10) {
            at += 8;
        } else if ((head & 0xfff) == 0x28) {
            at += 8 + PAGE;
            pages++;
        } else if ((head & 0xfff) == 0x08) {
            at += 12 + PAGE;
            pages++;
        } else {
            break;
        }
    }
    return pages;
}

typedef enum { BARE, GRAMMAR, CONTENT, HOWS } How;

/* Seconds of this thread's processor: other load on the machine disturbs it less than the clock on the wall. */
static double now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (double) t.tv_sec + (double) t.tv_nsec / 1e9;
}

static gboolean one(int fd, gsize size, How how, double *ret_rate)
{
    guint8 *data = mmap(NULL, size, PROT_READ, MAP_PRIVATE, fd, 0);
    double start = now();
    gboolean ok;

    if (data == MAP_FAILED) {
        return FALSE;
    }
    if (how == BARE) {
        ok = bare_walk(data, size) == PAGES;
    } else {
        OraStreamCheckConfig config = { .grammar_only = how == GRAMMAR, .description = ORA_TELL_YES };
        g_autoptr(OraStreamCheck) check = ora_stream_check_new(&config);

        ora_walker_feed(ora_stream_check_channel(check, ORA_CHANNEL_MAIN, 0), data, size);
        ora_stream_check_finish(check);
        ok = ora_stream_check_records(check) > PAGES && ora_stream_check_findings(check)->len == 0;
    }
    *ret_rate = (double) size / 1e9 / MAX(now() - start, 1e-9);
    munmap(data, size);
    return ok;
}

static double children_cpu(void)
{
    struct rusage usage;

    getrusage(RUSAGE_CHILDREN, &usage);
    return (double) (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) + (double) (usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) / 1e6;
}

/* TRUE: the goal is reached, or there is nobody to compare with. */
static gboolean peer(const char *path, gsize size, double grammar)
{
    const char *source = g_getenv("QEMU_SRC");
    g_autofree char *script = source && *source ? g_build_filename(source, "scripts", "analyze-migration.py", NULL) : NULL;
    const char *argv[] = { "python3", script, "-f", path, NULL };
    double start, rate;
    int status;

    if (!script || !g_file_test(script, G_FILE_TEST_EXISTS)) {
        printf("analyze-migration.py     peer missing (QEMU_SRC=… names a source tree)\n");
        return TRUE;
    }
    start = children_cpu();
    if (!g_spawn_sync(NULL, (char **) argv, NULL, G_SPAWN_SEARCH_PATH | G_SPAWN_STDOUT_TO_DEV_NULL, NULL, NULL, NULL, NULL,
                      &status, NULL) || status != 0) {
        printf("analyze-migration.py     peer missing: it failed on this stream\n");
        return TRUE;
    }
    rate = (double) size / 1e9 / MAX(children_cpu() - start, 1e-9);
    printf("analyze-migration.py %10.2f GB/s     grammar alone is %.1f x that (goal 8)\n", rate, grammar / rate);
    return grammar >= 8 * rate;
}

int main(void)
{
    static const char *const names[HOWS] = { "bare mmap walk", "grammar alone", "content rules" };
    const char *folder = g_getenv("BENCH_DIR") ? g_getenv("BENCH_DIR") : g_get_tmp_dir();
    g_autofree char *path = g_build_filename(folder, "miglab-bench-XXXXXX", NULL);
    int fd = g_mkstemp(path);
    double best[HOWS] = { 0 };
    struct stat st;
    gboolean ok;

    if (fd < 0 || !write_stream(path) || fstat(fd, &st) < 0) {
        fprintf(stderr, "stream_check: cannot write %s\n", path);
        return 2;
    }
    ok = TRUE;
    for (guint round = 0; round < ROUNDS && ok; round++) {
        for (How how = 0; how < HOWS && ok; how++) {
            double rate = 0;

            ok = one(fd, st.st_size, how, &rate);
            best[how] = MAX(best[how], rate / 1e0);
        }
    }
    if (!ok) {
        fprintf(stderr, "stream_check: a walk did not see what was written\n");
        unlink(path);
        return 1;
    }
    printf("stream check of %.2f GiB of ordinary pages, best of %d\n", st.st_size / 1073741824.0, ROUNDS);
    printf("%-20s %10.2f GB/s\n", names[BARE], best[BARE]);
    printf("%-20s %10.2f GB/s     %.0f %% of the bare walk (goal 60)\n", names[GRAMMAR], best[GRAMMAR],
           100 * best[GRAMMAR] / best[BARE]);
    printf("%-20s %10.2f GB/s     (goal 2)\n", names[CONTENT], best[CONTENT]);
    ok = peer(path, st.st_size, best[GRAMMAR]);
    unlink(path);
    close(fd);
    return !ok || best[GRAMMAR] < 0.6 * best[BARE] || best[CONTENT] < 2.0;
}
