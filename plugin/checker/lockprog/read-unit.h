/* read-unit.h - reads the lines of lock programs that are about the unit: its name,
 * classes, objects, and what only the linker needs.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef READ_UNIT_H
#define READ_UNIT_H

#include "lockprog/lockprog.h"
#include "lockprog/scan.h"

/* Read the line that IN is at the start of into UNIT; false if it is about something
 * else.  *HAS_UNIT becomes true if the line names the unit. */
bool read_unit_part(struct scan *in, struct lockprog_unit *unit, bool *has_unit);

#endif
