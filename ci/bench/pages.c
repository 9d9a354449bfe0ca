/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Zero test and XBZRLE encoding: each form of ours, and a plain loop over bytes as it would be written without a second thought.
 * Every form works on the same buffers; what it returns is compared, the times are the best of several rounds. Ratios are to the
 * plain loop. With QEMU_SRC=… the scalar forms of that source tree (migration/xbzrle.c, util/bufferiszero.c) are compiled and run on
 * the same buffers; without it the peers are missing and there is no ratio to them.
 *
 * Goals, where the peer is there: the portable form is not slower than QEMU's scalar one, the vectorised ones are ahead of it.
 * Time is the processor's. The buffers are small enough for the caches: it is the code that is measured, not the memory.
 *
 * Usage: pages [MEGABYTES]
 */
#include "reference/stream/page.h"

#include <dlfcn.h>
#include <glib/gstdio.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define PAGE 4096u
#define ROUNDS 25

static const char *const form_names[MIG_PAGE_FORMS] = { "portable", "sse2", "avx2" };

static double now(void)
{
    struct timespec t;

    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
    return (double) t.tv_sec + (double) t.tv_nsec / 1e9;
}

/* Not to be turned into vectors behind our back: that would compare ours with ours. (clang has no such attribute, and does not do
 * it with loops that end early.) */
#ifdef __clang__
#define PLAIN __attribute__((noinline))
#else
#define PLAIN __attribute__((noinline, optimize("no-tree-vectorize")))
#endif

PLAIN
static gboolean plain_is_zero(const guint8 *page, gsize size)
{
    for (gsize i = 0; i < size; i++) {
        if (page[i]) {
            return FALSE;
        }
    }
    return TRUE;
}

static gsize put(guint8 *delta, gsize count)
{
    if (count < 128) {
        delta[0] = (guint8) count;
        return 1;
    }
    delta[0] = (guint8) (0x80 | (count & 0x7f));
    delta[1] = (guint8) (count >> 7);
    return 2;
}

PLAIN
static gint plain_encode(const guint8 *old, const guint8 *new, gsize size, guint8 *delta, gsize delta_max)
{
    gsize at = 0, used = 0;

    while (at < size) {
        gsize start = at, run;

        while (at < size && old[at] == new[at]) {
            at++;
        }
        if (at == size) {
            return (gint) used;
        }
        if (used + 4 > delta_max) {
            return MIG_XBZRLE_OVERFLOW;
        }
        used += put(delta + used, at - start);
        start = at;
        while (at < size && old[at] != new[at]) {
            at++;
        }
        run = at - start;
        used += put(delta + used, run);
        if (used + run > delta_max) {
            return MIG_XBZRLE_OVERFLOW;
        }
        memcpy(delta + used, new + start, run);
        used += run;
    }
    return (gint) used;
}

static double time_zero(MigPageIsZero *is_zero, const guint8 *pages, gsize count, guint *ret_zero)
{
    double best = 1e9;

    for (guint round = 0; round < ROUNDS; round++) {
        double start = now();
        guint zero = 0;

        for (gsize i = 0; i < count; i++) {
            zero += (guint) is_zero(pages + i * PAGE, PAGE);
        }
        *ret_zero = zero;
        best = MIN(best, now() - start);
    }
    return best;
}

static double time_encode(MigXbzrleEncode *encode, const guint8 *old, const guint8 *new, gsize count, guint64 *ret_sum)
{
    guint8 delta[PAGE + 8];
    double best = 1e9;

    for (guint round = 0; round < ROUNDS; round++) {
        double start = now();
        guint64 sum = 0;

        for (gsize i = 0; i < count; i++) {
            sum += (guint64) (gint64) encode(old + i * PAGE, new + i * PAGE, PAGE, delta, PAGE);
        }
        *ret_sum = sum;
        best = MIN(best, now() - start);
    }
    return best;
}

static gboolean missed;       /* a goal */

/* peer: time of QEMU's form, 0 where it is missing. */
static void show(const char *what, const char *form, gsize count, double time, double plain, double peer)
{
    printf("%-28s %-10s %7.2f GB/s  %6.2f x plain loop", what, form, (double) count * PAGE / time / 1e9, plain / time);
    if (peer > 0) {
        printf("  %6.2f x QEMU", peer / time);
        missed |= peer < time;
    }
    printf("\n");
}

/* ---- The peer ---- */

typedef int QemuEncode(guint8 *old, guint8 *new, int size, guint8 *delta, int delta_max);

typedef bool QemuIsZero(const void *page, size_t size);

static QemuEncode *qemu_encode;
static QemuIsZero *qemu_is_zero;

static gint peer_encode(const guint8 *old, const guint8 *new, gsize size, guint8 *delta, gsize delta_max)
{
    return qemu_encode((guint8 *) old, (guint8 *) new, (int) size, delta, (int) delta_max);
}

static gboolean peer_is_zero(const guint8 *page, gsize size)
{
    return qemu_is_zero(page, size);
}

/* One file of QEMU each, with headers that hold no more than they need. */
static const char peer_header[] =
    "#ifndef PEER_H\n#define PEER_H\n#include <stdint.h>\n#include <stdbool.h>\n#include <string.h>\n#include <glib.h>\n"
    "int xbzrle_encode_buffer(uint8_t *, uint8_t *, int, uint8_t *, int);\n"
    "int xbzrle_decode_buffer(uint8_t *, int, uint8_t *, int);\n"
    "static inline int uleb128_encode_small(uint8_t *out, uint32_t n)\n"
    "{ if (n < 0x80) { *out = n; return 1; } *out++ = (n & 0x7f) | 0x80; *out = n >> 7; return 2; }\n"
    "static inline int uleb128_decode_small(const uint8_t *in, uint32_t *n)\n"
    "{ if (!(*in & 0x80)) { *n = *in; return 1; } *n = *in++ & 0x7f; if (*in & 0x80) return -1; *n |= *in << 7; return 2; }\n"
    "#define likely(x) (x)\n#define unlikely(x) (x)\n#define ARRAY_SIZE(x) (sizeof(x) / sizeof((x)[0]))\n"
    "#define QEMU_ALIGN_PTR_DOWN(p, n) ((void *)((uintptr_t)(p) & ~(uintptr_t)((n) - 1)))\n"
    "static inline uint64_t ldq_he_p(const void *p) { uint64_t v; memcpy(&v, p, 8); return v; }\n"
    "static inline uint32_t ldl_he_p(const void *p) { uint32_t v; memcpy(&v, p, 4); return v; }\n"
    "static inline bool buffer_is_zero_sample3(const void *p, size_t n) { (void)p; (void)n; return true; }\n#endif\n";

/* `wrapper` is put behind the source: the scalar function is static there and its name has changed. NULL: cannot be had. */
static void *find_peer(const char *file, const char *wrapper, const char *symbol)
{
    static const char *const headers[] = {
        "qemu/osdep.h", "qemu/cutils.h", "qemu/host-utils.h", "qemu/bswap.h", "qemu-common.h", "include/migration/migration.h", "xbzrle.h",
        "host/cpuinfo.h", "qemu/cpuid.h",
    };
    const char *source = g_getenv("QEMU_SRC"), *compiler = g_getenv("CC");
    g_autofree char *folder = NULL, *object = NULL, *command = NULL, *quoted = NULL, *path = NULL, *text = NULL, *whole = NULL, *copy = NULL;
    void *found = NULL, *library;

    if (!source || !*source) {
        return NULL;
    }
    path = g_build_filename(source, file, NULL);
    if (!g_file_get_contents(path, &text, NULL, NULL)) {
        return NULL;
    }
    folder = g_dir_make_tmp("miglab-bench-XXXXXX", NULL);
    for (gsize i = 0; folder && i < G_N_ELEMENTS(headers); i++) {
        g_autofree char *header = g_build_filename(folder, headers[i], NULL), *parent = g_path_get_dirname(header);
        (void) g_mkdir_with_parents(parent, 0700);
        (void) g_file_set_contents(header, peer_header, -1, NULL);
    }
    copy = g_build_filename(folder, "peer.c", NULL);
    whole = g_strdup_printf("%s\n%s\n", text, strstr(text, "buffer_is_zero_int_ge256") || !strstr(text, "buffer_zero_int") ? wrapper
                            : "bool peer_is_zero(const void *b, size_t n) { return buffer_zero_int(b, n); }");
    (void) g_file_set_contents(copy, whole, -1, NULL);
    object = g_build_filename(folder, "peer.so", NULL);
    quoted = g_shell_quote(folder);
    /* Without SSE2 as far as the source can see: only the scalar form is left. */
    command = g_strdup_printf("%s -w -O2 -U__SSE2__ -fno-strict-aliasing -shared -fPIC -I%s $(pkg-config --cflags glib-2.0) %s/peer.c -o %s",
                              compiler && *compiler ? compiler : "cc", quoted, quoted, object);
    if (system(command) == 0 && (library = dlopen(object, RTLD_NOW))) {
        found = dlsym(library, symbol);
    }
    g_free(command);
    command = g_strdup_printf("rm -r %s", quoted);
    (void) !system(command);
    return found;
}

static guint32 next(guint64 *seed)
{
    *seed = *seed * 6364136223846793005u + 1442695040888963407u;
    return (guint32) (*seed >> 33);
}

int main(int argc, char **argv)
{
    static const struct { const char *name; guint changes, run; } kinds[] = {
        { "xbzrle, 8 words a page", 8, 8 }, { "xbzrle, 64 words a page", 64, 8 }, { "xbzrle, 4 runs of 200", 4, 200 },
        { "xbzrle, all different", 1, PAGE }, { "xbzrle, equal", 0, 0 },
    };
    gsize count = (gsize) (argc > 1 ? atoi(argv[1]) : 1) * 256;
    guint8 *old = g_malloc(count * PAGE), *new = g_malloc(count * PAGE);
    guint64 seed = 1;
    guint want = 0;
    double plain, peer = 0;

    qemu_encode = (QemuEncode *) find_peer("migration/xbzrle.c", "", "xbzrle_encode_buffer");
    if (!qemu_encode) {
        printf("QEMU's encoder: peer missing (QEMU_SRC=…)\n");
    }
    qemu_is_zero = (QemuIsZero *) find_peer("util/bufferiszero.c",
        "bool peer_is_zero(const void *b, size_t n) { return buffer_is_zero_int_ge256(b, n); }", "peer_is_zero");
    if (!qemu_is_zero) {
        printf("QEMU's zero test: peer missing (QEMU_SRC=…)\n");
    }
    memset(new, 0, count * PAGE);
    plain = time_zero(plain_is_zero, new, count, &want);
    show("zero test, zero pages", "plain", count, plain, plain, 0);
    if (qemu_is_zero) {
        guint got;
        peer = time_zero(peer_is_zero, new, count, &got);
        g_assert(got == want);
        show("zero test, zero pages", "QEMU", count, peer, plain, 0);
    }
    for (MigPageForm form = MIG_PAGE_PORTABLE; form < MIG_PAGE_FORMS; form++) {
        guint got;
        if (mig_page_is_zero_form(form)) {
            double time = time_zero(mig_page_is_zero_form(form), new, count, &got);
            g_assert(got == want);
            show("zero test, zero pages", form_names[form], count, time, plain, peer);
        }
    }
    for (gsize k = 0; k < G_N_ELEMENTS(kinds); k++) {
        guint64 sum = 0, got;

        for (gsize i = 0; i < count * PAGE; i += 4) {
            guint32 word = next(&seed);
            memcpy(old + i, &word, 4);
        }
        memcpy(new, old, count * PAGE);
        for (gsize i = 0; i < count; i++) {
            for (guint c = 0; c < kinds[k].changes; c++) {
                gsize at = kinds[k].run == PAGE ? 0 : next(&seed) % (PAGE - kinds[k].run);
                for (guint b = 0; b < kinds[k].run; b++) {
                    new[i * PAGE + at + b] ^= 0x5a;
                }
            }
        }
        plain = time_encode(plain_encode, old, new, count, &sum);
        show(kinds[k].name, "plain", count, plain, plain, 0);
        peer = 0;
        if (qemu_encode) {
            peer = time_encode(peer_encode, old, new, count, &got);
            g_assert(got == sum);
            show(kinds[k].name, "QEMU", count, peer, plain, 0);
        }
        for (MigPageForm form = MIG_PAGE_PORTABLE; form < MIG_PAGE_FORMS; form++) {
            if (mig_xbzrle_encode_form(form)) {
                double time = time_encode(mig_xbzrle_encode_form(form), old, new, count, &got);
                g_assert(got == sum);
                show(kinds[k].name, form_names[form], count, time, plain, peer);
            }
        }
    }
    g_free(old);
    g_free(new);
    return missed;
}
