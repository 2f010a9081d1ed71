/* words.h - which values of a function messages may show, as the programmer wrote them.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef LINK_WORDS_H
#define LINK_WORDS_H

#include "lockprog/lockprog.h"

/* Of each value of FUNCTION: its text may be shown; malloc'ed.  These are parameters,
 * arguments of calls, what branches depend on, and what lock operations are given. */
bool *words_find(const struct lockprog_function *function);

#endif
