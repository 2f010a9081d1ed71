/* callers.h - the calls that led to an event, found when it is reported.
 *
 * Nothing is kept for this before: the stack is walked at the report.  Any thread; any
 * IRQL up to DISPATCH_LEVEL.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef SPINRULE_CALLERS_H
#define SPINRULE_CALLERS_H

#include "port.h"
#include "spinrule.h"
#include "text.h"

#include <stdint.h>

enum { CALLERS_MAX = 16 };

/* Addresses inside of calls.  The first is in the function that called the runtime, the
 * next in its caller. */
struct callers {
	unsigned count;
	const void *calls[CALLERS_MAX];
};

/* The calls that led here, as many as the option callers allows. */
void callers_here(struct callers *callers);

/* A number that differs between callers that differ. */
uint64_t callers_number(const struct callers *callers);

/* Add a line for each caller of SITE, or for each function that is inlined into another:
 *     called at dbl.c:4 in one
 *     called at wrap+0x10AB */
void callers_add_text(struct text *text, const struct callers *callers,
		      const struct spinrule_site *site);

/* Add the value of a JSON member: an array with an object for each call. */
void callers_add_json(struct text *text, const struct callers *callers,
		      const struct spinrule_site *site);

/* Add ", called at dbl.c:4 in one" for the nearest caller, if it is known. */
void callers_add_nearest(struct text *text, const struct callers *callers,
			 const struct spinrule_site *site);

#endif
