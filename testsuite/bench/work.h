/* work.h - what is measured: loops that take and drop locks, built once for each kind of lock.
 *
 * work.c is compiled with -DSIDE=NAME for each kind that one program has, and defines
 * NAME_works[], one row for each enum work_kind.  Which locks it uses is in locks-*.h, by -DLOCKS="...".
 * The loops are driver code: no C library.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef WORK_H
#define WORK_H

enum {
	MANY_LOCKS = 1000000,
	MANY_THREADS = 1000
};

/* In the order of the columns. */
enum work_kind {
	WORK_LEAF,		/* one thread, one lock */
	WORK_OWN,		/* two threads, a lock each */
	WORK_SHARED,		/* two threads, one lock */
	WORK_NESTED,		/* four locks, one in the other */
	WORK_MILLION,		/* a million locks in turn */
	WORK_LIST,		/* remove from and insert in a list, under its lock */
	WORK_THREADS,		/* a thousand threads, a lock each */
	WORKS
};

struct work {
	const char *name;
	unsigned threads;
	unsigned pairs;		/* acquires (and releases) in one round */
	unsigned rounds;	/* that a thread does in one slice: about 2 ms without any checking */
	/* ME is the thread's number, from 0.  No two calls at the same time have the same. */
	void (*run)(unsigned me, unsigned rounds);
};

/* Before all else; how many of the million locks are used. */
#define WORK_SIDE(NAME) \
	extern const struct work NAME##_works[WORKS]; \
	void NAME##_start(unsigned locks);

#endif
