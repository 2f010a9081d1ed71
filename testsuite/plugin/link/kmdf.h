/* kmdf.h - a lock of KMDF whose handle is in memory.
 *
 * SPDX-License-Identifier: MIT
 */

#include "wdm-lite.h"
#include "wdf-lock.h"

struct packet {
	struct packet *next, *previous;
	int flags;
};

struct adapter {
	struct packet *first, *last;
	WDFSPINLOCK lock;
	int more;
};

int good_set_up(struct adapter *adapter);
void good_drain(struct adapter *adapter);
void count(struct packet *packet);
DRIVER_DISPATCH good_read, warn_read;
