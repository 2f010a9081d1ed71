/* scan.h - a look at all functions of a unit before the first is lowered: escape.h and
 * usage.h have what it finds.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef SCAN_H
#define SCAN_H

/* Look at all function bodies.  IS_FOR_LINK: functions of other files will be seen
 * too. */
void scan_begin (bool is_for_link);

/* Forget what was found, before the next unit. */
void scan_end ();

#endif
