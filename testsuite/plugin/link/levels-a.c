/* { dg-additional-options "-fplugin-arg-spinrule-warn=level-order" } */
/* Locks whose order another file states, acquired by helpers that another file has.
 *
 * SPDX-License-Identifier: MIT
 */

#include "levels.h"

_Has_lock_level_(LEAF) KSPIN_LOCK leaf;

void good_in_order(struct entry *entry)
{
	KIRQL irql;

	KeAcquireSpinLock(&entry->table->lock, &irql);
	good_lock_entry(entry);
	entry->uses++;
	good_unlock_entry(entry);
	KeReleaseSpinLock(&entry->table->lock, irql);
}

/* Here the helper acquires the lock that comes first. */
void warn_by_helper(struct entry *entry)
{
	KIRQL irql;

	KeAcquireSpinLock(&entry->lock, &irql);
	good_lock_table(entry->table);	/* warning: level-order */
	/* says: its level 'TABLE' comes before 'ENTRY', that of 'entry->lock' */
	entry->uses++;
	good_unlock_table(entry->table);
	KeReleaseSpinLock(&entry->lock, irql);
}

/* The one that comes last is held by what a helper did. */
void warn_held_by_helper(struct entry *entry)
{
	good_lock_entry(entry);
	KeAcquireSpinLockAtDpcLevel(&entry->table->lock);	/* warning: level-order */
	entry->uses++;
	KeReleaseSpinLockFromDpcLevel(&entry->table->lock);
	good_unlock_entry(entry);
}

/* Both by helpers, one of them by a helper of its own. */
void warn_both(struct entry *entry)
{
	good_lock_entry(entry);
	good_count_by_helper(entry->table);	/* warning: level-order */
	good_unlock_entry(entry);
}

void good_one_after_the_other(struct entry *entry)
{
	good_lock_entry(entry);
	entry->uses++;
	good_unlock_entry(entry);
	good_count_by_helper(entry->table);
}

/* By a level between, and a global lock. */
void good_leaf(struct table *table)
{
	good_lock_table(table);
	KeAcquireSpinLockAtDpcLevel(&leaf);
	KeReleaseSpinLockFromDpcLevel(&leaf);
	good_unlock_table(table);
}

void warn_leaf(struct table *table)
{
	KeAcquireSpinLockAtDpcLevel(&leaf);
	good_count(table);	/* warning: level-order */
	KeReleaseSpinLockFromDpcLevel(&leaf);
}

/* A lock without a name. */
void good_parameter(struct entry *entry)
{
	good_lock_entry(entry);
	good_lock(&entry->table->lock);
	KeReleaseSpinLockFromDpcLevel(&entry->table->lock);
	good_unlock_entry(entry);
}
