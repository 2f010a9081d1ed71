/* deciding.h - which branches of a path decide that it comes to a mistake.
 *
 *     acquire L
 *     if a             decides nothing: both ways come to the next branch
 *     if b -> out      decides: the other way releases L
 *     release L
 *     out: return      the mistake: L is held
 *
 * The path is followed backwards.  A branch decides if another of its ways cannot come
 * to the mistake, or only over an operation after which it is none.  Where that way still
 * can, the branch decides if the path cannot avoid the mistake any more, or if it comes
 * to the next branch that decides and the other way does not.  A branch also decides if
 * it chooses a value that a later deciding branch tests.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef DECIDING_H
#define DECIDING_H

#include "walk/walk.h"

struct deciding;

/* Start at the mistake of CLAIM; the caller frees the result. */
struct deciding *deciding_new(struct walk *walk, const struct claim *claim);
void deciding_free(struct deciding *deciding);

/* True if the branch at STEP decides. */
bool deciding_decides(const struct deciding *deciding, const struct step *step);

/* The branch at STEP decides: follow the values that it tests. */
void deciding_follow(struct deciding *deciding, const struct step *step);

/* Go back past STEP. */
void deciding_pass(struct deciding *deciding, const struct step *step);

/* From here back, what decides that the path comes to STEP matters as well. */
void deciding_reach(struct deciding *deciding, const struct step *step);

#endif
