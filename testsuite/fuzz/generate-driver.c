/* generate-driver.c - what drivers do besides branches: out-parameters, flags words, status values, chosen pointers to locks,
 * chains of helpers, recursion, the cancel spin lock, elements of arrays, states kept in memory, calls through pointers.
 *
 * SPDX-License-Identifier: MIT
 */

#include "generate.h"

#include <stdio.h>

enum feature { OUT, FLAGS, STATUS, CHOSEN, CHAIN, RECURSION, CANCEL, ARRAY, MACHINE, TABLE, FEATURES };

static bool has[FEATURES];
static bool uses_array;		/* the function that is made, already */
static int element;		/* the index of its first element */

/* Helpers are the same in each program: it is how they are called that differs. */
static const char *const helpers[FEATURES] = {
	[OUT] = "function set_out\n  o9:p = param 0 'o9'\n  v:s32 = param 1 'v'\n"
		"b0: *o9 = v class Out; -> exit\n\n"
		"function lock_noting\n  p9:p = param 0 'p9'\n  o9:p = param 1 'o9'\n  c1:s32 = 1\n"
		"b0: acquire p9; call set_out(o9, c1); -> exit\n\n"
		"function unlock_noted\n  p9:p = param 0 'p9'\n  o9:p = param 1 'o9'\n  c0:s32 = 0\n"
		"b0: noted:s32 = *o9 class Out; if noted -> b1 b2\n"
		"b1: release p9; call set_out(o9, c0); -> exit\n"
		"b2: -> exit\n\n",
	[FLAGS] = "function set_flag\n  o8:p = param 0 'o8'\n  v:s32 = param 1 'v'\n"
		  "b0: old:s32 = *o8 class Out; new:s32 = old | v; *o8 = new class Out; -> exit\n\n"
		  "function clear_flag\n  o8:p = param 0 'o8'\n  v:s32 = param 1 'v'\n"
		  "b0: old:s32 = *o8 class Out; not:s32 = ~v; new:s32 = old & not; *o8 = new class Out; -> exit\n\n",
	[STATUS] = "function check result s32\n  x:s32 = param 0 'x'\n  y:s32 = param 1 'y'\n  bad:s32 = -1\n  c0:s32 = 0\n"
		   "b0: t = x > y; if t -> b1 b2\n"
		   "b1: return bad\n"
		   "b2: return c0\n\n"
		   "function lock_checked result s32\n  p7:p = param 0 'p7'\n  x:s32 = param 1 'x'\n  y:s32 = param 2 'y'\n  c0:s32 = 0\n"
		   "b0: s:s32 = call check(x, y); t = s < 0; if t -> b1 b2\n"
		   "b1: return s\n"
		   "b2: acquire p7; return c0\n\n",
	[CHAIN] = "function inner_lock\n  p6:p = param 0 'p6'\nb0: acquire p6; -> exit\n\n"
		  "function outer_lock\n  p6:p = param 0 'p6'\nb0: call inner_lock(lock p6); -> exit\n\n"
		  "function inner_unlock\n  p6:p = param 0 'p6'\nb0: release p6; -> exit\n\n"
		  "function outer_unlock\n  p6:p = param 0 'p6'\nb0: call inner_unlock(lock p6); -> exit\n\n",
	[RECURSION] = "function unlock_down\n  p5:p = param 0 'p5'\n  x:s32 = param 1 'x'\n"
		      "b0: more = x > 0; if more -> b1 b2\n"
		      "b1: less:s32 = x - 1; call unlock_down(lock p5, less); -> exit\n"
		      "b2: release p5; -> exit\n\n",
	[TABLE] = "function take_simply\n  p4:p = param 0 'p4'\n  x:s32 = param 1 'x'\nb0: acquire p4; -> exit\n\n"
		  "function take_anyway\n  p4:p = param 0 'p4'\n  x:s32 = param 1 'x'\n"
		  "b0: t = x > 0; if t -> b1 b2\n"
		  "b1: acquire p4; -> exit\n"
		  "b2: acquire p4; -> exit\n\n"
		  "function drop_simply\n  p4:p = param 0 'p4'\n  x:s32 = param 1 'x'\nb0: release p4; -> exit\n\n"
		  "function drop_below\n  p4:p = param 0 'p4'\n  x:s32 = param 1 'x'\nb0: call drop_simply(lock p4, x); -> exit\n\n"
		  "function do_nothing\n  p4:p = param 0 'p4'\n  x:s32 = param 1 'x'\nb0: -> exit\n\n",
};

/* Choose what this program has, and print what it needs. */
void driver_begin(void)
{
	printf("class Out\nobject oExt\n");
	for (int f = 0; f < MAX_FUNCTIONS; f++)
		printf("object own.f%d local contained\n", f);
	printf("\n");
	for (int i = 0; i < 4; i++)
		has[random_number(FEATURES)] = true;
	for (int i = 0; i < FEATURES; i++)
		if (has[i] && helpers[i])
			fputs(helpers[i], stdout);
}

void driver_begin_function(void)
{
	uses_array = false;
	element = n_params ? variables[X] : constant(1);
}

/* A variable of the function (0), or a field of an object that others see too. */
static int any_place(void)
{
	return chance(60) ? 0 : pick(1, 2);
}

/* The address of PLACE, made anew: a label may have come in between. */
static int address_of(int place)
{
	int address = new_value(NULL);

	if (place)
		emit("%v:p = ext + %d; ", address, 8 * place);
	else
		emit("%v:p = own; ", address);
	return address;
}

static int place_to_set, flag_to_set;

static void lock_noting(int lock)
{
	int address;

	if (chance(70)) {
		address = address_of(place_to_set);
		emit("call lock_noting(lock %s, %v); ", lock_names[lock], address);
	} else {
		acquire(lock);
		address = address_of(place_to_set);
		emit("call set_out(%v, %v); ", address, constant(1));
	}
}

/* An out-parameter, a field or a variable, says whether the lock is held. */
static void out(int depth, int avoid, int lock)
{
	struct condition c = any_condition(), d = c;
	int t, place, address;

	place = place_to_set = any_place();
	address = address_of(place);
	if (chance(92))
		emit("call set_out(%v, %v); ", address, constant(0));
	when(&c, false, lock_noting, lock);
	statements(depth - 1, avoid);
	if (!is_open())
		return;
	address = address_of(place);
	if (chance(50)) {
		emit("call unlock_noted(lock %s, %v); ", lock_names[lock], address);
	} else {
		t = new_value(NULL);
		emit("%v:s32 = *%v class Out; ", t, address);
		variables[F] = t;
		d = (struct condition){ .kind = TRUTH, .a = F };
		when(&d, chance(6), release, lock);
	}
}

static void lock_and_flag(int lock)
{
	int address;

	acquire(lock);
	address = address_of(place_to_set);
	if (chance(95))
		emit("call set_flag(%v, %v); ", address, constant(flag_to_set));
}

/* A bit of a word says it. */
static void flags(int depth, int avoid, int lock)
{
	struct condition c = any_condition();
	int t, place, flag, address;

	place = place_to_set = any_place();
	flag = flag_to_set = pick(1, 2);
	address = address_of(place);
	if (chance(95))
		emit("*%v = %v class Out; ", address, constant(chance(80) ? 0 : pick(0, 4)));
	when(&c, false, lock_and_flag, lock);
	statements(depth - 1, avoid);
	if (!is_open())
		return;
	address = address_of(place);
	if (chance(40))
		emit("call %s(%v, %v); ", chance(50) ? "set_flag" : "clear_flag", address, constant(chance(80) ? 4 : flag));
	t = new_value(NULL);
	emit("%v:s32 = *%v class Out; ", t, address);
	variables[G] = t;
	c = (struct condition){ .kind = MASKED, .a = G, .number = chance(95) ? flag : 3 - flag, .op = 1 };
	when(&c, chance(5), release, lock);
}

/* Who gets a status that is no failure has the lock. */
static void status(int depth, int avoid, int lock)
{
	int t = new_value(NULL), yes = new_block(false), after = new_block(true), u;

	if (!is_open())
		return;
	emit("%v:s32 = call lock_checked(lock %s, %v, %v); ", t, lock_names[lock], variables[any_variable()],
	     chance(50) ? constant(pick(0, 2)) : variables[any_variable()]);
	variables[H] = t;
	if (chance(20))
		statements(depth - 1, avoid);
	if (!is_open())
		return;
	u = emit_comparison(variables[H], chance(90) ? 3 : 5, 0);
	go_if(u, yes, after);
	start(yes);
	statements(depth - 1, avoid);
	if (is_open() && chance(95))
		release(lock);
	go(after);
	start(after);
}

static int pointer_to_set;

static void choose(int pointer)
{
	variables[L] = pointer;
}

static void acquire_chosen(int unused)
{
	(void)unused;
	emit("acquire %v 'chosen'; ", variables[L]);
}

static void release_chosen(int unused)
{
	(void)unused;
	emit("release %v 'chosen'; ", variables[L]);
}

/* A pointer leads to one of the locks, or is null. */
static void chosen(int depth, int avoid, int lock)
{
	struct condition c = any_condition(), d;
	int other = n_locks > 1 && chance(50) ? any_lock(1 << lock) : -1, value = new_value(NULL), test;

	emit("%v:p = %s; ", value, lock_names[lock]);
	pointer_to_set = new_value(NULL);
	if (other >= 0)
		emit("%v:p = %s; ", pointer_to_set, lock_names[other]);
	else
		pointer_to_set = null_pointer();
	variables[L] = pointer_to_set;
	when(&c, false, choose, value);
	if (chance(40))
		statements(depth - 1, avoid | (other >= 0 ? 1 << other : 0));
	if (!is_open())
		return;
	if (other >= 0) {
		acquire_chosen(0);
	} else {
		test = new_value(NULL);
		emit("%v = %v != null; ", test, variables[L]);
		variables[H] = new_value(NULL);
		emit("%v:s32 = %v; ", variables[H], test);
		d = (struct condition){ .kind = TRUTH, .a = H };
		when(chance(30) ? &c : &d, false, acquire_chosen, 0);
	}
	statements(depth - 1, avoid | (other >= 0 ? 1 << other : 0));
	if (!is_open() || chance(5))
		return;
	if (other >= 0) {
		release_chosen(0);
		return;
	}
	test = new_value(NULL);
	emit("%v = %v != null; ", test, variables[L]);
	variables[H] = new_value(NULL);
	emit("%v:s32 = %v; ", variables[H], test);
	d = (struct condition){ .kind = TRUTH, .a = H };
	when(&d, false, release_chosen, 0);
}

static void chain(int depth, int avoid, int lock)
{
	emit("call %s_lock(lock %s); ", chance(70) ? "outer" : "inner", lock_names[lock]);
	statements(depth - 1, avoid);
	if (chance(92))
		emit("call %s_unlock(lock %s); ", chance(70) ? "outer" : "inner", lock_names[lock]);
}

static void recursion(int depth, int avoid, int lock)
{
	acquire(lock);
	statements(depth - 1, avoid);
	if (chance(95))
		emit("call unlock_down(lock %s, %v); ", lock_names[lock], chance(60) ? constant(pick(-1, 2)) : variables[any_variable()]);
}

static void release_cancel(int unused)
{
	(void)unused;
	emit("release cancel; ");
}

static void cancel(int depth, int avoid)
{
	struct condition c = any_condition();

	emit("acquire cancel; ");
	statements(depth - 1, avoid);
	if (chance(30))
		exit_when(&c, false, -1);
	if (chance(80))
		emit("release cancel; ");
	else
		when(&c, false, release_cancel, 0);
}

/* A call through a pointer: what all the functions do that it may lead to is done. */
static void table(int depth, int avoid, int lock)
{
	if (chance(75))
		emit("call '*'(lock %s, %v) maybe take_simply, %s; ", lock_names[lock], variables[any_variable()],
		     chance(96) ? "take_anyway" : "do_nothing");
	else
		acquire(lock);
	statements(depth - 1, avoid);
	if (!is_open())
		return;
	if (chance(75))
		emit("call '*'(lock %s, %v) maybe %s%s; ", lock_names[lock], variables[any_variable()],
		     chance(96) ? "drop_below" : "do_nothing", chance(80) ? ", drop_simply" : "");
	else if (chance(90))
		release(lock);
}

/* The address of an element of an array: the one with the index ELEMENT, or the next one. */
static int element_address(bool is_next)
{
	int wide = new_value(NULL), far = new_value(NULL), first = new_value(NULL), next;

	emit("%v:u64 = %v; %v:u64 = %v * 16; %v:p = table + %v; ", wide, element, far, wide, first, far);
	if (!is_next)
		return first;
	next = new_value(NULL);
	emit("%v:p = %v + 16; ", next, first);
	return next;
}

/* An element is locked, and the next one. */
static void array(int depth, int avoid)
{
	int address;

	if (uses_array || !is_callback)
		return;
	uses_array = true;
	address = element_address(false);
	emit("acquire %v 'chosen'; ", address);
	statements(depth - 1, avoid);
	address = element_address(chance(95));
	emit("acquire %v 'chosen'; ", address);
	statements(depth - 1, avoid);
	address = element_address(true);
	emit("release %v 'chosen'; ", address);
	address = element_address(false);
	if (chance(90))
		emit("release %v 'chosen'; ", address);
}

/* A loop whose rounds take and drop the lock in turn, by a state that is kept in memory. */
static void machine(int depth, int avoid, int lock)
{
	int head = new_block(true), body = new_block(false), after = new_block(true), next = new_block(true);
	int take = new_block(true), drop = new_block(true), other = new_block(true), place, t, address;
	struct condition c;

	if (!is_open())
		return;
	place = any_place();
	address = address_of(place);
	emit("*%v = %v class Out; ", address, constant(chance(95) ? 0 : 1));
	go(head);
	start(head);
	t = new_value(NULL);
	emit("%v:s32 = ?; ", t);
	go_if(t, body, after);
	start(body);
	t = new_value(NULL);
	address = address_of(place);
	emit("%v:s32 = *%v class Out; switch %v -> 0:b%d 1:b%d else:b%d\n", t, address, t, take, drop, other);
	add_edge(take);
	add_edge(drop);
	add_edge(other);
	end_block();
	start(take);
	acquire(lock);
	if (chance(30))
		statements(depth - 1, avoid);
	address = address_of(place);
	emit("*%v = %v class Out; ", address, constant(chance(95) ? 1 : 0));
	go(next);
	start(drop);
	if (chance(95))
		release(lock);
	address = address_of(place);
	emit("*%v = %v class Out; ", address, constant(chance(90) ? 0 : 2));
	go(next);
	start(other);
	go(next);
	start(next);
	go(head);
	start(after);
	t = new_value(NULL);
	address = address_of(place);
	emit("%v:s32 = *%v class Out; ", t, address);
	variables[F] = new_value(NULL);
	emit("%v:s32 = %v == 1; ", variables[F], t);
	c = (struct condition){ .kind = TRUTH, .a = F };
	when(&c, chance(5), release, lock);
}

/* One of the things that this program has; LOCK is to be avoided inside. */
void driver_statement(int depth, int avoid)
{
	enum feature feature = (enum feature)random_number(FEATURES);
	int lock = any_lock(avoid), inner = avoid | 1 << lock;

	for (int tries = 0; !has[feature] && tries < 40; tries++)
		feature = (enum feature)random_number(FEATURES);
	if (!has[feature])
		return;
	switch (feature) {
	case OUT:
		out(depth, inner, lock);
		return;
	case FLAGS:
		flags(depth, inner, lock);
		return;
	case STATUS:
		status(depth, inner, lock);
		return;
	case CHOSEN:
		if (!has_lock_param)
			chosen(depth, inner, lock);
		return;
	case CHAIN:
		chain(depth, inner, lock);
		return;
	case RECURSION:
		recursion(depth, inner, lock);
		return;
	case CANCEL:
		cancel(depth, avoid);
		return;
	case ARRAY:
		array(depth, avoid);
		return;
	case MACHINE:
		machine(depth, inner, lock);
		return;
	case TABLE:
		table(depth, inner, lock);
		return;
	case FEATURES:
		return;
	}
}
