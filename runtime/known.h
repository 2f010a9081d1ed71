/* known.h - what the runtime has seen of locks on its slow path: where each was
 * initialized, or first acquired.
 *
 * A table of fixed size, which forgets when it is full.  Nothing here waits or allocates;
 * any IRQL.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef SPINRULE_KNOWN_H
#define SPINRULE_KNOWN_H

#include "spinrule.h"

#include <stddef.h>

/* LOCK is initialized at SITE. */
void known_initialized(const void *lock, const struct spinrule_site *site);

/* LOCK is acquired at SITE, which was not executed before. */
void known_acquired(const void *lock, const struct spinrule_site *site);

/* The first place that gives LOCK a name of its own; NULL if none is known.  It is an
 * initialization if *IS_INIT. */
const struct spinrule_site *known_place(const void *lock, int *is_init);

/* The SIZE bytes at START are no locks any more. */
void known_forget(const void *start, size_t size);

/* No site in the SIZE bytes at START will be there any more. */
void known_forget_sites(const void *start, size_t size);

#endif
