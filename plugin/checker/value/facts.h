/* facts.h - what a path has learned about symbolic values from the branches it took.
 *
 * A fact keeps a value inside a few spans.  A set of facts is sorted by node, so equal
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
};

void facts_copy(struct facts *to, const struct facts *from);
void facts_free(struct facts *facts);
bool facts_equal(const struct facts *x, const struct facts *y);

/* The place of NODE's own fact in the list, or where it would be. */
int facts_find(const struct facts *facts, int node);

/* FACT becomes NODE's own fact. */
void facts_put(struct facts *facts, int node, const struct fact *fact);

/* Learn that NODE is TRUE (not 0) or not.  False when that contradicts what is known:
 * then the path is not feasible, and FACTS are of no more use. */
bool facts_assume(struct facts *facts, struct sym_table *table, int node, bool is_true);

/* Learn that NODE is in one of the RANGES (INSIDE) or in none. */
bool facts_assume_ranges(struct facts *facts, struct sym_table *table, int node,
			 const struct lockprog_range *ranges, int n_ranges, bool inside);

/* What is known of NODE: from its own fact and from its parts. */
struct fact facts_of(const struct facts *facts, const struct sym_table *table, int node);

/* True if both allow the same values. */
bool fact_equal(const struct fact *x, const struct fact *y);

/* True if no value fits both facts, which are of nodes of type A and B. */
bool facts_disjoint(const struct fact *a, const struct fact *b);

/* True if all values that fit are below 0 (for unsigned types: never) / are not 0 / are
 * 0. */
bool fact_is_negative(const struct fact *fact, struct lockprog_type type);
bool fact_is_nonzero(const struct fact *fact, struct lockprog_type type);
bool fact_is_zero(const struct fact *fact, struct lockprog_type type);

/* Keep what holds in both. */
void facts_join(struct facts *facts, const struct facts *other);

/* The same if nothing is lost by it: no path but those of both fits what is kept.  False
 * if something would be, and FACTS are as before. */
bool facts_join_exactly(struct facts *facts, const struct facts *other);

/* Forget each fact of which KEEP says no. */
void facts_filter(struct facts *facts, bool keep(int node, void *data), void *data);

/* Add or narrow the fact of FACT->node by FACT; false on contradiction. */
bool facts_meet(struct facts *facts, struct sym_table *table, const struct fact *fact);

/* The same, and FACTS stay as they were if it returns false. */
bool facts_meet_or_keep(struct facts *facts, struct sym_table *table, const struct fact *fact);

/* Speak of BY instead of ATOM. */
void facts_replace(struct facts *facts, struct sym_table *table, int atom, int by);

#endif
