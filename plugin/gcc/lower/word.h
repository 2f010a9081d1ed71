/* word.h - types and constants of GIMPLE as lock programs have them.
 *
 * A word is an integer or a pointer of at most 64 bits: what a lock program computes
 * with.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef WORD_H
#define WORD_H

#include "lockprog/lockprog.h"

/* True if values of TYPE are words. */
bool is_word (tree type);

/* TYPE, which is one of words. */
lockprog_type word_type (tree type);

/* True if values of TYPE are in SSA form and no words (floating, complex, vectors): a
 * lock program has a value for each that stands for it. */
bool is_opaque (tree type);

/* Truth values, values that stand for opaque ones, pointers, and numbers of bytes. */
static const lockprog_type truth_type = { 1, false, false };
static const lockprog_type opaque_type = { 64, false, false };
lockprog_type pointer_type ();
lockprog_type offset_type ();

/* The integer constant CST as lock programs have it. */
long long word_constant (tree cst);

/* True if A and B are types of one known size. */
bool same_size (tree a, tree b);

#endif
