/* { dg-do compile } */
/* Annotations at handles that stand for spin locks: KMDF's, and those that DECLARE_HANDLE makes.  */
/* SPDX-License-Identifier: MIT */
#include "wdm-lite.h"

#define ACQUIRES(lock) __attribute__((spinrule_acquires(#lock)))
#define RELEASES(lock) __attribute__((spinrule_releases(#lock)))

typedef struct WDFSPINLOCK__ *WDFSPINLOCK;
typedef struct BUSLOCK__ { int unused; } *BUSLOCK;

struct bus {
	WDFSPINLOCK lock;
	BUSLOCK port;
	int busy;
};

extern void lock_spin(WDFSPINLOCK lock) ACQUIRES(lock);
extern void unlock_spin(WDFSPINLOCK lock) RELEASES(lock);
extern void lock_port(BUSLOCK port) ACQUIRES(port);
extern void unlock_port(BUSLOCK port) RELEASES(port);

void good_spin(WDFSPINLOCK lock, struct bus *bus)
{
	lock_spin(lock);
	bus->busy++;
	unlock_spin(lock);
}

void warn_spin(WDFSPINLOCK lock, struct bus *bus)
{
	lock_spin(lock);
	bus->busy++;
	unlock_spin(lock);
	unlock_spin(lock);	/* { dg-warning "'lock' is released but not held .spinrule-release-unheld." "again" } */
}

void good_port(struct bus *bus)
{
	lock_port(bus->port);
	bus->busy++;
	unlock_port(bus->port);
}

void warn_port(struct bus *bus)
{
	BUSLOCK port = bus->port;

	lock_port(port);
	bus->busy++;
	lock_port(port);	/* { dg-warning "is acquired while already held .spinrule-double-acquire." "twice" } */
	unlock_port(port);
}

/* ---- shared ---- */

#include "../../../runtime/spinrule-sal.h"

typedef volatile LONG EX_SPIN_LOCK;

_Acquires_shared_lock_(*lock) extern void read_lock(EX_SPIN_LOCK *lock);
_Releases_shared_lock_(*lock) extern void read_unlock(EX_SPIN_LOCK *lock);

int good_shared(EX_SPIN_LOCK *lock, struct bus *bus)
{
	int busy;

	read_lock(lock);
	busy = bus->busy;
	read_unlock(lock);
	return busy;
}

int warn_shared(EX_SPIN_LOCK *lock, struct bus *bus)
{
	int busy;

	read_lock(lock);
	busy = bus->busy;
	read_lock(lock);	/* { dg-warning "'lock' is acquired while already held .spinrule-double-acquire." "unlock was meant" } */
	return busy;
}

/* ---- the class of a function ---- */

static KSPIN_LOCK spin;
static KIRQL saved;

_Function_class_(DRIVER_STARTIO) void warn_of_a_role(struct bus *bus)
{
	KeAcquireSpinLock(&spin, &saved);
	bus->busy++;
}	/* { dg-warning "'spin' is still held at return .spinrule-held-at-return." "a callback" } */

/* No role: it may be a helper.  */
_Function_class_(BUS_HELPER) void good_of_no_role(struct bus *bus)
{
	KeAcquireSpinLock(&spin, &saved);
	bus->busy++;
}

/* At a type of functions, as SDV's headers have it.  */
_Function_class_(DRIVER_STARTIO) typedef void BUS_START(struct bus *bus);
_Function_class_(BUS_HELPER) typedef void BUS_HELPER(struct bus *bus);

BUS_START good_start, warn_start;
BUS_HELPER good_helper;

void good_start(struct bus *bus)
{
	KIRQL irql;

	KeAcquireSpinLock(&spin, &irql);
	bus->busy++;
	KeReleaseSpinLock(&spin, irql);
}

void warn_start(struct bus *bus)
{
	KeAcquireSpinLock(&spin, &saved);
	bus->busy++;
}	/* { dg-warning "'spin' is still held at return .spinrule-held-at-return." "a callback by its type's class" } */

void good_helper(struct bus *bus)
{
	KeAcquireSpinLock(&spin, &saved);
	bus->busy++;
}
