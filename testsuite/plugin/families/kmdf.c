/* { dg-do compile } */
/* KMDF's locks: the handle stands for the lock, the functions are inlines over a table.  */
/* SPDX-License-Identifier: MIT */
#include "wdm-lite.h"
#include "wdf-table.h"

#define HANDLE_TYPE(name) typedef struct name##__ *name
HANDLE_TYPE(WDFSPINLOCK);
HANDLE_TYPE(WDFINTERRUPT);
HANDLE_TYPE(WDFQUEUE);
HANDLE_TYPE(WDFREQUEST);
typedef HANDLE WDFOBJECT;

typedef VOID (NTAPI *GENERIC)(VOID);
extern GENERIC *WdfFunctions;
extern PVOID WdfDriverGlobals;

static inline VOID WdfSpinLockAcquire(WDFSPINLOCK lock)
{
	((VOID (NTAPI *)(PVOID, WDFSPINLOCK))WdfFunctions[311])(WdfDriverGlobals, lock);
}

static inline VOID WdfSpinLockRelease(WDFSPINLOCK lock)
{
	((VOID (NTAPI *)(PVOID, WDFSPINLOCK))WdfFunctions[312])(WdfDriverGlobals, lock);
}

static inline VOID WdfInterruptAcquireLock(WDFINTERRUPT interrupt)
{
	((VOID (NTAPI *)(PVOID, WDFINTERRUPT))WdfFunctions[143])(WdfDriverGlobals, interrupt);
}

static inline VOID WdfInterruptReleaseLock(WDFINTERRUPT interrupt)
{
	((VOID (NTAPI *)(PVOID, WDFINTERRUPT))WdfFunctions[144])(WdfDriverGlobals, interrupt);
}

static inline BOOLEAN WdfInterruptTryToAcquireLock(WDFINTERRUPT interrupt)
{
	return ((BOOLEAN (NTAPI *)(PVOID, WDFINTERRUPT))WdfFunctions[435])(WdfDriverGlobals, interrupt);
}

static inline VOID WdfObjectAcquireLock(WDFOBJECT object)
{
	((VOID (NTAPI *)(PVOID, WDFOBJECT))WdfFunctions[206])(WdfDriverGlobals, object);
}

static inline VOID WdfObjectReleaseLock(WDFOBJECT object)
{
	((VOID (NTAPI *)(PVOID, WDFOBJECT))WdfFunctions[207])(WdfDriverGlobals, object);
}

typedef VOID EVT_WDF_IO_QUEUE_IO_DEFAULT(WDFQUEUE queue, WDFREQUEST request);

struct context {
	WDFSPINLOCK lock;
	WDFSPINLOCK list_lock;
	WDFINTERRUPT interrupt;
	LIST_ENTRY list;
	int busy;
};

extern struct context *context_of(WDFQUEUE queue);
extern void complete(WDFREQUEST request);
extern void write_register(int value);

EVT_WDF_IO_QUEUE_IO_DEFAULT good_default, warn_default, warn_default_twice;

VOID good_default(WDFQUEUE queue, WDFREQUEST request)
{
	struct context *context = context_of(queue);

	WdfSpinLockAcquire(context->lock);
	if (context->busy) {
		WdfSpinLockRelease(context->lock);
		complete(request);
		return;
	}
	WdfSpinLockAcquire(context->list_lock);
	context->busy = 1;
	WdfSpinLockRelease(context->list_lock);
	WdfSpinLockRelease(context->lock);
}

VOID warn_default(WDFQUEUE queue, WDFREQUEST request)
{
	struct context *context = context_of(queue);

	WdfSpinLockAcquire(context->lock);	/* { dg-note "'context->lock' acquired here" "the handle" } */
	if (context->busy) {
		complete(request);
		return;	/* { dg-warning "'context->lock' is still held at return .spinrule-held-at-return." "busy" } */
	}
	context->busy = 1;
	WdfSpinLockRelease(context->lock);
}

VOID warn_default_twice(WDFQUEUE queue, WDFREQUEST request)
{
	struct context *context = context_of(queue);

	WdfSpinLockAcquire(context->lock);
	context->busy = 1;
	WdfSpinLockRelease(context->lock);
	complete(request);
	WdfSpinLockRelease(context->lock);	/* { dg-warning "'context->lock' is released but not held .spinrule-release-unheld." "again" } */
}

/* By value, in a helper.  */
static void lock_it(WDFSPINLOCK lock)
{
	WdfSpinLockAcquire(lock);
}

int good_helper(struct context *context)
{
	int busy;

	lock_it(context->lock);
	busy = context->busy;
	WdfSpinLockRelease(context->lock);
	return busy;
}

int warn_helper(struct context *context)
{
	int busy;

	lock_it(context->lock);
	busy = context->busy;
	lock_it(context->lock);	/* { dg-warning "lock' is acquired while already held .spinrule-double-acquire." "release was meant" } */
	return busy;
}

/* ---- functions that are not seen ---- */

extern void unlock_context(struct context *context);
extern void log_value(int value);

void good_unlocked_elsewhere(struct context *context)
{
	WdfSpinLockAcquire(context->lock);
	if (context->busy) {
		unlock_context(context);
		return;
	}
	WdfSpinLockRelease(context->lock);
}

void warn_unlocked_elsewhere(struct context *context)
{
	WdfSpinLockAcquire(context->lock);
	if (context->busy) {
		log_value(1);
		return;	/* { dg-warning "'context->lock' is still held at return .spinrule-held-at-return." "nobody releases it" } */
	}
	WdfSpinLockRelease(context->lock);
}

/* ---- interrupt ---- */

void good_interrupt(struct context *context)
{
	WdfInterruptAcquireLock(context->interrupt);
	write_register(context->busy);
	WdfInterruptReleaseLock(context->interrupt);
}

void warn_interrupt(struct context *context)
{
	WdfInterruptAcquireLock(context->interrupt);
	write_register(context->busy);
	WdfInterruptAcquireLock(context->interrupt);	/* { dg-warning "'context->interrupt' is acquired while already held .spinrule-double-acquire." "twice" } */
}

int good_interrupt_try(struct context *context)
{
	if (!WdfInterruptTryToAcquireLock(context->interrupt))
		return 0;
	write_register(context->busy);
	WdfInterruptReleaseLock(context->interrupt);
	return 1;
}

int warn_interrupt_try(struct context *context)
{
	if (!WdfInterruptTryToAcquireLock(context->interrupt))
		write_register(0);
	WdfInterruptReleaseLock(context->interrupt);	/* { dg-warning "'context->interrupt' is released but not held .spinrule-release-unheld." "the try failed" } */
	return 1;
}

/* ---- presentation lock ---- */

void good_object(WDFQUEUE queue, struct context *context)
{
	WdfObjectAcquireLock(queue);
	context->busy = 0;
	WdfObjectReleaseLock(queue);
}

void warn_object(WDFQUEUE queue, struct context *context)
{
	WdfObjectAcquireLock(queue);
	if (!context->busy)
		return;	/* { dg-warning "'queue' is still held at return .spinrule-held-at-return." "idle" } */
	context->busy = 0;
	WdfObjectReleaseLock(queue);
}

/* ---- calls through the framework's table ---- */

struct sender {
	WDFSPINLOCK lock;
	int busy;
	PVOID request;
};

/* They are the system's: the driver's pointers stay, and the lock is the same afterwards.  */
static void complete_unlocked(struct sender *sender)
{
	WdfSpinLockRelease(sender->lock);
	WdfRequestCompleteWithInformation(sender->request, 0);
	WdfSpinLockAcquire(sender->lock);
}

void good_complete(struct sender *sender)
{
	WdfSpinLockAcquire(sender->lock);
	while (sender->busy > 0)
		complete_unlocked(sender);
	WdfSpinLockRelease(sender->lock);
}

void warn_complete(struct sender *sender)
{
	WdfSpinLockAcquire(sender->lock);
	WdfRequestCompleteWithInformation(sender->request, 0);
	WdfSpinLockAcquire(sender->lock);	/* { dg-warning "is acquired while already held .spinrule-double-acquire." "not released for it" } */
	WdfSpinLockRelease(sender->lock);
}

/* A pointer of the driver's leads to the driver.  */
void good_call_back(struct sender *sender, VOID (*unlock)(PVOID))
{
	WdfSpinLockAcquire(sender->lock);
	wdf_call_back(unlock, sender);
	WdfSpinLockAcquire(sender->lock);
	WdfSpinLockRelease(sender->lock);
}
