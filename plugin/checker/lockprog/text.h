/* text.h - what the printer and the reader of the text form of lock programs share.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef LOCKPROG_TEXT_H
#define LOCKPROG_TEXT_H

#include <ctype.h>
#include <stdbool.h>

#include "lockprog/lockprog.h"
#include "runtime/rule.h"

/* The word of each kind of lock operation. */
extern const char *const lockprog_op_words[SPINRULE_OPS];

/* The word of each kind of promise. */
extern const char *const lockprog_promise_words[LOCKPROG_PROMISES];

/* The word of each linkage. */
extern const char *const lockprog_linkage_words[LOCKPROG_LINKAGES];

/* True for characters that a name may have without quotes. */
static inline bool lockprog_is_name_char(int c)
{
	return isalnum(c) || c == '_' || c == '.' || c == '$' || c == '@';
}

#endif
