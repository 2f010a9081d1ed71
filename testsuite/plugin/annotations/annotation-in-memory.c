/* { dg-do compile } */
/* What a function states of a lock to which memory leads, where calls of functions of other files
 * come before and after.  */
/* SPDX-License-Identifier: MIT */
#include "../../../runtime/spinrule-sal.h"
#include "wdm-lite.h"

struct port {
	PKSPIN_LOCK lock;
	int pending;
};

extern struct port *port_of(PVOID);
extern int step(struct port *);

_Requires_lock_not_held_(*port->lock) static void good_drain(struct port *port)
{
	while (step(port))
		;
}

KDEFERRED_ROUTINE good_free, warn_held;

VOID NTAPI good_free(PKDPC dpc, PVOID context, PVOID arg1, PVOID arg2)
{
	struct port *port = port_of(context);

	step(port);
	good_drain(port);
	KeAcquireSpinLockAtDpcLevel(port->lock);
	KeReleaseSpinLockFromDpcLevel(port->lock);
	good_drain(port);
}

VOID NTAPI warn_held(PKDPC dpc, PVOID context, PVOID arg1, PVOID arg2)
{
	struct port *port = port_of(context);

	step(port);
	KeAcquireSpinLockAtDpcLevel(port->lock);
	good_drain(port);	/* { dg-warning "'port->lock' is held at a call that requires it to be free .spinrule-call-held." } */
	KeReleaseSpinLockFromDpcLevel(port->lock);
	good_drain(port);
}
