/* stays.h - variables whose addresses reach only functions of the driver.
 *
 * A file knows what its own functions do with an address, and to which parameters of
 * other files' functions they hand it.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef LINK_STAYS_H
#define LINK_STAYS_H

#include "link/resolve.h"

/* Set is_contained of such variables in the units of the files that are part of the
 * driver. */
void stays_find(const struct link_names *names);

#endif
