/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "reference/migration/load_error.h"

#include <errno.h>
#include <string.h>

#define R(major, minor) MIG_RELEASE(major, minor)

MigLoadError *mig_load_error_new(int code, const char *format, ...)
{
    MigLoadError *error = g_new0(MigLoadError, 1);

    error->code = code;
    error->passed_up = TRUE;
    if (format) {
        va_list arguments;

        va_start(arguments, format);
        error->cause = g_strdup_vprintf(format, arguments);
        va_end(arguments);
    }
    return error;
}

void mig_load_error_free(MigLoadError *error)
{
    if (error == NULL)
        return;
    g_free(error->cause);
    g_free(error->cause_new);
    g_free(error->handler);
    g_free(error);
}

static MigLoadError *in_handler(MigLoadError *error, const MigRecordSection *inside)
{
    if (inside && inside->idstr) {
        error->handler = g_strdup(inside->idstr);
        error->handler_id = inside->id;
        error->handler_instance = inside->instance;
        error->handler_version = inside->version;
        error->handler_whole = inside->kind == MIG_WIRE_SECTION_START || inside->kind == MIG_WIRE_SECTION_FULL;
    }
    error->passed_up = FALSE;
    return error;
}

/* Real QEMU reads zeros past the end; which message that gives depends on what stood there (spec/migration.md 12.4). */
static MigLoadError *cut(MigRelease release, const MigStreamFault *fault, const MigRecordSection *inside)
{
    MigLoadError *error;

    if (strcmp(fault->record, "header") == 0 || fault->offset < 8) {
        if (fault->offset < 4 && release >= R(11, 0)) {
            error = mig_load_error_new(EINVAL, "Failed to peek at channel");
            error->bare = TRUE;
            return error;
        }
        return fault->offset < 4 ? mig_load_error_new(EINVAL, "Not a migration stream")
                                 : mig_load_error_new(ENOTSUP, "Unsupported migration stream version");
    }
    if (fault->offset == 8 && inside == NULL) {
        error = mig_load_error_new(EINVAL, "Configuration section missing");
        error->cause_new = g_strdup("Configuration section missing, 0 != 7");
        return error;
    }
    if (strcmp(fault->record, "section") == 0 && fault->value == 0)
        return mig_load_error_new(EIO, NULL);
    if (inside && strcmp(inside->idstr, "ram") == 0) {
        error = in_handler(mig_load_error_new(EINVAL, "Unknown combination of migration flags: 0x0"), inside);
        return error;
    }
    if (inside)
        return in_handler(mig_load_error_new(EIO, NULL), inside);
    return mig_load_error_new(EIO, NULL);
}

static MigLoadError *footer_error(MigLoadError *error, const MigRecordSection *inside)
{
    error->both = TRUE;
    error->cause_new = g_strdup_printf("Section footer error, section_id: %u", inside ? inside->id : 0);
    return error;
}

MigLoadError *mig_load_error_from_fault(MigRelease release, const MigStreamFault *fault, const MigRecordSection *inside, gboolean at_footer)
{
    MigLoadError *error;
    const char *detail = fault->detail ? fault->detail : "";

    switch (fault->rule) {
    case MIG_STREAM_ERROR_CUT:
        if (at_footer)
            return footer_error(mig_load_error_new(EINVAL, "check_section_footer: Read section footer failed: -5"), inside);
        return cut(release, fault, inside);
    case MIG_STREAM_ERROR_MAGIC:
        error = mig_load_error_new(EINVAL, "Not a migration stream");
        if (release >= R(11, 0)) {
            error->cause_new = g_strdup_printf("unknown channel magic: %" G_GUINT64_FORMAT, fault->value);
            error->bare = TRUE;
        }
        return error;
    case MIG_STREAM_ERROR_VERSION:
        if (fault->value == 2) {
            error = mig_load_error_new(ENOTSUP, "SaveVM v2 format is obsolete and don't work anymore");
            error->cause_new = g_strdup("SaveVM v2 format is obsolete and no longer supported");
        } else {
            error = mig_load_error_new(ENOTSUP, "Unsupported migration stream version");
            error->cause_new = g_strdup_printf("Unsupported migration stream version, file version %" G_GINT64_MODIFIER "x != 3", fault->value);
        }
        return error;
    case MIG_STREAM_ERROR_CONFIG_MISSING:
        error = mig_load_error_new(EINVAL, "Configuration section missing");
        error->cause_new = g_strdup_printf("Configuration section missing, %" G_GUINT64_FORMAT " != 7", fault->value);
        return error;
    case MIG_STREAM_ERROR_SECTION_TYPE:
        error = mig_load_error_new(EINVAL, "Unknown savevm section type %" G_GUINT64_FORMAT, fault->value);
        error->cause_new = g_strdup_printf("Unknown section type %" G_GUINT64_FORMAT, fault->value);
        return error;
    case MIG_STREAM_ERROR_SECTION_VERSION: {
        g_auto(GStrv) words = g_strsplit(detail, " ", 2);
        guint known = g_strcmp0(words[0], "ram") == 0 ? 4 : 1;

        if (fault->value < known) {
            error = mig_load_error_new(EINVAL, NULL);
            error->handler = g_strdup(words[0]);
            error->handler_whole = TRUE;
            error->handler_version = (guint32) fault->value;
            return error;
        }
        error = mig_load_error_new(EINVAL, "savevm: unsupported version %" G_GUINT64_FORMAT " for '%s' v%u", fault->value, words[0] ? words[0] : "", known);
        error->cause_new = g_strdup(error->cause + strlen("savevm: "));
        return error;
    }
    case MIG_STREAM_ERROR_SECTION_IDSTR:
        return mig_load_error_new(EINVAL, "Unable to read ID string for section %" G_GUINT64_FORMAT, fault->value);
    case MIG_STREAM_ERROR_SECTION_UNKNOWN:
        error = mig_load_error_new(EINVAL, "Unknown savevm section %" G_GUINT64_FORMAT, fault->value);
        error->cause_new = g_strdup_printf("Unknown section %" G_GUINT64_FORMAT, fault->value);
        return error;
    case MIG_STREAM_ERROR_FOOTER_MISSING:
        return footer_error(mig_load_error_new(EINVAL, "Missing section footer for %s", inside ? inside->idstr : "?"), inside);
    case MIG_STREAM_ERROR_FOOTER_ID:
        return footer_error(mig_load_error_new(EINVAL, "Mismatched section id in footer for %s - read 0x%" G_GINT64_MODIFIER "x expected 0x%x",
                                               inside ? inside->idstr : "?", fault->value, inside ? inside->id : 0), inside);
    case MIG_STREAM_ERROR_COMMAND_UNKNOWN: {
        guint number = 0, length = 0;

        if (strlen(detail) > 8) {
            char **words = g_strsplit_set(detail, " ,", -1);

            number = words[0] && words[1] ? (guint) g_ascii_strtoull(words[1], NULL, 16) : 0;
            length = g_strv_length(words) >= 5 ? (guint) g_ascii_strtoull(words[4], NULL, 16) : 0;
            g_strfreev(words);
        }
        if (number == 8 && release >= R(11, 0))
            return mig_load_error_new(EINVAL, "MIG_CMD 0x8 deprecated (len 0x%x)", length);
        return mig_load_error_new(EINVAL, "MIG_CMD 0x%x unknown (len 0x%x)", number, length);
    }
    case MIG_STREAM_ERROR_COMMAND_LENGTH:
        if (g_str_has_prefix(detail, "PING"))
            return mig_load_error_new(ERANGE, "PING received with bad length - expecting 4, got %" G_GUINT64_FORMAT, fault->value);
        if (g_str_has_prefix(detail, "POSTCOPY_ADVISE"))
            return mig_load_error_new(EINVAL, "CMD_POSTCOPY_ADVISE invalid length (%" G_GUINT64_FORMAT ")", fault->value);
        if (strcmp(fault->record, "RECV_BITMAP") == 0)
            return mig_load_error_new(EINVAL, "invalid payload length (%" G_GUINT64_FORMAT ")", fault->value);
        return mig_load_error_new(ERANGE, "%s", detail);
    case MIG_STREAM_ERROR_DISCARD:
        return mig_load_error_new(EINVAL, g_str_has_prefix(detail, "version") ? "CMD_POSTCOPY_RAM_DISCARD invalid version (%" G_GUINT64_FORMAT ")"
                                  : strstr(detail, "NUL") ? "CMD_POSTCOPY_RAM_DISCARD missing nil (%" G_GUINT64_FORMAT ")"
                                  : "CMD_POSTCOPY_RAM_DISCARD invalid length (%" G_GUINT64_FORMAT ")", fault->value);
    case MIG_STREAM_ERROR_RAM_FLAGS:
        return in_handler(mig_load_error_new(EINVAL, "Unknown combination of migration flags: 0x%" G_GINT64_MODIFIER "x", fault->value), inside);
    case MIG_STREAM_ERROR_RAM_ADDRESS:
        return in_handler(mig_load_error_new(EINVAL, "Illegal RAM offset %" G_GINT64_MODIFIER "x", fault->value), inside);
    case MIG_STREAM_ERROR_RAM_BLOCK:
        if (g_str_has_prefix(detail, "unknown block "))
            return in_handler(mig_load_error_new(EINVAL, "Can't find block %s", detail + strlen("unknown block ")), inside);
        break;
    case MIG_STREAM_ERROR_RAM_CONT:
        return in_handler(mig_load_error_new(EINVAL, "Ack, bad migration stream!"), inside);
    case MIG_STREAM_ERROR_RAM_FILL:
        return in_handler(mig_load_error_new(EINVAL, "Found a zero page with value %" G_GUINT64_FORMAT, fault->value), inside);
    case MIG_STREAM_ERROR_XBZRLE_FLAG:
        return in_handler(mig_load_error_new(EINVAL, "Failed to load XBZRLE page - wrong compression!"), inside);
    case MIG_STREAM_ERROR_XBZRLE_SIZE:
        return in_handler(mig_load_error_new(EINVAL, "Failed to load XBZRLE page - len overflow!"), inside);
    case MIG_STREAM_ERROR_COMPRESS_SIZE:
        return in_handler(mig_load_error_new(EINVAL, "Invalid compressed data length: %" G_GUINT64_FORMAT, fault->value), inside);
    case MIG_STREAM_ERROR_CONFIG_PAGE_BITS:
        return mig_load_error_new(EINVAL, "Received TARGET_PAGE_BITS is %" G_GUINT64_FORMAT " but local is 12", fault->value);
    case MIG_STREAM_ERROR_CONFIG_SUBSECTION:
        return mig_load_error_new(ENOENT, "VM %s does not exist", detail);
    case MIG_STREAM_ERROR_PACKAGE_SIZE:
        return mig_load_error_new(EINVAL, "Unreasonably large packaged state: %" G_GUINT64_FORMAT, fault->value);
    default:
        break;
    }
    return in_handler(mig_load_error_new(EINVAL, "%s: %s", mig_stream_rule_legal(fault->rule), detail), inside);
}

char **mig_load_error_lines(const MigLoadError *error, MigRelease release)
{
    GPtrArray *lines = g_ptr_array_new();
    gboolean now = release >= R(11, 0);
    const char *cause = now && error->cause_new ? error->cause_new : error->cause;
    g_autofree char *handler = NULL;

    if (error->handler)
        handler = error->handler_whole ? g_strdup_printf("error while loading state for instance 0x%x of device '%s'", error->handler_instance, error->handler)
                                       : g_strdup_printf("error while loading state section id %u(%s)", error->handler_id, error->handler);
    if (!now) {
        if (cause)
            g_ptr_array_add(lines, g_strdup(cause));
        if (handler)
            g_ptr_array_add(lines, g_strdup(handler));
        g_ptr_array_add(lines, g_strdup_printf("load of migration failed: %s", g_strerror(error->code)));
    } else if (error->both) {
        g_ptr_array_add(lines, g_strdup(error->cause));
        g_ptr_array_add(lines, g_strdup_printf("load of migration failed: %s: %s", g_strerror(error->code), error->cause_new));
    } else if (error->bare) {
        g_ptr_array_add(lines, g_strdup(cause));
    } else if (error->handler) {
        if (cause)
            g_ptr_array_add(lines, g_strdup(cause));
        g_ptr_array_add(lines, error->handler_whole
                        ? g_strdup_printf("load of migration failed: %s: %s: Failed to load vmstate version_id: %u, ret: %d", g_strerror(error->code), handler,
                                          error->handler_version, -error->code)
                        : g_strdup_printf("load of migration failed: %s: Failed to load vmstate version_id: %u, ret: %d", g_strerror(error->code),
                                          error->handler_version, -error->code));
    } else if (error->passed_up && cause) {
        g_ptr_array_add(lines, g_strdup_printf("load of migration failed: %s: %s", g_strerror(error->code), cause));
    } else {
        if (cause)
            g_ptr_array_add(lines, g_strdup(cause));
        g_ptr_array_add(lines, g_strdup_printf("load of migration failed: %s", g_strerror(error->code)));
    }
    g_ptr_array_add(lines, NULL);
    return (char **) g_ptr_array_free(lines, FALSE);
}
