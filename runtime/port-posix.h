/* port-posix.h - the functions of port-posix.c that are inlined into the wrappers.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef SPINRULE_PORT_POSIX_H
#define SPINRULE_PORT_POSIX_H

#include <stdint.h>

struct held_set;

/* The thread's own data, side by side, so that one address finds both. */
struct port_self {
	struct held_set *set;
	/* Always read and written with this size: then a processor forwards the store
	 * to the load. */
	unsigned irql;
};

/* This model needs no call to reach it, even in a shared object that is loaded later. */
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
