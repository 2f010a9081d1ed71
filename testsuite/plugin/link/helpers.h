/* helpers.h - a queue whose lock is taken in one file and released in another.
 *
 * SPDX-License-Identifier: MIT
 */

#include "wdm-lite.h"

typedef struct _QUEUE {
	LONG length;
	KIRQL saved;
	KSPIN_LOCK guard;
} QUEUE;

void NTAPI queue_enter(QUEUE *queue);
void NTAPI queue_leave(QUEUE *queue);
void NTAPI queue_enter_saving(QUEUE *queue, KIRQL *irql);
void NTAPI guard_enter(KSPIN_LOCK *guard, KIRQL *irql);
int NTAPI queue_try(QUEUE *queue);
