/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "reference/qmp/error.h"

GQuark mig_qmp_error_quark(void)
{
    return g_quark_from_static_string("mig-qmp-error");
}

GQuark mig_qmp_dies_quark(void)
{
    /* The options layer names the same domain MIG_DIES. */
    return g_quark_from_static_string("mig-dies");
}

const char *mig_qmp_error_class_name(MigQmpErrorClass error_class)
{
    static const char *const names[] = {
        [MIG_QMP_ERROR_GENERIC] = "GenericError",
        [MIG_QMP_ERROR_COMMAND_NOT_FOUND] = "CommandNotFound",
        [MIG_QMP_ERROR_DEVICE_NOT_ACTIVE] = "DeviceNotActive",
        [MIG_QMP_ERROR_DEVICE_NOT_FOUND] = "DeviceNotFound",
        [MIG_QMP_ERROR_KVM_MISSING_CAP] = "KVMMissingCap",
    };
    G_STATIC_ASSERT(G_N_ELEMENTS(names) == MIG_QMP_ERROR_COUNT);

    g_return_val_if_fail((guint) error_class < MIG_QMP_ERROR_COUNT, NULL);
    return names[error_class];
}
