/* reach.h - which functions of a driver can matter to a lock.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef LINK_REACH_H
#define LINK_REACH_H

#include "link/link.h"

/* Drop from UNIT the functions that no lock operation can be reached from and that no
 * function calls that one can be reached from; ORIGINS is parallel to the functions.  The
 * rest is numbered again.  Returns how many with a body were dropped. */
int reach_drop(struct lockprog_unit *unit, struct link_origin *origins);

#endif
