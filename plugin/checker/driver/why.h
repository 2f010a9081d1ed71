/* why.h - more about one function of a driver.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef DRIVER_WHY_H
#define DRIVER_WHY_H

#include "check/check.h"
#include "link/link.h"

/* Print why function NAME of LINKED has its verdict in RESULT: where that began, and what
 * would decide it.  Returns false if there is no such function. */
bool why_print(struct link_result *linked, const struct check_result *result, const char *name);

#endif
