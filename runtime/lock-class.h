/* lock-class.h - the classes of locks: the field of a struct type that a lock lies in.
 *
 * The plugin writes the class of a lock into the sites of its calls.  A helper's
 * parameter has none: the first place that gives the lock a name of its own does.  Each
 * class is kept once, in a table of fixed size, so that it outlives its sites.  Nothing
 * here waits or allocates; any IRQL.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef SPINRULE_LOCK_CLASS_H
#define SPINRULE_LOCK_CLASS_H

#include "spinrule.h"

/* An address that stands for the class of LOCK, which is used at SITE; NULL if it is in
 * no struct, or if there is no room. */
const void *lock_class_of(const void *lock, const struct spinrule_site *site);

/* The text of the class that ADDRESS stands for, "EXT.lock of ring.h:12"; NULL if it
 * stands for none. */
const char *lock_class_text(const void *address);

#endif
