/* { dg-do compile } */
/* A loop over a state variable: the lock is taken in one state and dropped in another.  */
/* SPDX-License-Identifier: MIT */
#include "wdm-lite.h"

struct ext {
	KSPIN_LOCK lock;
	int count;
};

enum state { TAKE, USE, DROP, END };

extern int work(int);

KDEFERRED_ROUTINE good_states, warn_states, good_toggled, warn_toggled;

VOID NTAPI good_states(PKDPC dpc, PVOID context, PVOID arg1, PVOID arg2)
{
	struct ext *ext = context;
	enum state state = TAKE;

	while (state != END) {
		switch (state) {
		case TAKE:
			KeAcquireSpinLockAtDpcLevel(&ext->lock);
			state = USE;
			break;
		case USE:
			ext->count++;
			if (work(1))
				state = DROP;
			break;
		case DROP:
			KeReleaseSpinLockFromDpcLevel(&ext->lock);
			state = work(2) ? TAKE : END;
			break;
		case END:
			break;
		}
	}
}

VOID NTAPI warn_states(PKDPC dpc, PVOID context, PVOID arg1, PVOID arg2)
{
	struct ext *ext = context;
	enum state state = TAKE;

	while (state != END) {
		switch (state) {
		case TAKE:
			KeAcquireSpinLockAtDpcLevel(&ext->lock);
			state = USE;
			break;
		case USE:
			ext->count++;
			if (work(1))
				state = work(2) ? DROP : END;
			break;
		case DROP:
			KeReleaseSpinLockFromDpcLevel(&ext->lock);
			state = work(2) ? TAKE : END;
			break;
		case END:
			break;
		}
	}
}	/* { dg-warning "'ext->lock' is still held at return .spinrule-held-at-return." "from USE to END" } */

/* Taken when needed, dropped when asked to, many times. */
VOID NTAPI good_toggled(PKDPC dpc, PVOID context, PVOID arg1, PVOID arg2)
{
	struct ext *ext = context;
	BOOLEAN locked = FALSE;

	for (;;) {
		if (!locked) {
			KeAcquireSpinLockAtDpcLevel(&ext->lock);
			locked = TRUE;
		}
		if (ext->count == 0)
			break;
		if (work(1)) {
			KeReleaseSpinLockFromDpcLevel(&ext->lock);
			locked = FALSE;
			if (work(2))
				break;
		}
	}
	if (locked)
		KeReleaseSpinLockFromDpcLevel(&ext->lock);
}

VOID NTAPI warn_toggled(PKDPC dpc, PVOID context, PVOID arg1, PVOID arg2)
{
	struct ext *ext = context;
	BOOLEAN locked = FALSE;

	for (;;) {
		if (!locked) {
			KeAcquireSpinLockAtDpcLevel(&ext->lock);
			locked = TRUE;
		}
		if (ext->count == 0)
			break;
		if (work(1)) {
			KeReleaseSpinLockFromDpcLevel(&ext->lock);
			if (work(2))
				break;
			locked = FALSE;
		}
	}
	if (locked)
		KeReleaseSpinLockFromDpcLevel(&ext->lock);	/* { dg-warning "'ext->lock' is released but not held .spinrule-release-unheld." "flag cleared too late" } */
}
