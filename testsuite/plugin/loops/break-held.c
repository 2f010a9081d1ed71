/* { dg-do compile } */
/* A break out of a loop with the lock held: said at the same place at every level, whatever the loop body declares.  */
/* SPDX-License-Identifier: MIT */
#include "wdm-lite.h"

struct object {
	KSPIN_LOCK lock;
	int users;
	BOOLEAN deleted;
	struct object *parent;
};

extern void signal_gone(struct object *);

/* Up the parents: each round is about another object. */
void good_up_the_parents(struct object *object)
{
	while (object) {
		struct object *parent;
		KIRQL irql;

		KeAcquireSpinLock(&object->lock, &irql);
		parent = object->parent;
		if (--object->users > 0) {
			KeReleaseSpinLock(&object->lock, irql);
			break;
		}
		object->deleted = TRUE;
		KeReleaseSpinLock(&object->lock, irql);
		signal_gone(object);
		object = parent;
	}
}

/* Still used: leaves the loop with the lock held. */
void warn_variables_outside(struct object *object)
{
	struct object *parent;
	KIRQL irql;

	while (object) {
		KeAcquireSpinLock(&object->lock, &irql);
		parent = object->parent;
		if (--object->users > 0)
			break;
		object->deleted = TRUE;
		KeReleaseSpinLock(&object->lock, irql);
		signal_gone(object);
		object = parent;
	}
}	/* { dg-warning "'object->lock' is still held at return .spinrule-held-at-return." "still used" } */
