/* handed.h - what handed-a.c and handed-b.c share.
 *
 * SPDX-License-Identifier: MIT
 */

#include "wdm-lite.h"

struct ext {
	KSPIN_LOCK lock;
	KIRQL irql;
	int count;
};

struct hold {
	struct ext *ext;
	KIRQL irql;
	ULONG is_held;
	PVOID more, and_more;
};

void enter_as_needed(struct ext *ext, int *flag);
void enter_and_keep(struct ext *ext, int *flag);
struct hold take(struct ext *ext);
void give(struct hold hold);
void enter(struct ext *ext);
void leave(struct ext *ext);
void wait_elsewhere(void);
