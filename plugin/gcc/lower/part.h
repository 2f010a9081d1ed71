/* part.h - stores and loads of a part of a word, and of words that share bits.
 *
 *     ((PUCHAR)&word)[1] = 1
 *     union { ULONG all; struct { ULONG busy : 1, ... } bits; }
 *
 * Each word has a cell of its own; a store to one of them changes all that share bits
 * with it.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef PART_H
#define PART_H

#include "lower/cell.h"
#include "lower/function.h"

/* The SIZE bits from bit FIRST on of OBJECT. */
struct part {
	tree object;
	HOST_WIDE_INT first, size;
};

/* True if REF lies in a union, or is bits of an object, or memory accessed by its address
 * alone: *FOUND is its place in the outermost union, or in the object. */
bool part_of (tree ref, part *found);

/* The words of PART's object that share bits with it. */
void words_sharing (const part &part, std::vector<member> *found);

/* What PART of memory holds in TYPE, by the words that it lies in or that lie in it; -1
 * if they are not all of it. */
int load_part (function_lowering &l, const part &part, lockprog_type type);

/* What MEMBER, which shares bits with PART, holds when VALUE has been stored in PART; -1
 * if that is not known.  To be asked before anything is stored. */
int member_after_store (function_lowering &l, const part &part, int value, const member &member);

#endif
