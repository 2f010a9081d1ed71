/* { dg-do compile } */
/* Annotated functions of other files that acquire a lock whose handle is in memory: the handle is still the same when the lock is released.  */
/* SPDX-License-Identifier: MIT */
#include "wdm-lite.h"

#define ACQUIRES(lock) __attribute__((spinrule_acquires(#lock)))
#define RELEASES(lock) __attribute__((spinrule_releases(#lock)))
#define NEEDS(lock) __attribute__((spinrule_requires_held(#lock)))

typedef struct WDFSPINLOCK__ *WDFSPINLOCK;

struct port {
	WDFSPINLOCK lock;
	int waiting;
};

struct device {
	struct port *port;
	int count;
};

extern void WdfSpinLockAcquire(WDFSPINLOCK lock);
extern void WdfSpinLockRelease(WDFSPINLOCK lock);
extern void enter(struct device *device) ACQUIRES(device->port->lock);
extern void leave(struct device *device) RELEASES(device->port->lock);
extern void count_waiting(struct device *device) NEEDS(device->port->lock);
extern void note(struct device *device);

void good_pair(struct device *device)
{
	enter(device);
	device->count++;
	leave(device);
}

void good_calls_between(struct device *device)
{
	enter(device);
	count_waiting(device);
	note(device);
	count_waiting(device);
	leave(device);
}

void warn_not_held(struct device *device)
{
	enter(device);
	note(device);
	leave(device);
	count_waiting(device);	/* { dg-warning "'device->port->lock' is not held at a call that requires it .spinrule-call-unheld." "after it" } */
}

void good_returns(struct device *device)
{
	enter(device);
	if (device->count) {
		leave(device);
		return;
	}
	leave(device);
}

void warn_returns(struct device *device)
{
	enter(device);
	if (device->count)
		return;	/* { dg-warning "'device->port->lock' is still held at return .spinrule-held-at-return." "one way" } */
	leave(device);
}

void good_again(struct device *device)
{
	enter(device);
	leave(device);
	enter(device);
	leave(device);
}

void warn_again(struct device *device)
{
	enter(device);
	enter(device);	/* { dg-warning "'device->port->lock' is acquired while already held .spinrule-double-acquire." "no release between" } */
	leave(device);
}

/* With the framework's own routines on one side.  */
void good_mixed(struct device *device)
{
	enter(device);
	WdfSpinLockRelease(device->port->lock);
	WdfSpinLockAcquire(device->port->lock);
	leave(device);
}

void warn_mixed(struct device *device)
{
	enter(device);
	WdfSpinLockAcquire(device->port->lock);	/* { dg-warning "is acquired while already held .spinrule-double-acquire." "the same lock" } */
	leave(device);
}

/* A helper of this file that does the same.  */
static __attribute__((noinline)) void enter_here(struct device *device)
{
	WdfSpinLockAcquire(device->port->lock);
	count_waiting(device);
}

void good_helper(struct device *device)
{
	enter_here(device);
	device->count++;
	WdfSpinLockRelease(device->port->lock);
}

void warn_helper(struct device *device)
{
	enter_here(device);
	if (device->count)
		return;	/* { dg-warning "'device->port->lock' is still held at return .spinrule-held-at-return." "the helper's" } */
	WdfSpinLockRelease(device->port->lock);
}
