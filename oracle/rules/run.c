/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "oracle/rule.h"

const OraRule ora_rules_run[] = {
    { 0 },
};
