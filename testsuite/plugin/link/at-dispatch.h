/* at-dispatch.h - callbacks without a role of their own, which read a register of the processor.
 *
 * SPDX-License-Identifier: MIT
 */

#include "wdm-lite.h"

VOID NTAPI good_dpc(PKDPC dpc, PVOID context, PVOID arg1, PVOID arg2);
VOID NTAPI warn_dpc(PKDPC dpc, PVOID context, PVOID arg1, PVOID arg2);
VOID NTAPI threaded(PKDPC dpc, PVOID context, PVOID arg1, PVOID arg2);
VOID NTAPI dpc_and_threaded(PKDPC dpc, PVOID context, PVOID arg1, PVOID arg2);
void set_up(PKDPC dpc, PKDEFERRED_ROUTINE routine);
void set_up_threaded(PKDPC dpc, PKDEFERRED_ROUTINE routine);
