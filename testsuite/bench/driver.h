/* driver.h - what driver.awk's files include.
 *
 * SPDX-License-Identifier: MIT
 */

#include "wdm-lite.h"

struct extension {
	KSPIN_LOCK lock, other;
	int count, state, size;
	int *data;
	struct extension *next;
};
