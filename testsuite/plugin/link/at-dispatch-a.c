/* Routines of other files become callbacks at DISPATCH_LEVEL, by helpers that initialize DPCs.
 *
 * SPDX-License-Identifier: MIT
 */

#include "at-dispatch.h"

static KDPC dpcs[5];

void set_up(PKDPC dpc, PKDEFERRED_ROUTINE routine)
{
	KeInitializeDpc(dpc, routine, dpc);
}

void set_up_threaded(PKDPC dpc, PKDEFERRED_ROUTINE routine)
{
	KeInitializeThreadedDpc(dpc, routine, dpc);
}

NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT driver, PUNICODE_STRING path)
{
	(void)driver, (void)path;
	set_up(&dpcs[0], good_dpc);
	set_up(&dpcs[1], warn_dpc);
	set_up_threaded(&dpcs[2], threaded);
	set_up(&dpcs[3], dpc_and_threaded);
	KeInitializeThreadedDpc(&dpcs[4], dpc_and_threaded, NULL);
	return 0;
}
