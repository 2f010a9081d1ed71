/* port-posix.h - what of port-posix.c is inlined into the wrappers.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef SPINRULE_PORT_POSIX_H
#define SPINRULE_PORT_POSIX_H

#include <stdint.h>

struct held_set;

/* What this thread has, side by side: found by one look. */
struct port_self {
	struct held_set *set;
	unsigned irql;		/* of one size wherever it is written and read: a processor hands it on at once */
};

/* The model that reaches it without a call, also in a shared object that is loaded later. */
extern __thread struct port_self port_self __attribute__((tls_model("initial-exec")));

static inline struct held_set *port_find_set(void)
{
	return port_self.set;
}

static inline unsigned port_irql(void)
{
	return port_self.irql;
}

static inline void port_set_irql(unsigned irql)
{
	port_self.irql = irql;
}

#include "ddi-hosted.h"

#endif
