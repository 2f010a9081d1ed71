/* levels.h - locks with levels.
 *
 * SPDX-License-Identifier: MIT
 */

#include "wdm-lite.h"
#include "../../../runtime/spinrule-sal.h"

struct table {
	_Has_lock_level_(TABLE) KSPIN_LOCK lock;
	int entries;
};

struct entry {
	struct table *table;
	_Has_lock_level_(ENTRY) KSPIN_LOCK lock;
	int uses;
};

/* Of levels-a.c, levels-b.c and levels-c.c. */
extern _Has_lock_level_(LEAF) KSPIN_LOCK leaf;

void good_lock_table(struct table *table);
void good_unlock_table(struct table *table);
void good_lock_entry(struct entry *entry);
void good_unlock_entry(struct entry *entry);
void good_count(struct table *table);
void good_count_by_helper(struct table *table);
void good_lock(PKSPIN_LOCK lock);
