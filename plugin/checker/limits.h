/* limits.h - every limit of the checker, with its reason.
 *
 * A limit bounds time or memory.  Beyond a limit on steps or states the verdict is
 * "unknown".  Beyond a limit on values the checker forgets what it knows of a value, and
 * takes branches on it to go both ways; such limits are far above what drivers need.
 * Each limit has two values: the usual one, and a tiny one for a test build
 * (-DSPINRULE_TINY_LIMITS) in which ordinary programs reach it.  That build must neither
 * crash nor break an invariant; its verdicts are worse.
 *
 * The limits on states and outcomes that are kept apart have a third value, for a build
 * in which many are joined (-DSPINRULE_FEW_WAYS).  It may be less certain, but not wrong.
 *
 * The quotes in #include "limits.h" matter: <limits.h> is the C library's.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef SPINRULE_LIMITS_H
#define SPINRULE_LIMITS_H

#ifdef SPINRULE_TINY_LIMITS
#define LIMIT(USUAL, TINY) (TINY)
#define WAYS(USUAL, FEW, TINY) (TINY)
#elif defined SPINRULE_FEW_WAYS
#define LIMIT(USUAL, TINY) (USUAL)
#define WAYS(USUAL, FEW, TINY) (FEW)
#else
#define LIMIT(USUAL, TINY) (USUAL)
#define WAYS(USUAL, FEW, TINY) (USUAL)
#endif

/* ---- lock programs ---- */

/* Statements of a function that becomes a lock program.  No function of a driver is as
 * large; generated tables are. */
#define LOCKPROG_MAX_STATEMENTS LIMIT(200000, 1000)

/* Bytes of the text of one lock program in an object file: a file of ten million lines
 * has less. */
#define PACK_MAX_TEXT LIMIT(1000000000u, 100000000u)

/* Operators in the words for a condition: more of them are not readable in a note. */
#define LOCKPROG_MAX_WORDS_DEPTH LIMIT(3, 1)

/* ---- symbolic values ---- */

/* Depth of an expression.  A definition that would be deeper is a new unknown: cost grows
 * with each level. */
#define SYM_MAX_DEPTH LIMIT(12, 3)

/* Depth of an address whose cell has a name for its value at the entry.  It is lower than
 * SYM_MAX_DEPTH so that expressions with that value are still possible. */
#define SYM_MAX_LOAD_DEPTH LIMIT(8, 2)

/* Loads on the way to a held lock that its address no longer shows: drivers follow a few
 * pointers from their device to a lock. */
#define MEMORY_MAX_WAY LIMIT(4, 1)

/* ---- ranges ---- */

/* Spans of one set of values.  x != 5 takes two; a switch with more gaps is rare. */
#define FACT_MAX_SPANS LIMIT(8, 2)

/* Sets of at most so many values are computed with value by value, which is exact. */
#define RANGE_MAX_VALUES LIMIT(64, 4)

/* Aligned blocks that a set is cut into for operations on bits. */
#define RANGE_MAX_BLOCKS LIMIT(16, 2)

/* ---- facts ---- */

/* Answers that are kept of what a fact adds to a set of facts.  A large function asks for
 * a few thousand, most of them again within the next few hundred. */
#define LEARNED_MAX LIMIT(1024, 4)

/* Depth to which a fact spreads to the operands of its expression: enough for every
 * expression. */
#define FACTS_MAX_SPREAD (SYM_MAX_DEPTH + 2)

/* Rounds in which facts narrow each other.  x < y and y < x + 1 would go on for 2^32
 * rounds. */
#define FACTS_MAX_ROUNDS LIMIT(12, 2)

/* Values of an atom that are tried one by one, and atoms for which they are tried. */
#define FACTS_MAX_CASES LIMIT(6, 2)
#define FACTS_MAX_CASE_ATOMS LIMIT(4, 1)

/* Differences of two numbers that are followed are below this.  Sums of two of them fit
 * any type. */
#define FACTS_MAX_DIFFERENCE (1ll << LIMIT(40, 8))

/* Depth to which the bits of an expression are computed from those of its operands. */
#define BITS_MAX_DEPTH LIMIT(3, 1)

/* ---- shape ---- */

/* What the checker follows of one call: IRQLs that it saves, fields that it read in
 * earlier rounds of a loop, unknowns that it leaves in memory. */
#define PIECES_SAVED LIMIT(2, 1)
#define PIECES_READ LIMIT(4, 1)
#define PIECES_LEFT LIMIT(2, 1)

/* Rounds of the slicer.  In a function that needs more, everything counts. */
#define SLICE_MAX_ROUNDS LIMIT(40, 2)

/* Sets of states per state of the walk, when paths are counted.  A count that needs more
 * is not made. */
#define COUNT_MAX_SETS LIMIT(16, 1)

/* Nodes of which what facts say of their parts is kept until one of these facts changes;
 * changes of facts that are kept for that, and how many of them are looked through. */
#define KNOWN_MAX_SAID LIMIT(1024, 2)
#define FACTS_MAX_CHANGES LIMIT(4096, 4)
#define FACTS_MAX_CHANGES_BACK LIMIT(64, 2)

/* ---- effort: the rungs of the ladder (check/ladder.c) ---- */

/* States with the same locks kept apart at one block, before they are joined: the options
 * max-states and max-steps have these values where they are not given.  Steps are blocks
 * walked for each block of a function. */
#define EFFORT_STATES WAYS(24, 3, 2)
#define EFFORT_STEPS LIMIT(200, 10)

/* Steps of a first look for each block: most blocks are walked once, those of loops until
 * nothing changes. */
#define EFFORT_FIRST_STEPS LIMIT(8, 2)

/* States with the same locks that a first look keeps apart at one block: a pointer leads
 * to a variable of the function or to what a caller handed, a lock's IRQL is owed or
 * not. */
#define EFFORT_FIRST_APART WAYS(4, 2, 1)

/* Steps of a closer look at a function.  Besides, it costs no more than the share of a
 * function of that size (check/budget.h), or, if the function has loops, than half of
 * the looks that could not decide. */
#define EFFORT_CLOSER_STEPS LIMIT(30000l, 100l)

/* States kept by a coarse look, which follows if a close one is over its limit. */
#define EFFORT_COARSE_STATES WAYS(4, 1, 1)

/* States kept if callers need only values. */
#define EFFORT_VALUE_STATES WAYS(8, 2, 1)

/* The same, and steps, for functions that do nothing to locks. */
#define EFFORT_PLAIN_STATES WAYS(8, 2, 1)
#define EFFORT_PLAIN_STEPS LIMIT(8, 2)

/* ---- work (lockprog/work.h) ---- */

/* Work of allocating and filling a small object, of narrowing one set of values, of one
 * operation besides what it does to sets; and bytes that are copied for one unit. */
#define WORK_OF_COPY 60
#define WORK_OF_LEARNING 60
#define WORK_OF_OP 20
#define WORK_BYTES 16

/* Work of making a symbolic value of others. */
#define WORK_OF_NODE 10

/* Work of a lock operation for each lock of the path. */
#define WORK_OF_LOCK 10

/* Work for a function for each of its operations and edges, in a compile: about half the
 * time that GCC takes for them without optimization. */
#define WORK_SHARE 500ull

/* Operations that a function counts as larger for each time of patience more than a
 * compile has: small functions ask large callees. */
#define WORK_OF_CALLEES 64ull

/* Work of a walk of a callee in haste, for its result: at least, and for each operation
 * and edge.  Most results are of functions that need less, or decide nothing. */
#define WORK_HASTY LIMIT(500ull, 100ull)
#define WORK_HASTY_SHARE (WORK_SHARE / 32)

/* Work for a unit besides: at least, and for each operation and edge.  A function may
 * take half of what is left of it, one above this size less in proportion: small
 * functions are cheap to look at closely, and large ones are not (check/budget.h). */
#define WORK_POOL LIMIT(24000000ull, 1000000ull)
#define WORK_POOL_SHARE 100ull
#define WORK_POOL_SIZE 160ull

/* The check of a driver is no part of a compile: for each function it takes as many times
 * the work, if it needs it. */
#define WORK_DRIVER_PATIENCE 4

/* ---- one walk ---- */

/* Bytes of the states of one function: a compile must not run out of memory for a
 * warning. */
#define WALK_MAX_BYTES (512l << LIMIT(20, 8))

/* Locks held at a time: each acquire is compared with all of them, and no driver holds as
 * many. */
#define WALK_MAX_HELD LIMIT(16, 4)

/* Acquires of a lock that may be a held one under another name, to be judged by callers.
 * Helpers that nest locks which they are handed have one or two. */
#define WALK_MAX_ALIASES LIMIT(4, 1)

/* Of so many, each is known to be another lock: facts grow with the square, and each of
 * them is compared with all. */
#define LOCK_MAX_APART LIMIT(6, 2)

/* Points of paths in one piece of memory: most walks have few. */
#define WALK_STEPS 16

/* States at one block, as a multiple of those that an effort keeps for the same locks:
 * locks held in more ways than that have lost their meaning. */
#define WALK_MAX_LOCK_SETS LIMIT(64, 2)

/* Replays of paths to one claim that do not confirm it, before the claim is given up. */
#define CLAIM_MAX_FAILED LIMIT(12, 1)

/* Outcomes of calls that one replay tries: a path has few calls whose result decides, and
 * what is over this is not claimed. */
#define REPLAY_MAX_WAYS LIMIT(200, 8)

/* The same if all reads of a counter are needed: the depth of a recursive lock. */
#define OWNER_MAX_READS LIMIT(64, 2)

/* Depth of values of memory at entry that are kept round a loop: deeper ones grow with
 * each round. */
#define EDGE_MAX_ROUND_DEPTH LIMIT(3, 1)

/* Values visited to find how a PHI grows: a loop's counter needs three. */
#define GROWTH_MAX_VALUES LIMIT(24, 3)

/* ---- calls ---- */

/* Outcomes that a summary distinguishes: the usual number; that of functions that do
 * nothing to locks, whose results may still decide about them; and the most, if they do
 * different things to locks. */
#define SUMMARY_MAX_OUTCOMES WAYS(12, 2, 2)
#define SUMMARY_MAX_PLAIN_OUTCOMES WAYS(4, 1, 1)
#define SUMMARY_MAX_ALL_OUTCOMES (8 * SUMMARY_MAX_OUTCOMES)
/* What one outcome stands for, to hold a claim against: beyond this any of its results is
 * taken to be possible, as that of a function that is not seen. */
#define SUMMARY_MAX_EXACT LIMIT(48, 4)

/* Fields that one call reads, and in a replay those of earlier rounds as well: bits of a
 * mask. */
#define CALL_MAX_READ LIMIT(64, 2)

/* Depth of the chain of callees that are walked again, each for its caller. */
#define ASK_MAX_DEPTH LIMIT(200, 2)

/* How often one function is walked again because a caller needs more. */
#define ASK_MAX_TIMES LIMIT(4, 1)

/* Blocks of a function without locks whose result is computed. */
#define ASK_MAX_PLAIN_BLOCKS LIMIT(40, 4)

/* Indexes and PHIs on the way from an address to what it is based on, and PHIs in all. */
#define TOUCHES_MAX_DEPTH LIMIT(4, 1)
#define TOUCHES_MAX_PHIS LIMIT(16, 1)

/* ---- the unit ---- */

/* How often each of several functions that call each other is walked until its summary no
 * longer changes. */
#define CHECK_MAX_ROUNDS LIMIT(6, 2)

/* Rounds to find the functions whose results decide about locks: the length of a chain of
 * callers. */
#define CHECK_MAX_CALLER_ROUNDS LIMIT(16, 2)

/* Functions that call each other, all of which are looked at for everything if one of
 * them is not decided: among more, that one is seldom decided by it. */
#define CHECK_MAX_CYCLE LIMIT(64, 2)

/* Functions that a pointer may lead to, of which a call through it does what all do. */
#define CHOICE_MAX_TARGETS LIMIT(8, 1)

/* Returns whose paths are replayed, each alone, to see whether they disagree. */
#define RETURNS_MAX_ALONE LIMIT(24, 2)

/* Only the last branches of a path are shown; more would hide them.  So many are
 * examined. */
#define PATH_MAX_BRANCHES LIMIT(12, 1)
#define PATH_MAX_SEARCHED LIMIT(100, 2)

/* Other paths to one claim that are kept as walked, and those that are looked at where
 * paths met: each that leaves by another branch is told from the first. */
#define CLAIM_MAX_OTHERS LIMIT(8, 1)
#define WAYS_MAX LIMIT(32, 2)

/* Points of a path, and values that its branches test, of which a path shows how it came
 * to them. */
#define DECIDING_MAX_GOALS LIMIT(8, 2)
#define DECIDING_MAX_PHIS LIMIT(8, 2)

/* A lock in the words of a caller: longer texts do not help a reader. */
#define RENAME_MAX_TEXT LIMIT(120, 40)

#endif
