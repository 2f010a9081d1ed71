/* order.c - the order in which locks are acquired.
 *
 * Locks and edges are in two tables of fixed size.  An entry is written once, linked with
 * one exchange and never removed, so threads need no lock.  A lock that is initialized
 * again gets a new generation: edges of the old one are ignored.
 *
 * SPDX-License-Identifier: MIT
 */

#include "order.h"

#include "history.h"
#include "lock-class.h"
#include "locks-fast.h"
#include "report.h"
#include "unseen.h"

enum {
	NODES = 4096,		/* locks; a power of two */
	EDGES = 8192,
	PROBES = 64,
	GUARDS = 4,		/* other locks held, per edge */
	DEPTH_MAX = 8,		/* locks in a circle */
	STEPS_MAX = 2000,	/* edges visited for one acquire */
	SEEN = 4096
};

struct edge {
	uint32_t next;				/* edge of the same first lock; index plus 1 */
	uint32_t from, to;			/* nodes */
	uint32_t from_generation, to_generation;
	const struct spinrule_site *first_site, *second_site;
	unsigned long long thread;
	uint32_t guard_count;			/* GUARDS + 1: too many to record */
	const void *guards[GUARDS];
};

struct node {
	const void *lock;			/* or its class */
	uint32_t edges;				/* the youngest edge from here; index plus 1 */
	uint32_t generation;
};

static struct node nodes[NODES];
static struct edge edges[EDGES];
static uint32_t edge_count;

static void full(void)
{
	static int is_reported;

	if (!__atomic_exchange_n(&is_reported, 1, __ATOMIC_ACQ_REL))
		report_note("", "lock-order is incomplete: there are more locks, or more orders of "
				"them, than the runtime has room for");
}

/* The node of LOCK, a new one if it has none and MAY_BE_NEW; NULL if there is no room. */
static struct node *node_of(const void *lock, int may_be_new)
{
	uint32_t first = (uint32_t)((uint32_t)((uintptr_t)lock >> 3) * 2654435769u) >> 20;

	for (unsigned i = 0; i < PROBES; i++) {
		struct node *node = &nodes[(first + i) % NODES];
		const void *none = NULL, *there = __atomic_load_n(&node->lock, __ATOMIC_ACQUIRE);

		if (!there) {
			if (!may_be_new)
				return NULL;
			if (__atomic_compare_exchange_n(&node->lock, &none, lock, 0,
							__ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE))
				return node;
			there = none;
		}
		if (there == lock)
			return node;
	}
	if (may_be_new)
		full();
	return NULL;
}

static int is_current(const struct edge *edge)
{
	return edge->from_generation == locks_load(nodes[edge->from].generation)
	       && edge->to_generation == locks_load(nodes[edge->to].generation);
}

/* An acquire: the locks that are held, and what stands for them and for the lock in the
 * order that is checked, its address or its class. */
struct acquire {
	const struct held *held[HELD_MAX];
	const void *keys[HELD_MAX];
	unsigned count;
	const void *key;
	const struct spinrule_site *site;
	unsigned long long thread;
};

/* Write to GUARDS the locks that are held besides number FROM.  Returns their number. */
static uint32_t guards_of(const struct acquire *acquire, unsigned from, const void **guards)
{
	uint32_t guard_count = 0;

	for (unsigned i = 0; i < acquire->count; i++) {
		if (i == from)
			continue;
		if (guard_count == GUARDS)
			return GUARDS + 1;
		guards[guard_count++] = acquire->keys[i];
	}
	return guard_count;
}

static int has_guard(const struct edge *edge, const void *lock)
{
	for (unsigned i = 0; i < edge->guard_count && i < GUARDS; i++)
		if (edge->guards[i] == lock)
			return 1;
	return 0;
}

static int have_common_guard(const struct edge *a, const struct edge *b)
{
	if (a->guard_count > GUARDS || b->guard_count > GUARDS)
		return 1;	/* not known: claim nothing */
	for (unsigned i = 0; i < a->guard_count; i++)
		if (has_guard(b, a->guards[i]))
			return 1;
	return 0;
}

static int is_same(const struct edge *a, const struct edge *b)
{
	if (a->to != b->to || a->guard_count != b->guard_count)
		return 0;
	for (unsigned i = 0; i < a->guard_count && i < GUARDS; i++)
		if (!has_guard(b, a->guards[i]))
			return 0;
	return 1;
}

/* Record EDGE.  Returns false if it is known, or if there is no room. */
static int remember(const struct edge *edge)
{
	struct node *from = &nodes[edge->from];
	uint32_t number, first;

	for (number = __atomic_load_n(&from->edges, __ATOMIC_ACQUIRE); number;
	     number = edges[number - 1].next)
		if (is_same(&edges[number - 1], edge) && is_current(&edges[number - 1]))
			return 0;
	number = __atomic_fetch_add(&edge_count, 1, __ATOMIC_RELAXED);
	if (number >= EDGES) {
		__atomic_store_n(&edge_count, EDGES, __ATOMIC_RELAXED);
		full();
		return 0;
	}
	edges[number] = *edge;
	first = __atomic_load_n(&from->edges, __ATOMIC_RELAXED);
	do
		edges[number].next = first;
	while (!__atomic_compare_exchange_n(&from->edges, &first, number + 1, 0, __ATOMIC_RELEASE,
					    __ATOMIC_RELAXED));
	return 1;
}

/* ---- the search for a path back ---- */

struct search {
	uint32_t target;
	const struct edge *path[DEPTH_MAX];
	unsigned length, steps;
};

/* Extend the path, whose last edge ends at node AT, to the target.  Returns false if
 * none is found. */
static int find_way(struct search *search, uint32_t at)
{
	if (search->length == DEPTH_MAX)
		return 0;
	for (uint32_t number = __atomic_load_n(&nodes[at].edges, __ATOMIC_ACQUIRE); number;
	     number = edges[number - 1].next) {
		const struct edge *edge = &edges[number - 1];
		int does_fit = is_current(edge);

		if (++search->steps > STEPS_MAX)
			return 0;
		for (unsigned i = 0; i < search->length && does_fit; i++)
			does_fit = !have_common_guard(edge, search->path[i]) &&
				   (i == 0 || search->path[i]->from != edge->to);
		if (!does_fit)
			continue;
		search->path[search->length++] = edge;
		if (edge->to == search->target || find_way(search, edge->to))
			return 1;
		search->length--;
	}
	return 0;
}

/* ---- acquires that were checked before ---- */

/* The last acquires: each number is made of the held locks and the acquired one. */
static uint64_t seen[SEEN];

/* The number of times that a lock became a new one. */
static unsigned generation;

static uint64_t mix(uint64_t number, const void *lock)
{
	number = (number ^ (uintptr_t)lock) * 0x9e3779b97f4a7c15u;
	return number ^ number >> 32;
}

static uint64_t number_of(struct held_set *set, const void *lock)
{
	uint64_t number = mix((uint64_t)locks_load(generation) << 1 | 1, lock);

	unsigned steps = 0;

	for (const struct held *held = set->top; held != locks_none(set) && steps++ < SLOTS;
	     held = locks_below(set, held))
		if (!(locks_flags(held) & HELD_CLAIMED))
			number = mix(number, locks_load(held->lock));
	return number;
}

int order_is_known(struct held_set *set, const void *lock)
{
	uint64_t number;

	if (!locks_is_any_linked(set))
		return 1;
	number = number_of(set, lock);
	return locks_load(seen[number % SEEN]) == number;
}

/* ---- events ---- */

/* Remove from the COUNT slots in HELD those of LOCK, which is about to be acquired or
 * has just been, and those that unseen code has released.  Returns the number that is
 * left. */
static unsigned keep_held(const struct held **held, unsigned count, const void *lock)
{
	unsigned kept = 0;

	for (unsigned i = 0; i < count; i++)
		if (held[i]->lock != lock && !unseen_is_free(held[i]))
			held[kept++] = held[i];
	return kept;
}

/* Record the orders of ACQUIRE.  Returns as order_acquiring. */
static int check(const struct acquire *acquire, const struct held **about,
		 struct order_conflict *conflict)
{
	struct node *to = node_of(acquire->key, 1), *from;
	int has_conflict = 0;

	for (unsigned i = 0; to && i < acquire->count; i++) {
		struct edge edge = { .next = 0 };
		struct search search = { .length = 1 };
		const struct edge *earlier;

		if (acquire->keys[i] == acquire->key)
			continue;
		from = node_of(acquire->keys[i], 1);
		if (!from)
			continue;
		edge.from = (uint32_t)(from - nodes);
		edge.to = (uint32_t)(to - nodes);
		edge.from_generation = locks_load(from->generation);
		edge.to_generation = locks_load(to->generation);
		edge.first_site = acquire->held[i]->site;
		edge.second_site = acquire->site;
		edge.thread = acquire->thread;
		edge.guard_count = guards_of(acquire, i, edge.guards);
		if (!remember(&edge) || has_conflict)
			continue;
		spinrule_assert(edge.from < NODES && edge.to < NODES && edge.from != edge.to);
		search.target = edge.from;
		search.path[0] = &edge;
		if (!find_way(&search, edge.to))
			continue;
		/* The last edge ends at the held lock. */
		earlier = search.path[search.length - 1];
		conflict->first = nodes[earlier->from].lock;
		conflict->second = nodes[earlier->to].lock;
		conflict->first_site = earlier->first_site;
		conflict->second_site = earlier->second_site;
		conflict->thread = earlier->thread;
		conflict->between = search.length - 2;
		*about = acquire->held[i];
		has_conflict = 1;
	}
	return has_conflict;
}

/* What stands for LOCK, used at SITE, in the order of classes. */
static const void *class_or_lock(const void *lock, const struct spinrule_site *site)
{
	const void *class = lock_class_of(lock, site);

	return class ? class : lock;
}

int order_acquiring(struct held_set *set, const void *lock, struct spinrule_site *site,
		    int by_class, const struct held **about, struct order_conflict *conflict)
{
	struct acquire acquire = { .key = lock, .site = site, .thread = set->thread };
	const unsigned all = history_held(set, acquire.held);
	const uint64_t number = number_of(set, lock);
	const struct held *other;
	struct order_conflict of_classes;
	int has_conflict;

	acquire.count = keep_held(acquire.held, all, lock);
	if (!acquire.count)
		return 0;
	for (unsigned i = 0; i < acquire.count; i++)
		acquire.keys[i] = acquire.held[i]->lock;
	has_conflict = check(&acquire, about, conflict);
	if (by_class) {
		acquire.key = class_or_lock(lock, site);
		for (unsigned i = 0; i < acquire.count; i++)
			acquire.keys[i] = class_or_lock(acquire.keys[i], acquire.held[i]->site);
		if (check(&acquire, &other, &of_classes) && !has_conflict) {
			*conflict = of_classes;
			*about = other;
			has_conflict = 1;
		}
	}
	/* Also if there was no room: there will be none later.  But a lock that unseen
	 * code has released may be held the next time. */
	if (acquire.count == all)
		locks_store(seen[number % SEEN], number);
	return has_conflict;
}

static void forget(struct node *node)
{
	__atomic_fetch_add(&node->generation, 1, __ATOMIC_RELAXED);
	__atomic_fetch_add(&generation, 1, __ATOMIC_RELAXED);
}

void order_forget(const void *lock)
{
	struct node *node = node_of(lock, 0);

	if (node)
		forget(node);
}

void order_forget_memory(const void *start, size_t size)
{
	for (unsigned i = 0; i < NODES; i++)
		if (locks_lies_in(locks_load(nodes[i].lock), start, size))
			forget(&nodes[i]);
}

void order_replace_sites(void (*replace)(const struct spinrule_site **site))
{
	uint32_t count = __atomic_load_n(&edge_count, __ATOMIC_ACQUIRE);

	for (uint32_t i = 0; i < count && i < EDGES; i++) {
		replace(&edges[i].first_site);
		replace(&edges[i].second_site);
	}
}
