/* count.c - how many acyclic paths a function has, and how many of them break the rule.
 *
 * Several states of the walk may follow one path: a try that succeeded and one that
 * failed take the same edges until a branch tests the result.  So paths with a common
 * start are grouped by the set of all states that they may be in:
 *
 *     b0 { s0 }  --1-->  b1 { s1, s2 }  --1-->  b2 { s3, and s4 after a violation }
 *
 * From the entry on, each set at a block has the number of paths to it.
 *
 * SPDX-License-Identifier: MIT
 */

#include "shape/count.h"

#include <stdlib.h>
#include <string.h>

#include <gmp.h>

#include "limits.h"
#include "lockprog/alloc.h"

struct count_edge {
	int from, succ, to;
	bool breaks;
};

struct count_state {
	int block;
	bool ends, ends_broken;		/* a path ends here; ... after it broke the rule */
	bool may_break;			/* some path breaks the rule from here on */
};

struct count {
	int n_states, max_states, n_edges, max_edges;
	struct count_state *states;
	struct count_edge *edges;
};

/* ---- all paths ---- */

/* For each block, how many paths lead from its start to an end; 0 for blocks that are
 * never reached. */
static mpz_t *paths_from(const struct flow *flow)
{
	const struct lockprog_function *function = flow->function;
	mpz_t *paths = alloc_zeroed((function->n_blocks + 1) * sizeof *paths);

	for (int b = 0; b < function->n_blocks; b++)
		mpz_init(paths[b]);
	for (int i = flow->n_reached; i-- > 0; ) {
		int b = flow->order[i];
		const struct lockprog_block *block = &function->blocks[b];

		mpz_set_ui(paths[b], block->n_succ == 0);
		for (int s = 0; s < block->n_succ; s++)
			if (!flow_is_back_edge(flow, b, block->succ[s].block))
				mpz_add(paths[b], paths[b], paths[block->succ[s].block]);
	}
	return paths;
}

static void free_paths(const struct flow *flow, mpz_t *paths)
{
	for (int b = 0; b < flow->function->n_blocks; b++)
		mpz_clear(paths[b]);
	free(paths);
}

static char *decimal(const mpz_t number)
{
	char *text = alloc_zeroed(mpz_sizeinbase(number, 10) + 2);

	return mpz_get_str(text, 10, number);
}

char *count_paths(const struct flow *flow)
{
	mpz_t *paths = paths_from(flow);
	char *text = decimal(paths[0]);

	free_paths(flow, paths);
	return text;
}

/* ---- what was walked ---- */

struct count *count_new(void)
{
	return alloc_zeroed(sizeof(struct count));
}

void count_free(struct count *count)
{
	if (!count)
		return;
	free(count->states);
	free(count->edges);
	free(count);
}

void count_restart(struct count *count)
{
	count->n_states = count->n_edges = 0;
}

int count_add_state(struct count *count, int block)
{
	count->states = alloc_grow(count->states, count->n_states, &count->max_states,
				   sizeof *count->states);
	count->states[count->n_states] = (struct count_state){ .block = block };
	return count->n_states++;
}

void count_add_edge(struct count *count, int from, int succ, int to, bool breaks)
{
	count->edges =
		alloc_grow(count->edges, count->n_edges, &count->max_edges, sizeof *count->edges);
	count->edges[count->n_edges++] = (struct count_edge){ from, succ, to, breaks };
}

void count_add_end(struct count *count, int from, bool breaks)
{
	count->states[from].ends = true;
	count->states[from].ends_broken |= breaks;
}

static int compare_edges(const void *x, const void *y)
{
	const struct count_edge *a = x, *b = y;

	if (a->from != b->from)
		return a->from < b->from ? -1 : 1;
	return a->succ != b->succ ? (a->succ < b->succ ? -1 : 1)
				  : (a->to > b->to) - (a->to < b->to);
}

/* The index of the first edge of state FROM along SUCC, or where that edge would be. */
static int first_edge(const struct count *count, int from, int succ)
{
	int low = 0, high = count->n_edges;

	while (low < high) {
		int middle = low + (high - low) / 2;

		if (compare_edges(&count->edges[middle],
				  &(struct count_edge){ from, succ, -1, false }) < 0)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* States in the order of their blocks: each after those that lead to it. */
struct by_rank { int rank, state; };

static int compare_ranks(const void *x, const void *y)
{
	const struct by_rank *a = x, *b = y;

	return a->rank != b->rank ? (a->rank < b->rank ? -1 : 1)
				  : (a->state > b->state) - (a->state < b->state);
}

static void find_breaking(struct count *count, const struct flow *flow)
{
	struct by_rank *order = alloc_zeroed(count->n_states * sizeof *order);

	if (count->n_edges)
		qsort(count->edges, count->n_edges, sizeof *count->edges, compare_edges);
	for (int s = 0; s < count->n_states; s++)
		order[s] = (struct by_rank){ flow->rank[count->states[s].block], s };
	qsort(order, count->n_states, sizeof *order, compare_ranks);
	for (int i = count->n_states; i-- > 0; ) {
		struct count_state *state = &count->states[order[i].state];

		state->may_break = state->ends_broken;
		for (int e = first_edge(count, order[i].state, 0);
		     e < count->n_edges && count->edges[e].from == order[i].state; e++)
			state->may_break |= count->edges[e].breaks ||
					    count->states[count->edges[e].to].may_break;
	}
	free(order);
}

/* ---- paths that break the rule ---- */

/* The states that some paths to a block may be in: 2 * number, plus 1 if the path broke
 * the rule before it. */
struct state_set {
	int n, *members;	/* sorted */
	mpz_t paths;
};

struct block_sets { int n, max; struct state_set *sets; };

static int compare_members(const void *x, const void *y)
{
	const int *a = x, *b = y;

	return (*a > *b) - (*a < *b);
}

/* Sort MEMBERS and keep each state once: broken if any copy of it is broken.  Returns how
 * many are left. */
static int tidy(int *members, int n)
{
	int left = 0;

	if (n)
		qsort(members, n, sizeof *members, compare_members);
	for (int i = 0; i < n; i++)
		if (i + 1 == n || members[i + 1] / 2 != members[i] / 2)
			members[left++] = members[i];
	return left;
}

/* Add PATHS to the paths that reach AT's block in one of the N states of MEMBERS. */
static void add_set(struct block_sets *at, const int *members, int n, const mpz_t paths)
{
	struct state_set *set;

	for (int i = 0; i < at->n; i++)
		if (at->sets[i].n == n &&
		    !memcmp(at->sets[i].members, members, n * sizeof *members)) {
			mpz_add(at->sets[i].paths, at->sets[i].paths, paths);
			return;
		}
	at->sets = alloc_grow(at->sets, at->n, &at->max, sizeof *at->sets);
	set = &at->sets[at->n++];
	set->n = n;
	set->members = alloc_zeroed(n * sizeof *members);
	memcpy(set->members, members, n * sizeof *members);
	mpz_init_set(set->paths, paths);
}

static bool is_end_of_broken(const struct count *count, const struct state_set *set)
{
	for (int i = 0; i < set->n; i++) {
		const struct count_state *state = &count->states[set->members[i] / 2];

		if (state->ends_broken || (state->ends && set->members[i] % 2))
			return true;
	}
	return false;
}

/* Store in MEMBERS the states that the paths in SET reach along SUCC; returns how
 * many. */
static int follow(const struct count *count, const struct state_set *set, int succ, int **members,
		  int *max)
{
	int n = 0;

	for (int i = 0; i < set->n; i++) {
		int from = set->members[i] / 2;

		for (int e = first_edge(count, from, succ); e < count->n_edges; e++) {
			const struct count_edge *edge = &count->edges[e];
			bool is_broken = set->members[i] % 2 || edge->breaks;

			if (edge->from != from || edge->succ != succ)
				break;
			if (!is_broken && !count->states[edge->to].may_break)
				continue;
			*members = alloc_grow(*members, n, max, sizeof **members);
			(*members)[n++] = 2 * edge->to + is_broken;
		}
	}
	return tidy(*members, n);
}

static void free_sets(struct block_sets *at)
{
	for (int i = 0; i < at->n; i++) {
		free(at->sets[i].members);
		mpz_clear(at->sets[i].paths);
	}
	free(at->sets);
	*at = (struct block_sets){ 0 };
}

char *count_breaking(struct count *count, const struct flow *flow)
{
	const struct lockprog_function *function = flow->function;
	struct block_sets *sets = alloc_zeroed(function->n_blocks * sizeof *sets);
	mpz_t *paths = paths_from(flow), broken, one;
	long work = COUNT_MAX_SETS * ((long)count->n_states + count->n_edges + 16);
	int *members = NULL, max = 0;
	char *text = NULL;

	mpz_init(broken);
	mpz_init_set_ui(one, 1);
	find_breaking(count, flow);
	if (count->n_states && count->states[0].may_break)
		add_set(&sets[0], (int[]){ 0 }, 1, one);
	for (int rank = 0; rank < flow->n_reached; rank++) {
		int b = flow->order[rank];
		const struct lockprog_block *block = &function->blocks[b];

		for (int i = 0; i < sets[b].n && work > 0; i++) {
			const struct state_set *set = &sets[b].sets[i];

			/* Every way to go on from here counts: the rule is broken
			 * already. */
			if (is_end_of_broken(count, set)) {
				mpz_addmul(broken, set->paths, paths[b]);
				continue;
			}
			for (int succ = 0; succ < block->n_succ; succ++) {
				int n = follow(count, set, succ, &members, &max);

				work -= 1 + set->n + n + sets[block->succ[succ].block].n / 16;
				if (n)
					add_set(&sets[block->succ[succ].block], members, n,
						set->paths);
			}
		}
		free_sets(&sets[b]);
	}
	if (work > 0)
		text = decimal(broken);
	free_paths(flow, paths);
	free(sets);
	free(members);
	mpz_clear(broken);
	mpz_clear(one);
	return text;
}
