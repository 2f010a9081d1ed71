/* path.h - from a claim back to the entry: the events that the reader needs.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef PATH_H
#define PATH_H

#include "check/check.h"
#include "check/ways.h"
#include "walk/walk.h"

/* CLAIM of WALK as a violation on its path WAY; the caller frees its events. */
struct check_violation path_violation(struct walk *walk, const struct claim *claim,
				      const struct way *way);

#endif
