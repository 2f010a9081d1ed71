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
