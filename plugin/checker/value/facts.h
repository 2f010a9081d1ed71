/* facts.h - what a path has learned about symbolic values from its branches.
 *
 * A fact restricts a value to a few spans.  A set of facts is sorted by node, so equal
 * sets compare equal.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef FACTS_H
#define FACTS_H

#include "value/range.h"
#include "value/sym.h"

struct facts {
	int n, max;
	struct fact *list;
	/* The atoms and the operands (struct sym) of facts that were learned since the
	 * learner cleared it. */
	unsigned long long learned, learned_operands;
	/* Sets with one version have the same facts; 0: none. */
	unsigned long long version;
};

/* The fact of NODE was added to FACTS, changed or dropped. */
void facts_changed(struct facts *facts, int node);

/* True if sets of facts with the versions X and Y may differ in a fact with one of
 * OPERANDS (struct sym). */
bool facts_may_differ(const struct sym_table *table, unsigned long long x, unsigned long long y,
		      unsigned long long operands);

void facts_copy(struct facts *to, const struct facts *from);
void facts_free(struct facts *facts);
bool facts_equal(const struct facts *x, const struct facts *y);

/* The index of NODE's own fact in the list, or where it would be. */
int facts_find(const struct facts *facts, int node);

/* Make FACT NODE's own fact. */
void facts_put(struct facts *facts, int node, const struct fact *fact);

/* Learn that NODE is TRUE (not 0) or not.  False if that contradicts FACTS: then the path
 * is infeasible, and FACTS are useless. */
bool facts_assume(struct facts *facts, struct sym_table *table, int node, bool is_true);

/* Learn that NODE is in one of the RANGES (INSIDE) or in none. */
bool facts_assume_ranges(struct facts *facts, struct sym_table *table, int node,
			 const struct lockprog_range *ranges, int n_ranges, bool inside);

/* The values of NODE that its own fact and the facts about its parts allow. */
struct fact facts_of(const struct facts *facts, const struct sym_table *table, int node);

/* True if X and Y allow the same values. */
bool fact_equal(const struct fact *x, const struct fact *y);

/* True if no value is in both A and B. */
bool facts_disjoint(const struct fact *a, const struct fact *b);

/* True if all values in FACT are below 0 (for unsigned types: never) / are not 0 / are
 * 0. */
bool fact_is_negative(const struct fact *fact, struct lockprog_type type);
bool fact_is_nonzero(const struct fact *fact, struct lockprog_type type);
bool fact_is_zero(const struct fact *fact, struct lockprog_type type);

/* Keep only what holds in both FACTS and OTHER. */
void facts_join(struct facts *facts, const struct facts *other);

/* Join only if the result allows no values but those of FACTS or of OTHER.  If it would,
 * returns false, and FACTS do not change. */
bool facts_join_exactly(struct facts *facts, const struct facts *other);

/* Forget each fact for which KEEP returns false. */
void facts_filter(struct facts *facts, bool keep(int node, void *data), void *data);

/* Add or narrow the fact of FACT->node by FACT; false on contradiction. */
bool facts_meet(struct facts *facts, struct sym_table *table, const struct fact *fact);

/* True if FACTS allow FACT: they do not change. */
bool facts_allow(const struct facts *facts, struct sym_table *table, const struct fact *fact);

/* Add or narrow as facts_meet does, but FACTS do not change if it returns false. */
bool facts_meet_or_keep(struct facts *facts, struct sym_table *table, const struct fact *fact);

/* Express facts about ATOM with BY instead. */
void facts_replace(struct facts *facts, struct sym_table *table, int atom, int by);

#endif
