/* known.h - functions of the system whose results or effects the lowering knows:
 * known.def.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef KNOWN_H
#define KNOWN_H

enum known_function {
	KNOWN_NOTHING,
	KNOWN_READS_IRQL,
	KNOWN_SETS_IRQL,
	KNOWN_LOWERS_IRQL,
	KNOWN_LEAVES_LOCKS,
	KNOWN_NAMES_THREAD,
	KNOWN_ASSERTS,
	KNOWN_STOPS
};

/* What the function FNDECL does. */
known_function known_function_of (tree fndecl);

#endif
