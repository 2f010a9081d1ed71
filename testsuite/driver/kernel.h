/* kernel.h - what every kernel half shares: its scenarios in a table, one IOCTL for each.
 *
 * kernel.c is the driver around them: device, dispatch, unload.  A kernel half defines its scenarios, each
 * a dispatch routine of its own, and lists them:
 *
 *     static DRIVER_DISPATCH good_pair, warn_twice;
 *     ...
 *     const PDRIVER_DISPATCH scenarios[] = { good_pair, warn_twice, NULL };
 *
 * The first of the list is IOCTL function 0x801, the next 0x802.  driver.exp reads the list from the
 * source.  A "warn_" says on which lines it breaks the rule, in comments of this form:
 *
 *     warn_twice: acquired
 *     warn_twice: double-acquire '&lock'
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef KERNEL_H
#define KERNEL_H

#include "wdm-lite.h"

/* A scenario is called at PASSIVE_LEVEL and completes its request, or pends it. */
extern const PDRIVER_DISPATCH scenarios[];

/* What a kernel half does when it comes and when it goes. */
NTSTATUS at_entry(PDEVICE_OBJECT device);
void at_unload(void);

/* Complete IRP with STATUS and the low 32 bits of a number for the user half; returns STATUS. */
NTSTATUS complete(PIRP irp, NTSTATUS status, ULONG answer);

/* Wait for EVENT, but not for ever: false after five seconds. */
BOOLEAN wait_for(PKEVENT event);

/* Start a system thread; what it returns must be given to join_thread, which waits until the thread has
 * ended (five seconds at most).  NULL when there is no thread. */
PVOID start_thread(PKSTART_ROUTINE routine, PVOID context);
void join_thread(PVOID thread);

#endif
