/* { dg-additional-options "-fplugin-arg-spinrule-warn=level-order" } */
/* Helpers that acquire locks with levels.
 *
 * SPDX-License-Identifier: MIT
 */

#include "levels.h"

void good_lock_table(struct table *table)
{
	KeAcquireSpinLockAtDpcLevel(&table->lock);
}

void good_unlock_table(struct table *table)
{
	KeReleaseSpinLockFromDpcLevel(&table->lock);
}

void good_lock_entry(struct entry *entry)
{
	KeAcquireSpinLockAtDpcLevel(&entry->lock);
}

void good_unlock_entry(struct entry *entry)
{
	KeReleaseSpinLockFromDpcLevel(&entry->lock);
}

void good_lock(PKSPIN_LOCK lock)
{
	KeAcquireSpinLockAtDpcLevel(lock);
}

void good_count(struct table *table)
{
	good_lock_table(table);
	table->entries++;
	good_unlock_table(table);
}
