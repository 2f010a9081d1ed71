/* place.h - places of the source, as warnings, lock programs and descriptors name them.
 *
 * Macros are looked through: what a macro makes is where the outermost one is used.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef PLACE_H
#define PLACE_H

#include "lockprog/lockprog.h"

/* The driver's place of STMT, never inside a system header. */
location_t place_of (gimple *stmt);

/* LOC as a place in a lock program; no file if it is none of the source. */
struct lockprog_place place_at (location_t loc);

/* WHERE with the whole of the call that starts there, if it is in one line. */
location_t place_whole_call (location_t where);

/* FILE as the runtime's descriptors name it (-fmacro-prefix-map); "" for NULL. */
const char *place_file (const char *file);

/* A place in the runtime's descriptors and in the summary. */
struct site_place {
	const char *file;		/* lives as long as the unit */
	std::string function;
	int line, column;		/* column in bytes, from 1 */
};

/* The place WHERE in FNDECL; FNDECL's own where WHERE is none of the source. */
struct site_place site_of (tree fndecl, location_t where);

/* A call of a DDI that has, or would have, a descriptor. */
struct call_site {
	site_place place;
	const char *ddi, *lock;		/* as written */
};

#endif
