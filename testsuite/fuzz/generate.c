/* generate.c - a random lock program, for fuzz.sh.
 *
 *     generate [--irqls | --queued | --driver] SEED        prints one unit of one to three functions
 *
 * The code is structured (if, switch, loops, early returns) with some gotos.  Most of it is
 * made of regions that acquire and release under conditions that belong together, and some of
 * those are then spoilt: a checker that sees less than everything says too much of the one
 * kind or too little of the other.
 *
 * Variables become SSA values in the plain way: at each block that more than one edge may
 * enter, a PHI for each variable, and PHIs that choose nothing are taken out before printing.
 * Variables keep to small numbers, so that reference.c can try them all.
 *
 * With --irqls locks are taken and released by routines of several kinds, and what raising ones
 * save is kept in variables; now and then one is given back that belongs to another lock, was
 * overwritten, or is a constant.
 *
 * With --queued most locks are in-stack queued ones, each with a handle of its own by which it is released; functions that are
 * handed a lock are handed its handle too.
 *
 * With --driver there is more of what drivers do: see generate-driver.c.
 *
 * SPDX-License-Identifier: MIT
 */

#include "generate.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const char *const variable_names[VARIABLES] = { [X] = "x", [Y] = "y", [Z] = "z", [F] = "f", [G] = "g", [H] = "h",
						       [R] = "r", [I] = "i", [J] = "j", [P] = "p", [Q] = "q", [L] = "l" };
static struct known known[MAX_FUNCTIONS];
static int n_known;
struct value values[MAX_VALUES];
int n_values;
struct block blocks[MAX_BLOCKS];
int n_blocks, here;
int variables[VARIABLES];		/* their values at this point */
int constants[16];			/* of -4 to 11 */
bool is_callback, has_result, has_lock_param, uses_memory;
int n_params, n_locks, number;
static bool has_irqls;
int n_variables = P;

static enum { ALL_RAISE, ALL_AT_DPC_LEVEL, FIRST_RAISES } kinds;

static bool is_taken_at_dpc_level[3];		/* how each lock was taken last, as the text goes */
bool has_queued;
bool has_driver;
int null;

static enum kind { PLAIN, QUEUED, QUEUED_AT_DPC_LEVEL } usual_kinds[3], taken_kinds[3];	/* the same, of each lock */

char lock_names[3][8];
static int gotos[MAX_GOTOS], n_gotos;		/* blocks whose label is still to come */
static int break_to[8], continue_to[8], n_loops;
static int budget;				/* statements left */

/* ---- locks ---- */

int any_lock(int avoid)
{
	int lock = (int)random_number((unsigned)n_locks);

	if ((avoid >> lock & 1) && chance(90))
		for (int i = 0; i < n_locks; i++)
			if (!(avoid >> i & 1))
				return i;
	return lock;
}

/* The value that is LOCK's handle has this name. */
const char *handle_of(int lock)
{
	static char name[16];

	snprintf(name, sizeof name, "H%s", lock_names[lock]);
	return name;
}

/* What LOCK is handed to a function as. */
static void emit_lock_argument(int lock)
{
	emit("lock %s", lock_names[lock]);
	if (has_queued)
		emit(", %s", handle_of(lock));
}

static enum kind kind_or_another(enum kind kind)
{
	return chance(3) ? (enum kind)random_number(3) : kind;
}

static const char *const acquire_words[] = { "", "KeAcquireInStackQueuedSpinLock", "KeAcquireInStackQueuedSpinLockAtDpcLevel" };
static const char *const release_words[] = { "", "KeReleaseInStackQueuedSpinLock", "KeReleaseInStackQueuedSpinLockFromDpcLevel" };

static void acquire_queued(int lock)
{
	enum kind kind = taken_kinds[lock] = kind_or_another(usual_kinds[lock]);

	if (kind == PLAIN)
		emit("acquire %s; ", lock_names[lock]);
	else
		emit("acquire %s by %s handle %s; ", lock_names[lock], acquire_words[kind], handle_of(lock));
}

static void release_queued(int lock)
{
	enum kind kind = kind_or_another(taken_kinds[lock]);

	if (kind == PLAIN)
		emit("release %s; ", lock_names[lock]);
	else
		emit("release by %s handle %s; ", release_words[kind], handle_of(lock));
}

static const char raise_word[] = "KeAcquireSpinLockRaiseToDpc", lower_word[] = "KeReleaseSpinLock";

/* Where what an acquire of LOCK saves goes. */
static int irql_variable(int lock)
{
	return P + (chance(4) ? 1 - lock % 2 : lock % 2);
}

void acquire(int lock)
{
	int t;

	is_taken_at_dpc_level[lock] = kinds == ALL_AT_DPC_LEVEL || (kinds == FIRST_RAISES && lock > 0);
	for (int i = 0; i < n_known && chance(30); i++)
		if (known[i].kind == ACQUIRES && known[i].has_lock_param) {
			if (!known[i].has_result) {
				emit("call %s(", known[i].name);
				emit_lock_argument(lock);
				emit("); ");
				taken_kinds[lock] = usual_kinds[lock];
				return;
			}
			t = new_value(NULL);
			emit("%v:u8 = call %s(lock %s); ", t, known[i].name, lock_names[lock]);
			variables[irql_variable(lock)] = t;
			return;
		}
	if (has_irqls && !is_taken_at_dpc_level[lock]) {
		t = new_value(NULL);
		emit("%v:u8 = acquire %s by %s; ", t, lock_names[lock], raise_word);
		variables[irql_variable(lock)] = t;
		return;
	}
	if (has_queued)
		acquire_queued(lock);
	else
		emit("acquire %s; ", lock_names[lock]);
}

static void release_giving(int lock, int irql)
{
	emit("release %s by %s irql %v; ", lock_names[lock], lower_word, irql);
}

static void release_raised(int lock)
{
	int irql = variables[irql_variable(lock)];
	int c = pick(0, 2), yes, no, after;

	if (chance(3)) {
		release_giving(lock, constant(c));
	} else if (chance(3)) {
		/* Whoever asks may give back a constant. */
		yes = new_block(false), no = new_block(false), after = new_block(true);
		if (!is_open())
			return;
		go_if(emit_comparison(irql, 0, c), yes, no);
		start(yes);
		release_giving(lock, constant(chance(80) ? c : pick(0, 2)));
		go(after);
		start(no);
		release_giving(lock, irql);
		go(after);
		start(after);
	} else {
		release_giving(lock, irql);
	}
}

void release(int lock)
{
	for (int i = 0; i < n_known && chance(30); i++)
		if (known[i].kind == RELEASES && known[i].has_lock_param) {
			if (known[i].n_params)
				emit("call %s(lock %s, %v); ", known[i].name, lock_names[lock], variables[irql_variable(lock)]);
			else {
				emit("call %s(", known[i].name);
				emit_lock_argument(lock);
				emit("); ");
			}
			return;
		}
	if (has_queued)
		release_queued(lock);
	else if (has_irqls && is_taken_at_dpc_level[lock] == chance(4))
		release_raised(lock);
	else
		emit("release %s; ", lock_names[lock]);
}

/* Two locks, released in either order with either of what was saved. */
static void two_locks(int depth, int avoid)
{
	int first = any_lock(avoid), second = any_lock(avoid | 1 << first), irqls[2];
	bool in_order = chance(50), is_swapped = chance(50);

	acquire(first);
	irqls[0] = variables[P + first % 2];
	if (chance(30))
		statements(depth - 1, avoid | 1 << first | 1 << second);
	acquire(second);
	irqls[1] = variables[P + second % 2];
	if (chance(30))
		statements(depth - 1, avoid | 1 << first | 1 << second);
	if (!is_open())
		return;
	for (int i = 0; i < 2; i++) {
		int which = in_order ? i : 1 - i;

		if (is_taken_at_dpc_level[which ? second : first])
			release(which ? second : first);
		else
			release_giving(which ? second : first, irqls[is_swapped ? 1 - which : which]);
	}
}

/* Try LOCK; the result as a number, which may be said in several ways. */
static int try_lock(int lock)
{
	int t = new_value(NULL), u;

	for (int i = 0; i < n_known; i++)
		if (known[i].kind == TRIES && known[i].has_lock_param && chance(50)) {
			emit("%v:s32 = call %s(", t, known[i].name);
			emit_lock_argument(lock);
			emit("); ");
			taken_kinds[lock] = PLAIN;
			return t;
		}
	is_taken_at_dpc_level[lock] = true;
	taken_kinds[lock] = PLAIN;
	emit("%v:u8 = try %s; ", t, lock_names[lock]);
	u = new_value(NULL);
	if (chance(50)) {
		emit("%v:s32 = %v; ", u, t);
		return u;
	}
	emit("%v = %v != 0; ", u, t);
	t = new_value(NULL);
	emit("%v:s32 = %v; ", t, u);
	return t;
}

/* ---- statements ---- */

static void assign(void)
{
	int v = chance(80) ? F + (int)random_number(3) : any_variable(), t;

	switch (random_number(8)) {
	case 0:
	case 1:
	case 2:
		variables[v] = constant(pick(0, 2));
		return;
	case 3:
		t = new_value(NULL);
		emit("%v:s32 = ?; ", t);
		variables[v] = t;
		return;
	case 4:
		variables[v] = variables[any_variable()];
		return;
	case 5:
		t = new_value(NULL);
		emit("%v:s32 = %v; ", t, emit_comparison(variables[v], 0, 0));
		variables[v] = t;
		return;
	case 6: {
		struct condition c = any_condition();
		int truth = emit_condition(&c, chance(50));

		t = new_value(NULL);
		emit("%v:s32 = %v; ", t, truth);
		variables[v] = t;
		return;
	}
	default:
		t = new_value(NULL);
		emit("%v:s32 = %v %s %d; ", t, variables[v], (const char *const[]){ "&", "|", "^", "+", "-" }[random_number(5)], pick(1, 2));
		variables[v] = t;
	}
}

static void leave_function(int held)
{
	if (held >= 0 && chance(80))
		release(held);
	if (has_result)
		emit("return %v\n", chance(50) ? variables[R] : constant(pick(-1, 1)));
	else
		emit("-> exit\n");
	end_block();
}

static void jump(int held)
{
	if (n_gotos < MAX_GOTOS && chance(40)) {
		gotos[n_gotos] = new_block(true);
		if (held >= 0 && chance(75))
			release(held);
		go(gotos[n_gotos++]);
	} else if (n_gotos && chance(50)) {
		go(gotos[random_number((unsigned)n_gotos)]);
	} else if (n_loops && chance(70)) {
		if (held >= 0 && chance(75))
			release(held);
		go(chance(50) ? break_to[n_loops - 1] : continue_to[n_loops - 1]);
	} else {
		leave_function(held);
	}
}

static void label(void)
{
	int which, block;

	if (!n_gotos)
		return;
	which = (int)random_number((unsigned)n_gotos);
	block = gotos[which];
	gotos[which] = gotos[--n_gotos];
	go(block);
	start(block);
}

/* if (C) yes else no, where WHAT does one side's work. */
void when(const struct condition *c, bool negated, void (*what)(int), int argument)
{
	int yes = new_block(false), after = new_block(true), test = emit_condition(c, negated);

	go_if(test, yes, after);
	start(yes);
	what(argument);
	go(after);
	start(after);
}

void exit_when(const struct condition *c, bool negated, int held)
{
	when(c, negated, chance(50) ? leave_function : jump, held);
}

static void any_if(int depth, int avoid)
{
	struct condition c = any_condition();
	int yes = new_block(false), no = new_block(false), after = new_block(true);
	int test = emit_condition(&c, chance(50));

	go_if(test, yes, no);
	start(yes);
	statements(depth - 1, avoid);
	go(after);
	start(no);
	if (chance(50))
		statements(depth - 1, avoid);
	go(after);
	start(after);
}

static void any_switch(int depth, int avoid)
{
	int after = new_block(true), n = pick(2, 4), cases[4];

	if (!is_open())
		return;
	emit("switch %v ->", variables[any_variable()]);
	for (int i = 0; i < n; i++) {
		cases[i] = new_block(true);
		if (i == n - 1)
			emit(" else:b%d\n", cases[i]);
		else if (chance(25))
			emit(" %d..%d:b%d", 2 * i - 1, 2 * i, cases[i]);
		else
			emit(" %d:b%d", 2 * i - 1 + (int)random_number(2), cases[i]);
		add_edge(cases[i]);
	}
	end_block();
	for (int i = 0; i < n; i++) {
		start(cases[i]);
		statements(depth - 1, avoid);
		go(chance(15) && i < n - 1 ? cases[i + 1] : after);
	}
	start(after);
}

static void any_loop(int depth, int avoid)
{
	int head = new_block(true), body = new_block(false), next = new_block(true), after = new_block(true);
	int counter = chance(50) && n_loops < 2 ? I + n_loops : -1, t, each = chance(50) ? any_lock(avoid) : -1;
	bool tested_last = chance(30);

	if (n_loops == 4)
		return;
	if (counter >= 0)
		variables[counter] = constant(0);
	break_to[n_loops] = after;
	continue_to[n_loops++] = next;
	go(head);
	start(head);
	for (int round = 0; round < 2; round++) {
		if (tested_last == (round == 1)) {
			if (counter >= 0) {
				t = new_value(NULL);
				if (chance(50) || !n_params)
					emit("%v = %v < %d; ", t, variables[counter], pick(1, 3));
				else
					emit("%v = %v < %v; ", t, variables[counter], variables[X + (int)random_number((unsigned)n_params)]);
			} else if (chance(70)) {
				t = new_value(NULL);
				emit("%v:s32 = ?; ", t);
			} else {
				struct condition c = any_condition();

				t = emit_condition(&c, false);
			}
			if (tested_last) {
				go_if(t, head, after);
			} else {
				go_if(t, body, after);
				start(body);
			}
		} else {
			if (tested_last) {
				go(body);
				start(body);
			}
		}
		if (round == 0) {
			if (each >= 0) {
				acquire(each);
				statements(depth - 1, avoid | 1 << each);
				release(each);
			} else {
				statements(depth - 1, avoid);
			}
			go(next);
			start(next);
			if (counter >= 0) {
				t = new_value(NULL);
				emit("%v:s32 = %v + 1; ", t, variables[counter]);
				variables[counter] = t;
			}
			if (!tested_last)
				go(head);
		}
	}
	n_loops--;
	start(after);
}

static void call_anything(int avoid)
{
	int lock = any_lock(avoid), f, result = -1;

	if (!n_known)
		return;
	f = (int)random_number((unsigned)n_known);
	if (has_irqls && known[f].kind == ACQUIRES) {
		acquire(lock);
		return;
	}
	if (known[f].has_result) {
		result = new_value(NULL);
		emit("%v:s32 = ", result);
	}
	emit("call %s(", known[f].name);
	if (known[f].has_lock_param) {
		emit_lock_argument(lock);
		emit(known[f].n_params ? ", " : "");
	}
	for (int i = 0; i < known[f].n_params; i++)
		emit("%v%s", chance(70) ? variables[any_variable()] : constant(pick(0, 2)), i < known[f].n_params - 1 ? ", " : "");
	emit("); ");
	if (result >= 0)
		variables[chance(50) ? F : H] = result;
}

static int flag_to_set, value_to_set;

static void acquire_and_set(int lock)
{
	acquire(lock);
	if (flag_to_set >= 0)
		variables[flag_to_set] = constant(value_to_set);
}

/* Acquire under a condition, do something, release under one that should be the same. */
static void region(int depth, int avoid)
{
	int lock = any_lock(avoid), inner = avoid | 1 << lock, flag = F + (int)random_number(3);
	struct condition c = any_condition(), d;
	bool negated = chance(40);
	int t;

	flag_to_set = -1;
	if (has_irqls && n_locks > 1 && chance(20)) {
		two_locks(depth, avoid);
		return;
	}
	switch (random_number(7)) {
	case 0:		/* the condition asked twice */
		when(&c, negated, acquire, lock);
		statements(depth - 1, inner);
		d = chance(15) ? any_condition() : c;
		if (chance(8))
			negated = !negated;
		when(&d, negated, release, lock);
		return;
	case 1:		/* a flag remembers */
		value_to_set = pick(1, 2);
		t = value_to_set;
		variables[flag] = constant(0);
		flag_to_set = flag;
		when(&c, negated, acquire_and_set, lock);
		flag_to_set = -1;
		statements(depth - 1, inner);
		d = (struct condition){ .kind = chance(50) ? TRUTH : COMPARED, .a = flag, .number = t };
		if (chance(10))
			d.number ^= 1;
		if (chance(30) && n_known == 0) {
			any_if(depth - 1, inner);
		}
		when(&d, chance(6), release, lock);
		return;
	case 2:		/* a try, its result kept */
		variables[flag] = try_lock(lock);
		if (chance(30)) {
			exit_when(&(struct condition){ .kind = TRUTH, .a = flag }, chance(85), chance(95) ? -1 : lock);
			if (chance(70)) {
				statements(depth - 1, inner);
				release(lock);
				return;
			}
		}
		statements(depth - 1, inner);
		d = (struct condition){ .kind = TRUTH, .a = flag };
		when(&d, chance(6), release, lock);
		return;
	case 3:		/* all the way, with exits on it */
		acquire(lock);
		statements(depth - 1, inner);
		exit_when(&c, negated, lock);
		if (chance(50))
			statements(depth - 1, inner);
		if (chance(90))
			release(lock);
		return;
	case 4: {	/* rounds of a loop take turns */
		int head = new_block(true), body = new_block(false), after = new_block(true);
		int take = new_block(false), drop = new_block(false), next = new_block(true);

		if (n_loops == 4)
			return;
		break_to[n_loops] = after;
		continue_to[n_loops++] = next;
		variables[flag] = constant(chance(90) ? 0 : 1);
		go(head);
		start(head);
		t = new_value(NULL);
		emit("%v:s32 = ?; ", t);
		go_if(t, body, after);
		start(body);
		d = (struct condition){ .kind = TRUTH, .a = flag };
		t = emit_condition(&d, false);
		go_if(t, drop, take);
		start(take);
		acquire(lock);
		variables[flag] = constant(1);
		if (chance(30))
			statements(depth - 1, inner);
		go(next);
		start(drop);
		release(lock);
		if (chance(95))
			variables[flag] = constant(0);
		go(next);
		start(next);
		go(head);
		n_loops--;
		start(after);
		when(&d, chance(5), release, lock);
		return;
	}
	case 5: {	/* dropped and taken again in the middle */
		acquire(lock);
		statements(depth - 1, inner);
		when(&c, negated, release, lock);
		if (chance(50))
			statements(depth - 1, inner);
		d = chance(10) ? any_condition() : c;
		when(&d, negated, acquire, lock);
		if (chance(50))
			statements(depth - 1, inner);
		if (chance(92))
			release(lock);
		return;
	}
	default: {	/* one of two, chosen again */
		int yes = new_block(false), no = new_block(false), after = new_block(true);
		int other = any_lock(inner);

		t = emit_condition(&c, negated);
		go_if(t, yes, no);
		start(yes);
		acquire(lock);
		go(after);
		start(no);
		acquire(other);
		go(after);
		start(after);
		statements(depth - 1, inner | 1 << other);
		yes = new_block(false);
		no = new_block(false);
		after = new_block(true);
		t = emit_condition(&c, negated);
		go_if(t, yes, no);
		start(yes);
		release(chance(95) ? lock : other);
		go(after);
		start(no);
		release(chance(95) ? other : lock);
		go(after);
		start(after);
	}
	}
}

static void memory(void)
{
	int v = F + (int)random_number(3), t;

	if (!uses_memory)
		return;
	if (chance(50)) {
		emit("*cell = %v class Cell; ", chance(50) ? variables[v] : constant(pick(0, 2)));
	} else {
		t = new_value(NULL);
		emit("%v:s32 = *cell class Cell; ", t);
		variables[v] = t;
	}
}

static void statement(int depth, int avoid)
{
	int t;

	if (budget-- <= 0)
		return;
	if (has_driver && depth > 0 && chance(30)) {
		driver_statement(depth, avoid);
		return;
	}
	switch (random_number(depth > 0 ? 26 : 12)) {
	case 0:
	case 1:
	case 2:
	case 3:
		assign();
		return;
	case 4:
		if (chance(40))
			acquire(any_lock(avoid));
		return;
	case 5:
		if (chance(40))
			release(any_lock(avoid));
		return;
	case 6:
		call_anything(avoid);
		return;
	case 7:
		if (chance(20))
			emit("%s %s; ", chance(50) ? "init" : "momentary", lock_names[any_lock(avoid)]);
		return;
	case 8:
		memory();
		return;
	case 9:
		label();
		return;
	case 10:
		if (chance(15))
			jump(-1);
		return;
	case 11:
		if (!chance(10))
			return;
		if (chance(50)) {
			emit("try %s; ", lock_names[any_lock(avoid)]);
		} else if (is_callback) {
			emit("leave by ExRaiseStatus -> stop\n");
			end_block();
		} else {
			t = new_value(NULL);
			emit("%v:s32 = call elsewhere(%v); ", t, variables[any_variable()]);
			variables[H] = t;
		}
		return;
	case 12:
	case 13:
	case 14:
		any_if(depth, avoid);
		return;
	case 15:
		any_switch(depth, avoid);
		return;
	case 16:
	case 17:
		any_loop(depth, avoid);
		return;
	default:
		region(depth, avoid);
	}
}

void statements(int depth, int avoid)
{
	for (int n = pick(0, 2 + (depth > 1)); n-- > 0 && is_open(); )
		statement(depth, avoid);
}

static void begin_function(void)
{
	n_values = n_blocks = n_gotos = n_loops = n_locks = 0;
	for (int i = 0; i < 16; i++)
		constants[i] = -1;
	if (has_lock_param)
		snprintf(lock_names[n_locks++], sizeof lock_names[0], "p%d", number);
	here = new_block(false);
	for (int v = 0; v < P; v++)
		variables[v] = v <= Z && v < n_params ? new_value(variable_names[v]) : constant(0);
	blocks[here].started = true;
	null = -1;
	if (has_driver)
		driver_begin_function();
	for (int v = P; v < n_variables; v++) {
		if (v == L) {
			variables[v] = null_pointer();
			continue;
		}
		variables[v] = new_value(NULL);
		emit("%v:u8 = ?; ", variables[v]);
	}
	for (int v = F; v <= H; v++)
		if (chance(25)) {
			variables[v] = new_value(NULL);
			emit("%v:s32 = ?; ", variables[v]);
		}
}

static void end_function(const char *name)
{
	leave_function(-1);
	for (; n_gotos > 0; n_gotos--) {
		start(gotos[n_gotos - 1]);
		leave_function(-1);
	}
	/* Joins that nothing came to. */
	for (int b = 0; b < n_blocks; b++)
		if (!blocks[b].ended) {
			here = b;
			emit("-> stop\n");
			end_block();
		}
	mark_reachable(0);
	print_function(name, false);
}

/* lock_it, unlock_it, try_it */
static void helper(int kind)
{
	static const char *const names[] = { "lock_it", "unlock_it", "try_it" };
	struct known *k = &known[n_known];
	bool is_irql_helper = has_irqls && kind != TRIES && kinds != ALL_AT_DPC_LEVEL;
	int t;

	is_callback = uses_memory = false;
	has_lock_param = true;
	has_result = kind == TRIES || (is_irql_helper && kind == ACQUIRES);
	n_params = is_irql_helper && kind == RELEASES;
	begin_function();
	if (kind == ACQUIRES) {
		if (is_irql_helper) {
			variables[R] = new_value(NULL);
			emit("%v:u8 = acquire %s by %s; ", variables[R], lock_names[0], raise_word);
		} else if (has_queued) {
			acquire_queued(0);
		} else {
			emit("acquire %s; ", lock_names[0]);
		}
	} else if (kind == RELEASES) {
		if (is_irql_helper)
			release_giving(0, variables[X]);
		else if (has_queued)
			release_queued(0);
		else
			emit("release %s; ", lock_names[0]);
	} else if (chance(50)) {
		t = new_value(NULL);
		emit("%v:u8 = try %s; ", t, lock_names[0]);
		variables[R] = new_value(NULL);
		emit("%v:s32 = %v; ", variables[R], t);
	} else {
		variables[F] = try_lock(0);
		int yes = new_block(false), no = new_block(false), after = new_block(true);

		go_if(variables[F], yes, no);
		start(yes);
		variables[R] = constant(1);
		go(after);
		start(no);
		go(after);
		start(after);
	}
	emit(has_result ? "return %v\n" : "-> exit\n", variables[R]);
	end_block();
	mark_reachable(0);
	print_function(names[kind], is_irql_helper);
	*k = (struct known){ .kind = kind, .has_lock_param = true, .has_result = has_result, .n_params = n_params };
	snprintf(k->name, sizeof k->name, "%s", names[kind]);
	n_known++;
}

static void any_function(bool is_last)
{
	struct known *k = &known[n_known];
	char name[16];

	is_callback = is_last ? chance(75) : false;
	has_lock_param = !is_callback && chance(50);
	has_result = chance(40);
	uses_memory = chance(25);
	n_params = pick(chance(80), 3);
	begin_function();
	if (!has_lock_param || chance(20))
		strcpy(lock_names[n_locks++], "A");
	if (!has_lock_param && chance(50))
		strcpy(lock_names[n_locks++], "B");
	budget = pick(3, is_last ? 24 : 10);
	while (budget > 0 && is_open())
		statement(is_last ? 3 : 2, 0);
	snprintf(name, sizeof name, "f%d", number);
	end_function(name);
	*k = (struct known){ .kind = ANYTHING, .has_lock_param = has_lock_param, .has_result = has_result, .n_params = n_params };
	snprintf(k->name, sizeof k->name, "%s", name);
	n_known++;
}

int main(int argc, char **argv)
{
	int n;

	has_irqls = argc > 1 && !strcmp(argv[1], "--irqls");
	has_queued = argc > 1 && !strcmp(argv[1], "--queued");
	has_driver = argc > 1 && !strcmp(argv[1], "--driver");
	if (argc != 2 + has_irqls + has_queued + has_driver) {
		fputs("generate: usage: generate [--irqls | --queued | --driver] SEED\n", stderr);
		return 2;
	}
	random_state = strtoull(argv[argc - 1], NULL, 10) * 0x9e3779b97f4a7c15ull + 1;
	for (int i = 0; i < 8; i++)
		random_number(2);
	printf("class Cell\nobject Cell\n");
	n = pick(1, MAX_FUNCTIONS);
	if (has_driver) {
		n_variables = VARIABLES;
		driver_begin();
	}
	if (has_irqls) {
		n_variables = L;
		/* Where functions are handed locks they do not know which it is. */
		kinds = chance(60) ? ALL_RAISE : n == 1 && chance(50) ? FIRST_RAISES : ALL_AT_DPC_LEVEL;
	}
	if (has_queued) {
		/* Where functions are handed locks they do not know which it is. */
		enum kind all = chance(50) ? QUEUED : QUEUED_AT_DPC_LEVEL;

		for (int i = 0; i < 3; i++)
			usual_kinds[i] = n == 1 && chance(30) ? (enum kind)random_number(3) : all;
		memcpy(taken_kinds, usual_kinds, sizeof taken_kinds);
	}
	for (number = 0; number < n - 1; number++) {
		int kind = pick(ACQUIRES, TRIES);

		if (chance(60) && !(n_known && (int)known[0].kind == kind))
			helper(kind);
		else
			any_function(false);
	}
	any_function(true);
	return 0;
}
