/* { dg-do compile } */
/* Annotations of pointers to functions: calls through them do what is said.  */
/* SPDX-License-Identifier: MIT */
#include "../../../runtime/spinrule-sal.h"
#include "wdm-lite.h"

struct ext {
	KIRQL irql;
	int count;
	KSPIN_LOCK lock, other;
};

/* ---- fields ---- */

struct operations {
	void (*prepare)(struct ext *ext);
	_Acquires_lock_(ext->lock) void (*enter)(int tag, struct ext *ext);
	void (*leave)(struct ext *ext, int tag) __attribute__((spinrule_releases("ext->lock")));
	_Requires_lock_held_(ext->lock) void (NTAPI *count)(struct ext *ext);
	_When_(return != FALSE, _Acquires_lock_(ext->lock)) BOOLEAN (*try_enter)(struct ext *ext);
	_Acquires_lock_(*lock) void (*take)(PKSPIN_LOCK lock, _IRQL_saves_ KIRQL *irql);
	void (*drop)(_Releases_lock_(*_Curr_) PKSPIN_LOCK lock, _IRQL_restores_ KIRQL irql);
	/* Its last parameter has parameters too, one with the name of its own. */
	_Requires_lock_held_(ext->lock) void (*each)(struct ext *ext, void (*done)(PVOID count, struct ext *ext));
};

void good_pair(struct operations *operations, struct ext *ext)
{
	operations->prepare(ext);
	operations->enter(1, ext);
	operations->count(ext);
	operations->each(ext, NULL);
	operations->leave(ext, 1);
	operations->enter(1, ext);
	operations->leave(ext, 1);
}

void warn_enter_twice(struct operations *operations, struct ext *ext)
{
	operations->enter(1, ext);
	operations->prepare(ext);
	operations->enter(1, ext);	/* { dg-warning "'ext->lock' is acquired while already held" "enter" } */
}

void warn_leave_twice(struct operations *operations, struct ext *ext)
{
	operations->enter(1, ext);
	operations->leave(ext, 1);
	operations->leave(ext, 1);	/* { dg-warning "'ext->lock' is released but not held" "leave" } */
}

void warn_count_unheld(struct operations *operations, struct ext *ext)
{
	operations->enter(1, ext);
	operations->leave(ext, 1);
	operations->count(ext);	/* { dg-warning "'ext->lock' is not held at a call that requires it" "count" } */
				/* { dg-note "'operations.count', called here, requires 'ext->lock' held" "call" { target *-*-* } .-1 } */
}

void warn_each_unheld(struct operations *operations, struct ext *ext)
{
	operations->enter(1, ext);
	operations->leave(ext, 1);
	operations->each(ext, NULL);	/* { dg-warning "'ext->lock' is not held at a call that requires it" "each" } */
}

void good_try(struct operations *operations, struct ext *ext)
{
	if (operations->try_enter(ext))
		operations->leave(ext, 1);
}

void warn_try(struct operations *operations, struct ext *ext)
{
	if (operations->try_enter(ext))
		operations->enter(1, ext);	/* { dg-warning "'ext->lock' is acquired while already held" "try" } */
}

void good_irql(struct operations *operations, struct ext *ext)
{
	KIRQL irql, second;

	operations->take(&ext->lock, &irql);
	operations->take(&ext->other, &second);
	operations->drop(&ext->other, second);
	operations->drop(&ext->lock, irql);
}

void warn_irql(struct operations *operations, struct ext *ext)
{
	KIRQL irql, second;

	operations->take(&ext->lock, &irql);
	operations->take(&ext->other, &second);
	operations->drop(&ext->other, irql);	/* { dg-warning "is released with an IRQL that its acquire did not save" "first" } */
	operations->drop(&ext->lock, second);	/* { dg-warning "is released with an IRQL that its acquire did not save" "second" } */
}

/* What the pointer is copied to is called, and what was copied counts. */
void good_copied(struct operations *operations, struct ext *ext)
{
	void (*enter)(int, struct ext *) = operations->enter;

	enter(1, ext);
	KeReleaseSpinLock(&ext->lock, ext->irql);
}

void warn_copied(struct operations *operations, struct ext *ext)
{
	void (*enter)(int, struct ext *) = operations->enter;

	enter(1, ext);
	KeAcquireSpinLock(&ext->lock, &ext->irql);	/* { dg-warning "'ext->lock' is acquired while already held" "copied" } */
}

/* ---- the pointer says it, not what it may point to ---- */

static void leave_by_dpc(struct ext *ext, int tag)
{
	KeReleaseSpinLockFromDpcLevel(&ext->lock);
}

static void leave_by_ending(struct ext *ext, int tag)
{
	ext->count--;
	leave_by_dpc(ext, tag);
}

struct operations own = { .leave = leave_by_ending };

void good_own(struct ext *ext)
{
	KeAcquireSpinLockAtDpcLevel(&ext->lock);
	own.leave(ext, 1);
}

void warn_own(struct ext *ext)
{
	KeAcquireSpinLockAtDpcLevel(&ext->lock);
	own.leave(ext, 1);
	KeReleaseSpinLockFromDpcLevel(&ext->lock);	/* { dg-warning "'ext->lock' is released but not held" "own" } */
}

/* ---- typedefs, of functions and of pointers ---- */

_Acquires_lock_(extension->lock) typedef void ENTER(struct ext *extension);
typedef ENTER *PENTER;
typedef _Releases_lock_(extension->lock) void (*PLEAVE)(struct ext *extension);
typedef PLEAVE PLEAVE_TOO;

struct by_type {
	ENTER *enter;
	PENTER enter_too;
	PLEAVE leave;
	PLEAVE_TOO leave_too;
};

void good_by_type(struct by_type *by, struct ext *ext)
{
	by->enter(ext);
	by->leave(ext);
	by->enter_too(ext);
	by->leave_too(ext);
}

void warn_by_type(struct by_type *by, struct ext *ext)
{
	by->enter(ext);
	by->enter_too(ext);	/* { dg-warning "'extension->lock' is acquired while already held" "enter" } */
}

void warn_by_type_too(struct by_type *by, struct ext *ext)
{
	by->enter(ext);
	by->leave(ext);
	by->leave_too(ext);	/* { dg-warning "is released but not held" "leave" } */
}

/* ... and functions declared with one. */
ENTER enter_declared;
void enter_declared_twice(struct ext *ext);
ENTER enter_declared_twice;

void good_declared(struct ext *ext)
{
	enter_declared(ext);
	KeReleaseSpinLock(&ext->lock, ext->irql);
}

void warn_declared(struct ext *ext)
{
	enter_declared(ext);
	enter_declared(ext);	/* { dg-warning "is acquired while already held" "declared" } */
}

void good_declared_twice(struct ext *ext)
{
	enter_declared_twice(ext);
	KeReleaseSpinLock(&ext->lock, ext->irql);
}

void warn_declared_twice(struct ext *ext)
{
	enter_declared_twice(ext);
	enter_declared_twice(ext);	/* { dg-warning "is acquired while already held" "declared twice" } */
}

/* ---- variables, arrays and parameters ---- */

static KSPIN_LOCK global;

_Acquires_lock_(global) void (*enter_global)(void);
_Releases_lock_(global) void (*leaves_global[2])(int);

void good_variables(int i)
{
	enter_global();
	leaves_global[i](i);
}

void warn_variables(int i)
{
	enter_global();
	leaves_global[i](i);
	leaves_global[1](i);	/* { dg-warning "'global' is released but not held" "array" } */
}

void good_parameter(_Releases_lock_(ext->lock) void (*finish)(struct ext *ext), struct ext *ext)
{
	KeAcquireSpinLock(&ext->lock, &ext->irql);
	finish(ext);
}

void warn_parameter(_Releases_lock_(ext->lock) void (*finish)(struct ext *ext), struct ext *ext)
{
	KeAcquireSpinLock(&ext->lock, &ext->irql);
	finish(ext);
	finish(ext);	/* { dg-warning "'ext->lock' is released but not held" "parameter" } */
}

/* ... that only the header annotates. */
void good_header(_Releases_lock_(ext->lock) void (*finish)(struct ext *ext), struct ext *ext);
void warn_header(_Releases_lock_(ext->lock) void (*finish)(struct ext *ext), struct ext *ext);

void good_header(void (*last)(struct ext *), struct ext *ext)
{
	KeAcquireSpinLock(&ext->lock, &ext->irql);
	last(ext);
}

void warn_header(void (*last)(struct ext *), struct ext *ext)
{
	KeAcquireSpinLock(&ext->lock, &ext->irql);
	last(ext);
	last(ext);	/* { dg-warning "'ext->lock' is released but not held" "header" } */
}

/* A function that returns a pointer: its own parameters come first. */
struct finder {
	_Requires_lock_held_(first->lock) void (*(*find)(struct ext *first))(struct ext *second);
};

void good_finder(struct finder *finder, struct ext *ext)
{
	KeAcquireSpinLock(&ext->lock, &ext->irql);
	finder->find(ext)(ext);
	KeReleaseSpinLock(&ext->lock, ext->irql);
}

void warn_finder(struct finder *finder, struct ext *ext)
{
	KeAcquireSpinLock(&ext->lock, &ext->irql);
	KeReleaseSpinLock(&ext->lock, ext->irql);
	finder->find(ext)(ext);	/* { dg-warning "'ext->lock' is not held at a call that requires it" "finder" } */
}

/* ---- what is not understood is told ---- */

struct unclear {
	_Acquires_lock_(extension->lock) void (*enter)(struct ext *ext);	/* { dg-warning "'extension->lock' in an annotation of 'enter' is not understood at 'extension'" "name" } */
	_Acquires_lock_(ext->lock) int (*not_called)(struct ext *extension);
};

void good_unclear(struct unclear *unclear, struct ext *ext)
{
	unclear->enter(ext);
	unclear->enter(ext);
}
