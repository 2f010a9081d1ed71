/* limits.h - every limit of the checker, with its reason.
 *
 * A limit bounds time or memory.  Beyond a limit on steps or states the verdict is "unknown".  Beyond a limit on
 * values the checker forgets what it knows of a value, and takes branches on it to go both ways; such limits are far
 * above what drivers need.  Each limit has two values: the usual one, and a tiny one for a test build
 * (-DSPINRULE_TINY_LIMITS) in which ordinary programs reach it.  That build must neither crash nor break an
 * invariant; its verdicts are worse.
 *
 * The quotes in #include "limits.h" matter: <limits.h> is the C library's.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef SPINRULE_LIMITS_H
#define SPINRULE_LIMITS_H

#ifdef SPINRULE_TINY_LIMITS
#define LIMIT(USUAL, TINY) (TINY)
#else
#define LIMIT(USUAL, TINY) (USUAL)
#endif

/* ---- lock programs ---- */

/* Statements of a function that becomes a lock program.  No function of a driver is as large; generated tables are. */
#define LOCKPROG_MAX_STATEMENTS LIMIT(200000, 1000)

/* Operators in the words for a condition: more of them are not readable in a note. */
#define LOCKPROG_MAX_WORDS_DEPTH LIMIT(3, 1)

/* ---- symbolic values ---- */

/* Depth of an expression.  A definition that would be deeper is a new unknown: cost grows with each level. */
#define SYM_MAX_DEPTH LIMIT(12, 3)

/* Depth of an address whose cell has a name for its value at the entry.  It is lower than SYM_MAX_DEPTH so that
 * expressions with that value are still possible. */
#define SYM_MAX_LOAD_DEPTH LIMIT(8, 2)

/* ---- ranges ---- */

/* Spans of one set of values.  x != 5 takes two; a switch with more gaps is rare. */
#define FACT_MAX_SPANS LIMIT(8, 2)

/* Sets of at most so many values are computed with value by value, which is exact. */
#define RANGE_MAX_VALUES LIMIT(64, 4)

/* Aligned blocks that a set is cut into for operations on bits. */
#define RANGE_MAX_BLOCKS LIMIT(16, 2)

/* ---- facts ---- */

/* Depth to which a fact spreads to the operands of its expression: enough for every expression. */
#define FACTS_MAX_SPREAD (SYM_MAX_DEPTH + 2)

/* Rounds in which facts narrow each other.  x < y and y < x + 1 would go on for 2^32 rounds. */
#define FACTS_MAX_ROUNDS LIMIT(12, 2)

/* Values of an atom that are tried one by one, and atoms for which they are tried. */
#define FACTS_MAX_CASES LIMIT(6, 2)
#define FACTS_MAX_CASE_ATOMS LIMIT(4, 1)

/* Differences of two numbers that are followed are below this.  Sums of two of them fit any type. */
#define FACTS_MAX_DIFFERENCE (1ll << LIMIT(40, 8))

/* Depth to which the bits of an expression are computed from those of its operands. */
#define BITS_MAX_DEPTH LIMIT(3, 1)

/* ---- shape ---- */

/* What the checker follows of one call: IRQLs that it saves, fields that it reads, unknowns that it leaves in memory. */
#define SPLIT_SAVED LIMIT(2, 1)
#define SPLIT_READ LIMIT(4, 1)
#define SPLIT_LEFT LIMIT(2, 1)

/* Rounds of the slicer.  In a function that needs more, everything counts. */
#define SLICE_MAX_ROUNDS LIMIT(40, 2)

/* Sets of states per state of the walk, when paths are counted.  A count that needs more is not made. */
#define COUNT_MAX_SETS LIMIT(16, 1)

#endif
