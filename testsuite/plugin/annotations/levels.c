/* { dg-do compile } */
/* { dg-options "-fplugin-arg-spinrule-warn=level-order" } */
/* Locks with levels, and the order in which they are acquired.  */
/* SPDX-License-Identifier: MIT */
#include "wdm-lite.h"
#include "../../../runtime/spinrule-sal.h"

_Create_lock_level_(TABLE);
_Create_lock_level_(ENTRY);
_Create_lock_level_(LEAF);
_Lock_level_order_(TABLE, ENTRY);
_Lock_level_order_(ENTRY, LEAF);

typedef struct WDFSPINLOCK__ *WDFSPINLOCK;

struct table {
	_Has_lock_level_(TABLE) KSPIN_LOCK lock;
	int entries;
};

struct entry {
	struct table *table;
	_Has_lock_level_(ENTRY) KSPIN_LOCK lock;
	_Has_lock_level_(LEAF) WDFSPINLOCK handle;
	int uses;
};

_Has_lock_level_(LEAF) static KSPIN_LOCK leaf;
static KSPIN_LOCK plain;

extern void WdfSpinLockAcquire(WDFSPINLOCK lock);
extern void WdfSpinLockRelease(WDFSPINLOCK lock);

void good_in_order(struct entry *entry)
{
	KIRQL irql;

	KeAcquireSpinLock(&entry->table->lock, &irql);
	KeAcquireSpinLockAtDpcLevel(&entry->lock);
	KeAcquireSpinLockAtDpcLevel(&leaf);
	entry->uses++;
	KeReleaseSpinLockFromDpcLevel(&leaf);
	KeReleaseSpinLockFromDpcLevel(&entry->lock);
	KeReleaseSpinLock(&entry->table->lock, irql);
}

void warn_turned(struct entry *entry)
{
	KIRQL irql;

	KeAcquireSpinLock(&entry->lock, &irql);	/* { dg-note "'entry->lock' acquired here" "the later one" } */
	KeAcquireSpinLockAtDpcLevel(&entry->table->lock);	/* { dg-warning "'entry->table->lock' is acquired while a lock of a later level is held .spinrule-level-order." "turned" } */
	/* { dg-note "its level 'TABLE' comes before 'ENTRY', that of 'entry->lock'" "" { target *-*-* } .-1 } */
	entry->uses++;
	KeReleaseSpinLockFromDpcLevel(&entry->table->lock);
	KeReleaseSpinLock(&entry->lock, irql);
}

void warn_by_a_level_between(struct table *table)
{
	KIRQL irql;

	KeAcquireSpinLock(&leaf, &irql);
	KeAcquireSpinLockAtDpcLevel(&table->lock);	/* { dg-warning "'table->lock' is acquired while a lock of a later level is held .spinrule-level-order." "TABLE before LEAF" } */
	table->entries++;
	KeReleaseSpinLockFromDpcLevel(&table->lock);
	KeReleaseSpinLock(&leaf, irql);
}

void good_without_a_level(struct table *table)
{
	KIRQL irql;

	KeAcquireSpinLock(&plain, &irql);
	KeAcquireSpinLockAtDpcLevel(&table->lock);
	table->entries++;
	KeReleaseSpinLockFromDpcLevel(&table->lock);
	KeReleaseSpinLock(&plain, irql);
}

void good_one_after_the_other(struct entry *entry)
{
	KIRQL irql;

	KeAcquireSpinLock(&entry->lock, &irql);
	entry->uses++;
	KeReleaseSpinLock(&entry->lock, irql);
	KeAcquireSpinLock(&entry->table->lock, &irql);
	entry->table->entries++;
	KeReleaseSpinLock(&entry->table->lock, irql);
}

void warn_handle(struct entry *entry)
{
	WdfSpinLockAcquire(entry->handle);
	KeAcquireSpinLockAtDpcLevel(&entry->lock);	/* { dg-warning "'entry->lock' is acquired while a lock of a later level is held .spinrule-level-order." "a handle has a level" } */
	entry->uses++;
	KeReleaseSpinLockFromDpcLevel(&entry->lock);
	WdfSpinLockRelease(entry->handle);
}

void good_handle(struct entry *entry)
{
	KIRQL irql;

	KeAcquireSpinLock(&entry->lock, &irql);
	WdfSpinLockAcquire(entry->handle);
	entry->uses++;
	WdfSpinLockRelease(entry->handle);
	KeReleaseSpinLock(&entry->lock, irql);
}

/* Two of one level: nothing is said of their order.  */
void good_same_level(struct entry *a, struct entry *b)
{
	KIRQL irql;

	KeAcquireSpinLock(&a->lock, &irql);
	KeAcquireSpinLockAtDpcLevel(&b->lock);
	a->uses = b->uses;
	KeReleaseSpinLockFromDpcLevel(&b->lock);
	KeReleaseSpinLock(&a->lock, irql);
}

/* A try does not wait for the other thread.  */
void good_try(struct entry *entry)
{
	KIRQL irql;

	KeAcquireSpinLock(&entry->lock, &irql);
	if (KeTryToAcquireSpinLockAtDpcLevel(&entry->table->lock)) {
		entry->table->entries++;
		KeReleaseSpinLockFromDpcLevel(&entry->table->lock);
	}
	KeReleaseSpinLock(&entry->lock, irql);
}

static __attribute__((noinline)) void count_entries(struct entry *entry)
{
	KeAcquireSpinLockAtDpcLevel(&entry->table->lock);
	entry->table->entries++;
	KeReleaseSpinLockFromDpcLevel(&entry->table->lock);
}

void warn_in_a_call(struct entry *entry)
{
	KIRQL irql;

	KeAcquireSpinLock(&entry->lock, &irql);
	count_entries(entry);	/* { dg-warning "'entry->table->lock' is acquired while a lock of a later level is held .spinrule-level-order." "by the callee" } */
	KeReleaseSpinLock(&entry->lock, irql);
}

_Acquires_lock_(table->lock) extern void lock_table(struct table *table);
_Releases_lock_(table->lock) extern void unlock_table(struct table *table);

void warn_annotated(struct entry *entry)
{
	KIRQL irql;

	KeAcquireSpinLock(&entry->lock, &irql);
	lock_table(entry->table);	/* { dg-warning "'table->lock' is acquired while a lock of a later level is held .spinrule-level-order." "by its annotation" } */
	unlock_table(entry->table);
	KeReleaseSpinLock(&entry->lock, irql);
}

_Requires_lock_held_(entry->lock)
void warn_required(struct entry *entry)
{
	count_entries(entry);	/* { dg-warning "'entry->table->lock' is acquired while a lock of a later level is held .spinrule-level-order." "held at the entry" } */
}

#pragma spinrule push
#pragma spinrule ignored "level-order"
void good_ignored(struct entry *entry)
{
	KIRQL irql;

	KeAcquireSpinLock(&entry->lock, &irql);
	count_entries(entry);
	KeReleaseSpinLock(&entry->lock, irql);
}
#pragma spinrule pop
