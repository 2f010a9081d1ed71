/* { dg-do compile } */
/* A function with variable arguments that acquires a lock: what it does, these say.  */
/* SPDX-License-Identifier: MIT */
#include "wdm-lite.h"

struct ext {
	KSPIN_LOCK lock;
	int count;
	KSPIN_LOCK *other;
};
enum code { TAKE, COUNT };

extern int choose(void);
extern void unseen(const char *text);

void good_argument_tells(enum code code, struct ext *ext, ...)
{
	__builtin_va_list list;
	int kind;

	__builtin_va_start(list, ext);
	if (code == TAKE) {
		kind = __builtin_va_arg(list, int);
		if (kind == 1)
			KeAcquireSpinLock(&ext->lock, __builtin_va_arg(list, KIRQL *));
	} else {
		ext->count++;
	}
	__builtin_va_end(list);
}

void warn_nothing_tells(enum code code, struct ext *ext, ...)
{
	__builtin_va_list list;

	__builtin_va_start(list, ext);
	if (choose())
		KeAcquireSpinLock(&ext->lock, __builtin_va_arg(list, KIRQL *));
	__builtin_va_end(list);
}	/* { dg-warning "'ext->lock' is still held at return" } */

/* Each round has an argument of its own.  */
void good_list(struct ext *ext, ...)
{
	__builtin_va_list list;
	KIRQL irql, again;
	int kind, last = 0;

	__builtin_va_start(list, ext);
	KeAcquireSpinLock(&ext->lock, &irql);
	do {
		kind = __builtin_va_arg(list, int);
		ext->count += kind;
	} while (kind != 7);
	last = kind;
	if (last != 7)
		KeAcquireSpinLock(&ext->lock, &again);
	KeReleaseSpinLock(&ext->lock, irql);
	__builtin_va_end(list);
}

void warn_list(struct ext *ext, ...)
{
	__builtin_va_list list;
	KIRQL irql, again;
	int kind, before = 0, same = 1;

	__builtin_va_start(list, ext);
	KeAcquireSpinLock(&ext->lock, &irql);
	do {
		kind = __builtin_va_arg(list, int);
		if (before && kind != before)
			same = 0;
		before = kind;
	} while (kind != 7);
	if (!same)
		KeAcquireSpinLock(&ext->lock, &again);	/* { dg-warning "already held" } */
	KeReleaseSpinLock(&ext->lock, irql);
	__builtin_va_end(list);
}

static void take(struct ext *ext, ...)
{
	__builtin_va_list list;

	__builtin_va_start(list, ext);
	if (__builtin_va_arg(list, int))
		KeAcquireSpinLockAtDpcLevel(&ext->lock);
	__builtin_va_end(list);
}


/* What the code does not say, memory does: it is read again after each call.  */
static void take_if_there(struct ext *ext, int kind)
{
	unseen("taking");
	if (kind == 3) {
		unseen("kind 3");
		if (ext->other)
			KeAcquireSpinLockAtDpcLevel(ext->other);
	}
}

void good_read_again(struct ext **where, int kind)
{
	struct ext *ext = 0;

	if (where) {
		unseen("where");
		ext = *where;
	}
	unseen("first");
	if (kind)
		take_if_there(ext, kind);
}

void warn_by_chance(struct ext *ext, int kind)
{
	unseen("taking");
	if (kind == 3) {
		unseen("kind 3");
		if (choose())
			KeAcquireSpinLockAtDpcLevel(ext->other);
	}
}	/* { dg-warning "'ext->other' is still held at return" } */
