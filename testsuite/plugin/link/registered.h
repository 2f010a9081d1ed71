/* registered.h - callbacks without a role of their own.
 *
 * SPDX-License-Identifier: MIT
 */

#include "wdm-lite.h"

extern KSPIN_LOCK shared;

NTSTATUS NTAPI good_read(PDEVICE_OBJECT device, PIRP irp);
NTSTATUS NTAPI warn_read(PDEVICE_OBJECT device, PIRP irp);
NTSTATUS NTAPI warn_by_helper(PDEVICE_OBJECT device, PIRP irp);
NTSTATUS NTAPI warn_in_table(PDEVICE_OBJECT device, PIRP irp);
NTSTATUS NTAPI good_not_registered(PDEVICE_OBJECT device, PIRP irp);

void register_read(PDRIVER_OBJECT driver, PDRIVER_DISPATCH routine);
void pass_on(PDRIVER_OBJECT driver, PDRIVER_DISPATCH routine);
