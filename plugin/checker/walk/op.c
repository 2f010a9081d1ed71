/* op.c - what one operation of a lock program does to a state.
 *
 * SPDX-License-Identifier: MIT
 */

#include "walk/op.h"

#include "limits.h"
#include "lockprog/work.h"
#include "value/address.h"
#include "value/sym-op.h"
#include "walk/claim.h"
#include "walk/equal.h"
#include "walk/guard.h"
#include "walk/irql.h"
#include "walk/leave.h"
#include "walk/memory-calls.h"
#include "walk/memory-read.h"
#include "walk/replay.h"
#include "walk/rounds.h"
#include "walk/state-name.h"
#include "walk/token.h"

/* An access through the pointer ADDRESS shows that it is not null.  False if it is null:
 * the path ends there. */
static bool dereference(struct walk *walk, struct state *state, int address)
{
	enum sym_kind kind;
	long long offset;
	int base;

	if (!walk->effort.branches_teach)
		return true;
	sym_split(walk->syms, address, &base, &offset);
	kind = sym_at(walk->syms, base)->kind;
	/* On this way it is null itself. */
	if (kind == SYM_CONST && sym_at(walk->syms, base)->type.is_pointer &&
	    sym_at(walk->syms, base)->constant == 0 && offset == 0)
		return false;
	if ((kind != SYM_LEAF && kind != SYM_INITIAL) || !sym_at(walk->syms, base)->type.is_pointer)
		return true;
	return facts_assume(&state->facts, walk->syms, base, true);
}

/* Store the address of OP's lock in *ADDRESS; a release by handle finds that of its
 * acquire. */
static void find_operand(struct walk *walk, struct state *state, const struct lockprog_op *op,
			 struct lock_event *event)
{
	const struct lock_record *lock;

	event->handle = op->handle >= 0 ? walk_node(walk, state, op->handle) : -1;
	event->given = -1;
	if (op->ddi->irql == SPINRULE_IRQL_GIVEN && op->irql >= 0) {
		event->given = walk_node(walk, state, op->irql);
		event->gives_constant = walk->function->values[op->irql].expr == LOCKPROG_CONST;
	}
	if (op->address >= 0) {
		event->address = walk_node(walk, state, op->address);
		return;
	}
	if (op->ddi->group == SPINRULE_GROUP_CANCEL) {
		event->address = walk->cancel_lock;
		return;
	}
	event->address = event->handle;
	lock = lock_of_handle(state, event->handle);
	if (lock) {
		event->address = lock->address;
		event->text = lock->text;
	}
	event->is_handle = !lock || lock->is_handle;
}

/* True if callers hold LOCK, and this function has released it. */
static bool is_dropped(const struct lock_record *lock)
{
	return lock->state == SPINRULE_STATE_FREE &&
	       (lock->first.event == SPINRULE_EVENT_RELEASE ||
		lock->first.event == SPINRULE_EVENT_NEED_HELD);
}

/* EVENT releases a lock that callers hold: it was held when functions of the driver
 * without a program ran.  Or it acquires again one that callers hold and that was
 * released here: callers would release another one if these functions had changed which
 * lock it is.  So they left the pointers alone that lead to it. */
static void settle_way(struct walk *walk, struct state *state, struct lock_event *event)
{
	const struct likely *likely;
	struct lock_record *lock;
	int address = event->address;

	if (!walk->effort.branches_teach || address < 0 || state_lock(state, address))
		return;
	while ((likely = memory_left_alone(walk, state, address)))
		address = sym_replace(walk->syms, address, likely->atom, likely->node);
	lock = address != event->address ? state_lock(state, address) : NULL;
	if (address == event->address ||
	    (event->event == SPINRULE_EVENT_ACQUIRE
		     ? !lock || !is_dropped(lock)
		     : lock && lock->state != SPINRULE_STATE_HELD))
		return;
	while ((likely = memory_left_alone(walk, state, event->address))) {
		const int atom = likely->atom, node = likely->node;

		event->address = sym_replace(walk->syms, event->address, atom, node);
		if (!state_unite(state, walk->syms, walk->number, atom, node))
			state->doubts |= DOUBT_MEMORY;
	}
}

/* The program does not use the result of the try EVENT: which outcome it had is
 * unknown. */
static void ignore_try(struct walk *walk, struct state *state, const struct lockprog_op *op,
		       struct lock_event *event)
{
	struct lock_record *lock = state_add_lock(state, event->address);

	claim_make(walk, state, SPINRULE_TRY_IGNORED, event, NULL);
	if (op->ddi->op == SPINRULE_OP_CONVERT) {
		lock->hold.group = SPINRULE_GROUP_EX_CONVERTED;
	} else if (lock->state != SPINRULE_STATE_HELD) {
		/* A try by the owner of the lock would have failed. */
		lock_set_state(lock, SPINRULE_STATE_UNKNOWN);
		lock->first.is_try |= lock->first.event < 0;
		lock->class_ = event->class_;
	}
	if (op->value >= 0)
		walk_fresh_leaf(walk, state, op->value);
}

/* The try EVENT failed; that shows nothing else about its lock. */
static void fail_try(struct walk *walk, struct state *state, struct lock_event *event)
{
	struct lock_record *lock = state_add_lock(state, event->address);

	if (lock->class_ < 0)
		lock->class_ = event->class_;
	lock->touched = lock_step(walk, state, event);
	if (lock->first.event < 0 && lock->state != SPINRULE_STATE_HELD && !lock->is_lost)
		lock_set_state(lock, SPINRULE_STATE_FREE);
}

/* The lock of EVENT, which is held shared, is held exclusive from here on. */
static void convert(struct state *state, const struct lock_event *event)
{
	struct lock_record *lock = state_lock(state, event->address);

	if (lock->state == SPINRULE_STATE_HELD)
		lock->hold.group = spinrule_converted(lock->hold.group);
}

/* The conversion EVENT needs its lock held, whether it succeeds or not. */
static void need_shared(struct walk *walk, struct state *state, struct lock_event *event)
{
	struct lock_record *lock;

	event->event = SPINRULE_EVENT_NEED_HELD;
	event->kind = EVENT_REQUIRED;
	event->group = SPINRULE_GROUP_ANY;
	event->call_acquires = true;
	lock_happens(walk, state, event);
	lock = state_lock(state, event->address);
	if (lock->state != SPINRULE_STATE_HELD)
		lock_set_state(lock, SPINRULE_STATE_UNKNOWN);
}

/* A try: one path on which it succeeds, one on which it fails.  True if STATE goes on;
 * else it is taken over. */
static bool run_try(struct walk *walk, struct state *state, int block, int i,
		    struct lock_event *event)
{
	const struct lockprog_op *op = &walk->function->blocks[block].ops[i];
	const bool converts = op->ddi->op == SPINRULE_OP_CONVERT;
	bool is_chosen;
	int leaf;

	if (converts)
		need_shared(walk, state, event);
	if (op->value < 0 || !walk->function->values[op->value].used) {
		ignore_try(walk, state, op, event);
		return true;
	}
	leaf = walk_fresh_leaf(walk, state, op->value);
	is_chosen = replay_is_chosen(walk);
	for (int success = 1; success >= 0; success--) {
		const bool is_zero = success == op->ddi->succeeds_with_zero;
		/* One that returns 0 when it acquired may fail with any other number. */
		const bool is_other = !is_zero && op->ddi->succeeds_with_zero;
		const long long result = is_zero || is_other ? 0 : 1;
		const struct lockprog_range taken = { result, result };
		const struct lock_record *lock;
		struct state *way;

		if (!replay_takes(walk, success))
			continue;
		way = state_copy(state);
		lock = state_lock(way, event->address);
		replay_advance(walk);
		/* A try by the owner of the lock cannot succeed. */
		if ((success && !converts && lock && lock->state == SPINRULE_STATE_HELD) ||
		    !facts_assume_ranges(&way->facts, walk->syms, leaf, &taken, 1, !is_other)) {
			state_free(way);
			if (is_chosen)
				break;
			continue;
		}
		event->kind = success ? EVENT_TRIED : EVENT_TRY_FAILED;
		event->event = SPINRULE_EVENT_ACQUIRE;
		if (converts && success)
			convert(way, event);
		if (converts)
			walk_step(walk, way, (struct path_event){ .block = block, .op = i });
		else if (success)
			lock_happens(walk, way, event);
		else
			fail_try(walk, way, event);
		way->last->choice = success;
		walk->go_on(walk, way, block, i + 1);
		if (is_chosen)
			break;
	}
	state_free(state);
	return false;
}

/* The event of the rule and of a path for each operation with one outcome. */
static const struct {
	enum spinrule_event event;
	enum path_event_kind kind;
} happens[SPINRULE_OPS] = {
	[SPINRULE_OP_ACQUIRE] = { SPINRULE_EVENT_ACQUIRE, EVENT_ACQUIRED },
	[SPINRULE_OP_RELEASE] = { SPINRULE_EVENT_RELEASE, EVENT_RELEASED },
	[SPINRULE_OP_INIT] = { SPINRULE_EVENT_INIT, EVENT_RELEASED },
	[SPINRULE_OP_MOMENTARY] = { SPINRULE_EVENT_MOMENTARY, EVENT_RELEASED },
};

bool op_lock(struct walk *walk, struct state *state, int block, int i)
{
	const struct lockprog_op *op = &walk->function->blocks[block].ops[i];
	struct lock_event event = {
		.class_ = op->class_,
		.ddi = op->ddi,
		.group = op->ddi->group,
		.text = op->text,
		.level = op->level,
		.written = op->written,
		.place = op->place,
		.block = block,
		.op = i,
	};

	if (op->ddi->op == SPINRULE_OP_LEAVE) {
		walk_leave(walk, state, block, i, ENDS_EXCEPTION);
		return false;
	}
	work_count(WORK_OF_LOCK * (1ull + state->n_locks));
	find_operand(walk, state, op, &event);
	if (event.address >= 0 && !dereference(walk, state, event.address)) {
		state_free(state);
		return false;
	}
	memory_unseen(walk, state, false);
	if (spinrule_is_try(op->ddi))
		return run_try(walk, state, block, i, &event);
	event.event = happens[op->ddi->op].event;
	event.kind = happens[op->ddi->op].kind;
	if ((op->ddi->op == SPINRULE_OP_RELEASE || op->ddi->op == SPINRULE_OP_ACQUIRE) &&
	    op->address >= 0)
		settle_way(walk, state, &event);
	if (!lock_happens(walk, state, &event)) {
		walk_leave(walk, state, block, i, ENDS_SPINNING);
		return false;
	}
	if (op->value >= 0 && op->ddi->op == SPINRULE_OP_ACQUIRE) {
		int saved = walk_fresh_leaf(walk, state, op->value);
		const struct lockprog_range levels = { 0, SPINRULE_HIGH_LEVEL };

		if (walk->effort.branches_teach && !op->ddi->row &&
		    !facts_assume_ranges(&state->facts, walk->syms, saved, &levels, 1, true)) {
			state_free(state);
			return false;
		}
		irql_saved(walk, state, state_lock(state, event.address), saved);
	} else if (op->ddi->op == SPINRULE_OP_ACQUIRE &&
		   spinrule_group_level(op->ddi->group) != SPINRULE_STAYS) {
		/* In a handle: it is known only whether it was raised before. */
		irql_saved(walk, state, state_lock(state, event.address), -1);
	}
	if (memory_lets_move(op->ddi))
		memory_may_move(walk, state);
	return true;
}

/* ---- values and memory ---- */

static void load(struct walk *walk, struct state *state, int v)
{
	const struct lockprog_value *value = &walk->function->values[v];
	int address = walk_node(walk, state, value->a);

	state_bind(state, v,
		   memory_read(walk, state, address, value->class_, value->type,
			       (struct read_name){ walk->number, v }));
}

/* True if NODE is a pointer that the function got from its callers: a parameter, or what
 * memory held at the entry. */
static bool is_from_entry(const struct walk *walk, int node)
{
	const struct sym *sym;
	long long offset;
	int base;

	sym_split(walk->syms, node, &base, &offset);
	sym = sym_at(walk->syms, base);
	if (sym->kind == SYM_INITIAL)
		return !address_has_local(walk->syms, sym->a);
	return sym->kind == SYM_LEAF && sym->b == walk->number &&
	       walk->function->values[sym->a].expr == LOCKPROG_PARAM;
}

/* True if VALUE compares X with Y, one of which points to what there was at the entry,
 * and the other to the function's own frame: they differ. */
static bool is_entry_and_frame(const struct walk *walk, const struct lockprog_value *value, int x,
			       int y)
{
	return (value->expr == LOCKPROG_EQ || value->expr == LOCKPROG_NE) &&
	       ((address_is_local(walk->syms, x) && is_from_entry(walk, y)) ||
		(address_is_local(walk->syms, y) && is_from_entry(walk, x)));
}

bool op_define(struct walk *walk, struct state *state, int v)
{
	const struct lockprog_value *value = &walk->function->values[v];
	int x, y, node;

	if (value->expr == LOCKPROG_PHI)
		return true;
	if (value->expr == LOCKPROG_LOAD) {
		if (!dereference(walk, state, walk_node(walk, state, value->a)))
			return false;
		load(walk, state, v);
		if (v == walk->function->cancel_irql)
			irql_of_entry(walk, state, walk->cancel_lock, walk_node(walk, state, v));
		return true;
	}
	if (value->expr == LOCKPROG_UNKNOWN || value->a < 0) {
		walk_fresh_leaf(walk, state, v);
		return true;
	}
	x = walk_node(walk, state, value->a);
	y = value->b >= 0 ? walk_node(walk, state, value->b) : -1;
	if (sym_is_deep(walk->syms, x) || (y >= 0 && sym_is_deep(walk->syms, y))) {
		/* After so many rounds the value cannot be compared with the first one;
		 * with fewer the path may be feasible. */
		if (rounds_changes(walk, v) || rounds_changes(walk, value->a) ||
		    (value->b >= 0 && rounds_changes(walk, value->b)))
			state->doubts |= walk->replay ? DOUBT_MEMORY : DOUBT_JOINED;
		walk_fresh_leaf(walk, state, v);
		return true;
	}
	if (is_entry_and_frame(walk, value, x, y)) {
		state_bind(state, v,
			   sym_const(walk->syms, value->type, value->expr == LOCKPROG_NE));
		return true;
	}
	node = value->expr == LOCKPROG_OPAQUE ? sym_opaque(walk->syms, value->op, value->type, x, y)
					      : sym_op(walk->syms, value->expr, value->type, x, y);
	state_bind(state, v, node);
	return true;
}

bool op_use(struct walk *walk, struct state *state, int v)
{
	const struct lockprog_value *value = &walk->function->values[v];

	if (value->expr != LOCKPROG_LOAD || !walk->flow->is_needed[value->a])
		return true;
	return dereference(walk, state, walk_node(walk, state, value->a));
}

bool op_store(struct walk *walk, struct state *state, const struct lockprog_op *op)
{
	int address = op->address >= 0 ? walk_node(walk, state, op->address) : -1;

	if (address >= 0 && !address_is_each(walk->syms, address) &&
	    !dereference(walk, state, address))
		return false;
	if (address >= 0 && op->value >= 0)
		token_kept(walk, state, walk_node(walk, state, op->value), address,
			   op->class_);
	if (state->owed && op->class_ >= 0 && op->value >= 0 &&
	    lockprog_class_is_irql(&walk->unit->classes[op->class_]))
		irql_changes(walk, state, walk_node(walk, state, op->value));
	if (op->class_ >= 0 && !walk->flow->is_read[op->class_])
		return true;
	memory_before_store(walk, state, op->class_);
	memory_store(&state->memory, walk->unit, walk->syms, op->class_, address,
		     op->value >= 0 && address >= 0 && op->class_ >= 0
			     ? walk_node(walk, state, op->value)
			     : -1);
	return true;
}

bool op_assume(struct walk *walk, struct state *state, const struct lockprog_op *op)
{
	state->facts.learned = 0;
	return facts_assume(&state->facts, walk->syms, walk_node(walk, state, op->args[0]),
			    true) &&
	       equal_unite(walk, state, NULL, 0);
}

/* ---- calls ---- */

static bool note_passed(int atom, void *data)
{
	struct walk *walk = data;

	class_set_add(&walk->to_unseen, atom);
	return false;
}

/* A function that is not visible leaves locks alone, except for a lock whose address or
 * token it can get: it may be a helper that acquires or releases that lock. */
static void call_unseen(struct walk *walk, struct state *state, int block, int i)
{
	const struct lockprog_op *op = &walk->function->blocks[block].ops[i];

	token_handed(walk, state, op);
	if (!op->is_system) {
		guard_reaches(walk, state, op, ~0ull);
		token_pays(walk, state, op, ~0ull, false);
		token_call(walk, state, block, i, ~0ull, state->last);
	}
	memory_unseen(walk, state, !op->is_system);
	memory_may_move(walk, state);
	for (int k = 0; k < op->n_args; k++) {
		struct lock_record *lock;
		int argument = op->args[k] >= 0 ? walk_node(walk, state, op->args[k]) : -1;

		if (argument < 0)
			continue;
		sym_any_atom(walk->syms, argument, note_passed, walk);
		if (op->is_system || k >= 64 || !(op->lock_args >> k & 1))
			continue;
		lock = state_add_lock(state, argument);
		if (lock->state == SPINRULE_STATE_HELD)
			continue;
		lock_set_state(lock, SPINRULE_STATE_UNKNOWN);
		walk_note(walk, REASON_SAME_LOCKS);
	}
}

/* The call at operation I of BLOCK returns in none of its N outcomes, and ends in none:
 * if an outcome waits for a held lock, that is a double acquire. */
static void claim_waiting(struct walk *walk, struct state *state, int block, int i, int n)
{
	for (int way = 0; way < n; way++) {
		struct state *waiting = state_copy(state);

		walk->callees.apply(walk, waiting, block, i, way, true);
		state->breaks_rule |= waiting->breaks_rule;
		state_free(waiting);
	}
}

/* A call of an unknown function.  STATE goes on. */
static bool call_unknown(struct walk *walk, struct state *state, int block, int i)
{
	const struct lockprog_op *op = &walk->function->blocks[block].ops[i];

	call_unseen(walk, state, block, i);
	for (int t = 0; t < op->n_targets; t++)
		if (op->targets[t].function >= 0)
			lock_lose(walk, state,
				  walk->callees.changed(walk->callees.data,
							op->targets[t].function));
	if (op->value >= 0)
		walk_fresh_leaf(walk, state, op->value);
	return true;
}

/* A call with only one outcome. */
static bool call_one_way(struct walk *walk, struct state *state, int block, int i)
{
	const unsigned doubt = state->doubts & DOUBT_MEMORY;
	struct state *before = NULL;
	enum call_end end;

	if (walk->callees.may_wait(walk, &walk->function->blocks[block].ops[i]))
		before = state_copy(state);
	end = walk->callees.apply(walk, state, block, i, 0, false);
	if (end == CALL_RETURNS) {
		state_free(before);
		return true;
	}
	state->doubts = (state->doubts & ~DOUBT_MEMORY) | doubt;
	if (before && end == CALL_INFEASIBLE) {
		claim_waiting(walk, before, block, i, 1);
		state->breaks_rule |= before->breaks_rule;
	}
	state_free(before);
	walk_end_path(walk, state);
	state_free(state);
	return false;
}

/* A replay goes each of the N ways of the call until one of them gives the answer. */
static void try_ways(struct walk *walk, struct state *state, int block, int i, int n)
{
	struct replay *replay = walk->replay;
	const int at = replay->at;

	for (int way = 0; way < n && !replay_is_done(replay) && !replay_gave_up(replay); way++) {
		struct state *next = state_copy(state);

		replay->at = at;
		replay->n_ways++;
		if (walk->callees.apply(walk, next, block, i, way, false) == CALL_RETURNS)
			walk->go_on(walk, next, block, i + 1);
		else
			state_free(next);
	}
	state_free(state);
}

bool op_call(struct walk *walk, struct state *state, int block, int i)
{
	const struct lockprog_op *op = &walk->function->blocks[block].ops[i];
	const bool is_chosen = replay_is_chosen(walk);
	const int n = walk->callees.ways(walk, op);
	bool comes_back = false, ends = false;

	if (n < 0)
		return call_unknown(walk, state, block, i);
	walk->callees.claim_aliases(walk, state, block, i);
	if (walk->callees.are_tried(walk, op)) {
		try_ways(walk, state, block, i, n);
		return false;
	}
	if (n == 1)
		return call_one_way(walk, state, block, i);
	for (int way = 0; way < n; way++) {
		struct state *next;
		enum call_end end;

		if (!replay_takes(walk, way))
			continue;
		next = state_copy(state);
		walk_step(walk, next, (struct path_event){ .block = block, .op = i })->choice = way;
		replay_advance(walk);
		end = walk->callees.apply(walk, next, block, i, way, false);
		comes_back |= end == CALL_RETURNS;
		ends |= end == CALL_ENDS;
		if (end == CALL_RETURNS)
			walk->go_on(walk, next, block, i + 1);
		else
			state_free(next);
		if (is_chosen)
			break;
	}
	/* With these arguments it spins or stops the machine. */
	if (!comes_back) {
		if (!is_chosen && !ends && walk->callees.may_wait(walk, op))
			claim_waiting(walk, state, block, i, n);
		walk_end_path(walk, state);
	}
	state_free(state);
	return false;
}
