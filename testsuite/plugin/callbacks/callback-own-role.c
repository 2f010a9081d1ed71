/* { dg-do compile } */
/* { dg-additional-options "-fplugin-arg-spinrule-role=LITE_HANDLER -fplugin-arg-spinrule-role=LITE_CANCEL:cancel" } */
/* Roles of one's own: by an argument, by an attribute of a typedef or of a function.  */
/* SPDX-License-Identifier: MIT */
#include "wdm-lite.h"

typedef void LITE_HANDLER(PVOID context);
typedef void LITE_CANCEL(PVOID context, KIRQL irql);
typedef void LITE_EVENT(PVOID context) __attribute__((spinrule_role("LITE_EVENT")));
typedef void (*LITE_PLAIN)(PVOID context);

static KSPIN_LOCK lock;
static KIRQL saved;
static int events;

LITE_HANDLER good_handler, warn_handler;

void good_handler(PVOID context)
{
	KIRQL irql;

	KeAcquireSpinLock(&lock, &irql);
	events++;
	KeReleaseSpinLock(&lock, irql);
}

void warn_handler(PVOID context)
{
	KeAcquireSpinLock(&lock, &saved);
	events++;
}	/* { dg-warning "'lock' is still held at return .spinrule-held-at-return." "by its type" } */

LITE_EVENT warn_event;

void warn_event(PVOID context)
{
	KeReleaseSpinLock(&lock, saved);	/* { dg-warning "'lock' is released but not held .spinrule-release-unheld." "nothing is held when it starts" } */
}

__attribute__((spinrule_role("DRIVER_STARTIO"))) void warn_by_attribute(PVOID context)
{
	KeAcquireSpinLock(&lock, &saved);
	events++;
}	/* { dg-warning "'lock' is still held at return .spinrule-held-at-return." "by the attribute" } */

/* A helper: others release what it acquires.  */
void good_no_role(PVOID context)
{
	KeAcquireSpinLock(&lock, &saved);
	events++;
}

LITE_CANCEL good_cancel, warn_cancel;

void good_cancel(PVOID context, KIRQL irql)
{
	IoReleaseCancelSpinLock(irql);
	events--;
}

void warn_cancel(PVOID context, KIRQL irql)
{
	events--;
}	/* { dg-warning "the cancel spin lock is still held at return .spinrule-held-at-return." "entered with it" } */
