/* json.h - the check of a driver as lines of JSON, on standard output.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef DRIVER_JSON_H
#define DRIVER_JSON_H

#include "driver/tally.h"

/* {"kind": "violation", ...}: one of function number FUNCTION, from FILE, with what other
 * functions do on PATH. */
void json_violation(struct link_result *linked, int function, const char *file,
		    const struct check_violation *violation, const struct check_path *path);

/* A line {"kind": "unknown", ...} for each function that is unknown, then the verdict,
 * {"kind": "driver", ...}. */
void json_driver(const struct tally *tally, struct link_result *linked,
		 const struct check_result *result);

#endif
