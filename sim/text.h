/* SPDX-License-Identifier: GPL-2.0-or-later
 *
 * Text put into the formats of reports.
 */
#ifndef SIM_TEXT_H
#define SIM_TEXT_H

#include <glib.h>

/* Appends *text* as XML 1.0 may hold it, in content and between double quotes: markup characters escaped, controls but tab
 * and line feed (which XML 1.0 forbids even when escaped) as blanks, what is no UTF-8 or no character of XML as U+FFFD. */
void sim_text_xml(GString *out, const char *text);
/* Appends each line of *text* with *prefix* before it; an empty last line is none. */
void sim_text_prefixed(GString *out, const char *text, const char *prefix);

#endif
