/* pointers.h - which functions calls through pointers may lead to.
 *
 * The address of a function is kept under types: those of the variables, fields and
 * parameters that it is stored in or handed as, and of casts.  A call through a pointer
 * of a type leads to the functions whose address is kept under that type, or under one
 * from which pointers are converted to it.  An address that is kept as something else
 * than a pointer to a function (POINTERS_ANY: void *, an integer) may go anywhere: calls
 * of all types lead to it whose numbers and kinds of arguments fit.
 *
 * A type is text:
 *
 *     [TAG.FIELD@][METHOD!][CONVENTION ]RESULT(WORD,WORD...)
 *     WORD     u32, s8, v ... or a pointer: * and what it leads to; alone, ?: not known
 *     LEADS TO a struct's tag, #32 for a number of 32 bits, a pointer, {a function's
 *              type}, or nothing: void, char, or a struct without a tag, which fit
 *              whatever another pointer leads to
 *
 * METHOD is the name of a virtual method; all that override one have its name.
 *
 * TAG.FIELD is a field: what is kept in it, and what a call through it leads to.  What
 * is stored in a field is kept there, or converted to it.  A pointer of a type without a
 * field may come from any.  A struct without a tag has the names of its fields as one.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef POINTERS_H
#define POINTERS_H

#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

#define POINTERS_ANY "*"

struct pointers;

struct pointers *pointers_new(void);
void pointers_free(struct pointers *pointers);

/* Types are shared strings (lockprog_string).  Say all before the first question. */

/* The address of function number FUNCTION, of type OWN, is kept under TYPE. */
void pointers_keep(struct pointers *pointers, int function, const char *own, const char *type);

/* Pointers are converted FROM a type TO another one. */
void pointers_convert(struct pointers *pointers, const char *from, const char *to);

/* X and Y are types of one function, in two files: where they have two tags in one place,
 * these are names of one struct. */
void pointers_equate(struct pointers *pointers, const char *x, const char *y);

/* The numbers of the *N functions that calls through a pointer of TYPE may lead to, in
 * order; they belong to POINTERS. */
const int *pointers_targets(struct pointers *pointers, const char *type, int *n);

#ifdef __cplusplus
}
#endif

#endif
