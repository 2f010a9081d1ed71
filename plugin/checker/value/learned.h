/* learned.h - what was learned before: walks come to the same branches with the same
 * facts again and again.
 *
 * What a fact adds to a set of facts depends on nothing else.  The last answers are kept
 * with the table of their nodes.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef LEARNED_H
#define LEARNED_H

#include "value/facts.h"

/* What became of a set of facts when FACT was added to it. */
struct learned {
	unsigned long long hash;
	struct fact fact;
	int n_before;
	struct fact *before;	/* the set before */
	bool is_possible;
	struct facts after;	/* ... and after it, if that is possible */
	unsigned long long work;	/* that it took */
};

/* What is known of adding FACT to FACTS.  If that is not NULL, learned_apply gives the
 * answer; else *SLOT is for learned_keep. */
struct learned *learned_find(struct sym_table *table, const struct facts *facts,
			     const struct fact *fact, struct learned **slot);

/* Make FACTS what they became before; returns false if that was impossible.  Counts the
 * same work, so that verdicts do not depend on what else was walked before. */
bool learned_apply(const struct learned *learned, struct facts *facts);

/* FACTS are what SLOT's became by WORK, or useless if that is not possible. */
void learned_keep(struct learned *slot, const struct facts *facts, bool is_possible,
		  unsigned long long work);

/* Forget all that is kept with TABLE. */
void learned_free(struct sym_table *table);

#endif
