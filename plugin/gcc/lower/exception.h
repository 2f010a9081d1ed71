/* exception.h - exceptions of C++: which statements may throw, and what is caught while a
 * lock is held.
 *
 * A lock program has edges to landing pads, as GCC has them, and what a call does is done
 * before it throws.  That is not certain, so a function is not decided where a handler
 * may be reached with a lock held.  Leaving the function by an exception is no return.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef EXCEPTION_H
#define EXCEPTION_H

/* True if STMT, which may throw to GCC, may: it throws, or calls a function that does, or
 * one of C++ that is not seen.  What is declared extern "C" does not throw. */
bool may_throw (gimple *stmt);

/* True if a handler of FUN may be reached with a lock held that FUN or its callees
 * acquired. */
bool catches_with_lock (function *fun);

/* Forget what is known of functions. */
void exceptions_end ();

#endif
