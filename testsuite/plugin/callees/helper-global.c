/* { dg-do compile } */
/* Helpers that take and drop a global lock, and the callers that are judged through them.  */
/* SPDX-License-Identifier: MIT */
#include "wdm-lite.h"

static KSPIN_LOCK list_lock;
static KIRQL list_irql;
static LIST_ENTRY list;

static void list_enter(void)
{
	KeAcquireSpinLock(&list_lock, &list_irql);
}

static void list_leave(void)
{
	KeReleaseSpinLock(&list_lock, list_irql);
}

static PLIST_ENTRY list_pop(void)
{
	PLIST_ENTRY entry = NULL;

	list_enter();
	if (!IsListEmpty(&list))
		entry = RemoveHeadList(&list);
	list_leave();
	return entry;
}

extern void use(PLIST_ENTRY);

void good_enter_and_leave(PLIST_ENTRY entry)
{
	list_enter();
	InsertTailList(&list, entry);
	list_leave();
}

void warn_enter_twice(PLIST_ENTRY entry)
{
	list_enter();
	InsertTailList(&list, entry);
	list_enter();		/* { dg-warning "'list_lock' is acquired while already held .spinrule-double-acquire." "leave was meant" } */
}

void good_pop_outside(void)
{
	list_enter();
	InitializeListHead(&list);
	list_leave();
	use(list_pop());
}

void warn_pop_inside(void)
{
	list_enter();
	use(list_pop());	/* { dg-warning "'list_lock' is acquired while already held .spinrule-double-acquire." "list_pop enters" } */
	list_leave();
}

DRIVER_UNLOAD good_unload, warn_unload;

VOID NTAPI good_unload(PDRIVER_OBJECT driver)
{
	PLIST_ENTRY entry;

	list_enter();
	while (!IsListEmpty(&list)) {
		entry = RemoveHeadList(&list);
		list_leave();
		use(entry);
		list_enter();
	}
	list_leave();
}

VOID NTAPI warn_unload(PDRIVER_OBJECT driver)
{
	PLIST_ENTRY entry;

	list_enter();
	while (!IsListEmpty(&list)) {
		entry = RemoveHeadList(&list);
		list_leave();
		use(entry);
		list_enter();
	}
}	/* { dg-warning "'list_lock' is still held at return .spinrule-held-at-return." "retaken at the end of the body" } */

KDEFERRED_ROUTINE good_dpc_entered_free, warn_dpc_leaves_what_it_never_entered;

VOID NTAPI good_dpc_entered_free(PKDPC dpc, PVOID context, PVOID arg1, PVOID arg2)
{
	list_enter();
	InsertTailList(&list, context);
	list_leave();
}

VOID NTAPI warn_dpc_leaves_what_it_never_entered(PKDPC dpc, PVOID context, PVOID arg1, PVOID arg2)
{
	InsertTailList(&list, context);
	list_leave();		/* { dg-warning "'list_lock' is released but not held .spinrule-release-unheld." "never entered" } */
}
