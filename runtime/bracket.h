/* bracket.h - what the rest of the runtime asks about locks whose calls stay.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef SPINRULE_BRACKET_H
#define SPINRULE_BRACKET_H

/* The name of the one lock that a table's functions are for, or of VPBs' lock, if LOCK
 * stands for it; else NULL.  Such a lock's own address is not known. */
const char *bracket_global_name(const void *lock);

#endif
