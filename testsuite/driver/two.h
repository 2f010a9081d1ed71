/* two.h - what two-owner.c, which has the lock, gives to two-guest.c, a driver of its own; see two.exp.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef TWO_H
#define TWO_H

#include "kernel.h"

/* Requests of the guest to the owner (IRP_MJ_INTERNAL_DEVICE_CONTROL), with their argument. */
enum {
	TWO_GET,	/* struct two_owner *, to be filled */
	TWO_VISIT,	/* acquire the lock, count, release it */
	TWO_RELEASE,	/* KIRQL *: release the lock, which the owner's function acquired */
	TWO_NOTHING,	/* is completed at once */
	TWO_CALL,	/* struct two_call *: call the function with the lock held */
	TWO_BEGIN,	/* ULONG *: start the owner's threads, of so many rounds each */
	TWO_END		/* ULONG *: wait for them; how often they counted */
};

struct two_owner {
	PKSPIN_LOCK lock;
	volatile ULONG *counter;	/* under it */
	KIRQL (*acquire)(void);
	void (*release)(KIRQL irql);
};

struct two_call {
	void (*function)(PVOID context);
	PVOID context;
};

#endif
