/* { dg-do compile } */
/* { dg-options "-fplugin-arg-spinrule-warn=unguarded" } */
/* Which lock is a spin lock: by its type, by its kind; and locks that are held shared.  */
/* SPDX-License-Identifier: MIT */
#include "wdm-lite.h"
#include "../../../runtime/spinrule-sal.h"

typedef struct WDFSPINLOCK__ *WDFSPINLOCK;
typedef struct WDFWAITLOCK__ *WDFWAITLOCK;
typedef volatile LONG EX_SPIN_LOCK;
extern void WdfSpinLockAcquire(WDFSPINLOCK lock);
extern void WdfSpinLockRelease(WDFSPINLOCK lock);

struct port {
	WDFSPINLOCK spin;
	WDFWAITLOCK wait;
	_Has_lock_kind_(_Lock_kind_spin_lock_) ULONG_PTR word;
	_Has_lock_kind_(_Lock_kind_mutex_) WDFSPINLOCK mutex;
	EX_SPIN_LOCK shared;
	_Guarded_by_(spin) int count;
	_Guarded_by_(wait) int waiting;
	_Guarded_by_(mutex) int sleeping;
	_Guarded_by_(&shared) int users;
};

_Acquires_lock_(Lock) extern void lock_spin(WDFSPINLOCK Lock);
_Releases_lock_(Lock) extern void unlock_spin(WDFSPINLOCK Lock);
_Acquires_lock_(Lock) extern void lock_wait(WDFWAITLOCK Lock);
_Releases_lock_(Lock) extern void unlock_wait(WDFWAITLOCK Lock);
_Acquires_lock_(Port->word) extern void lock_word(struct port *Port);
_Releases_lock_(Port->word) extern void unlock_word(struct port *Port);
_Acquires_lock_(Port->mutex) extern void lock_mutex(struct port *Port);
_Acquires_shared_lock_(Port->shared) extern void lock_shared(struct port *Port);
_Releases_shared_lock_(Port->shared) extern void unlock_shared(struct port *Port);
_Acquires_exclusive_lock_(Port->shared) extern void lock_exclusive(struct port *Port);
_Releases_exclusive_lock_(Port->shared) extern void unlock_exclusive(struct port *Port);
_Requires_shared_lock_held_(Port->shared) extern int users_of(struct port *Port);
_Requires_exclusive_lock_held_(Port->shared) extern void set_users(struct port *Port, int n);

void good_spin(WDFSPINLOCK lock)
{
	lock_spin(lock);
	unlock_spin(lock);
}

void warn_spin(WDFSPINLOCK lock)
{
	lock_spin(lock);
	unlock_spin(lock);
	unlock_spin(lock);	/* { dg-warning "is released but not held" "spin" } */
}

/* A wait lock does not spin.  */
void good_wait(WDFWAITLOCK lock)
{
	lock_wait(lock);
	unlock_wait(lock);
	unlock_wait(lock);
}

void good_word(struct port *port)
{
	lock_word(port);
	unlock_word(port);
}

void warn_word(struct port *port)
{
	lock_word(port);
	lock_word(port);	/* { dg-warning "'Port->word' is acquired while already held" "word" } */
}

/* A handle of a spin lock's type that is said to be another kind.  */
void good_mutex(struct port *port)
{
	lock_mutex(port);
	lock_mutex(port);
}

int good_shared(struct port *port)
{
	int n;

	lock_shared(port);
	n = users_of(port);
	unlock_shared(port);
	return n;
}

int warn_shared(struct port *port)
{
	lock_shared(port);
	unlock_shared(port);
	return users_of(port);	/* { dg-warning "'Port->shared' is not held at a call that requires it" "shared" } */
}

void good_exclusive(struct port *port)
{
	lock_exclusive(port);
	set_users(port, 1);
	unlock_exclusive(port);
}

void warn_exclusive(struct port *port)
{
	lock_exclusive(port);
	unlock_exclusive(port);
	set_users(port, 1);	/* { dg-warning "'Port->shared' is not held at a call that requires it" "exclusive" } */
}

void warn_exclusive_twice(struct port *port)
{
	lock_exclusive(port);
	lock_exclusive(port);	/* { dg-warning "'Port->shared' is acquired while already held" "exclusive twice" } */
}

void warn_exclusive_released_twice(struct port *port)
{
	lock_exclusive(port);
	unlock_exclusive(port);
	unlock_exclusive(port);	/* { dg-warning "'Port->shared' is released but not held" "exclusive released twice" } */
}

/* ---- what they guard ---- */

DRIVER_DISPATCH good_guarded, warn_guarded, good_other_kinds, warn_users;

NTSTATUS NTAPI good_guarded(PDEVICE_OBJECT device, PIRP irp)
{
	struct port *port = device->DeviceExtension;

	(void)irp;
	WdfSpinLockAcquire(port->spin);
	port->count = 1;
	WdfSpinLockRelease(port->spin);
	lock_exclusive(port);
	port->users = 1;
	unlock_exclusive(port);
	return 0;
}

NTSTATUS NTAPI warn_guarded(PDEVICE_OBJECT device, PIRP irp)
{
	struct port *port = device->DeviceExtension;

	(void)irp;
	WdfSpinLockAcquire(port->spin);
	WdfSpinLockRelease(port->spin);
	port->count = 1;	/* { dg-warning "is not held where data that it guards is written" "handle" } */
	return 0;
}

NTSTATUS NTAPI good_other_kinds(PDEVICE_OBJECT device, PIRP irp)
{
	struct port *port = device->DeviceExtension;

	(void)irp;
	port->waiting = 1;
	port->sleeping = 1;
	return 0;
}

NTSTATUS NTAPI warn_users(PDEVICE_OBJECT device, PIRP irp)
{
	struct port *port = device->DeviceExtension;

	(void)irp;
	port->users = 1;	/* { dg-warning "'port->shared' is not held where data that it guards is written" "users" } */
	return 0;
}
