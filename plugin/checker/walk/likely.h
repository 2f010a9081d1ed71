/* likely.h - facts with what memory most likely holds taken as certain: a path on which
 * they contradict each other needs a change of memory by code that is not visible.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef LIKELY_H
#define LIKELY_H

#include "walk/state.h"

struct likely_fact {
	struct fact fact;
	int certain;		/* node of the fact before */
};

/* STATE's facts in terms of likely values, where these differ; *N of them.  The caller
 * frees them. */
struct likely_fact *likely_facts(struct sym_table *syms, const struct state *state, int *n);

/* False if FACTS, and the N LIKELY ones about the same path, contradict each other. */
bool likely_fit(struct sym_table *syms, const struct facts *facts, const struct likely_fact *likely,
		int n);

/* Facts about memory that is forgotten stay in FACTS in terms of what it most likely
 * held: those of the N LIKELY ones of which KEEP keeps no more than that.  False if one
 * of them contradicts FACTS. */
bool likely_hand_down(struct sym_table *syms, struct facts *facts,
		      const struct likely_fact *likely, int n, bool keep(int node, void *data),
		      void *data);

/* False if STATE's facts cannot all be with all likely values taken as certain. */
bool likely_fits(struct sym_table *syms, const struct state *state);

#endif
