/* code.h - lock programs as an object carries them: numbers of few bytes and a table of
 * strings.
 *
 * The names of values are left out.  Of each function there is an outline before its
 * body, so that the linker reads only the bodies that it needs.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef LINK_CODE_H
#define LINK_CODE_H

#include <stddef.h>

#include "lockprog/lockprog.h"

#ifdef __cplusplus
extern "C" {
#endif

/* The code of UNIT: malloc'ed, *SIZE bytes. */
unsigned char *code_write(const struct lockprog_unit *unit, size_t *size);

/* The unit that CODE has, without the bodies of its functions; it owns CODE, which is
 * malloc'ed.  NULL, and CODE is freed, if it is damaged. */
struct lockprog_unit *code_read(unsigned char *code, size_t size);

/* Read the body of FUNCTION, one of UNIT that has an outline and no body.  Returns false
 * if it is damaged; it has no body then. */
bool code_read_body(const struct lockprog_unit *unit, struct lockprog_function *function);

/* A new outline of FUNCTION, which has a body. */
struct lockprog_outline *code_outline(const struct lockprog_unit *unit,
				      const struct lockprog_function *function);

#ifdef __cplusplus
}
#endif

#endif
