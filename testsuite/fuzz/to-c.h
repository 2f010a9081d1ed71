/* to-c.h - what the files of to-c.c share: the function that is written.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef TO_C_H
#define TO_C_H

#include <stdbool.h>
#include <stddef.h>

#include "lockprog/lockprog.h"
#include "../../runtime/rule.h"

enum { MAX_TEXT = 4000 };

/* ---- of to-c.c ---- */

extern const struct lockprog_function *f;
extern int *dominator;	/* immediate, of each block */
extern int *order;	/* blocks in reverse postorder */
extern int n_order;

void *zeroed(size_t n, size_t size);

/* ---- of to-c-shape.c ---- */

void find_dominators(void);
bool dominates(int a, int b);
bool is_loop_head(int block);

#endif
