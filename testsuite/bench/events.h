/* events.h - what events.c has, for events-main.c, which is never instrumented.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef EVENTS_H
#define EVENTS_H

#include "wdm-lite.h"

struct event_kind {
	const char *name;
	PKDEFERRED_ROUTINE callback;		/* called once a round, as a kernel does; or NULL */
	void (*loop)(unsigned long rounds);
};

extern const struct event_kind event_kinds[];	/* the last has no name */

#endif
