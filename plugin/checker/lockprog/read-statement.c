/* read-statement.c - reads the statements and exits of blocks in lock programs.
 *
 * The grammar is at the top of read.c.
 *
 * SPDX-License-Identifier: MIT
 */

#include "lockprog/read-own.h"

#include <stdlib.h>
#include <string.h>

#include "lockprog/alloc.h"
#include "lockprog/name-map.h"
#include "lockprog/table.h"
#include "lockprog/text.h"

/* The DDI of an operation without "by". */
static const char *const default_ddis[SPINRULE_OPS] = {
	[SPINRULE_OP_ACQUIRE] = "KeAcquireSpinLockAtDpcLevel",
	[SPINRULE_OP_TRY] = "KeTryToAcquireSpinLockAtDpcLevel",
	[SPINRULE_OP_RELEASE] = "KeReleaseSpinLockFromDpcLevel",
	[SPINRULE_OP_INIT] = "KeInitializeSpinLock",
	[SPINRULE_OP_MOMENTARY] = "ExInterlockedInsertHeadList",
	[SPINRULE_OP_LEAVE] = "ExRaiseStatus",
	[SPINRULE_OP_CONVERT] = "ExTryConvertSharedSpinLockExclusive",
};

static const struct lockprog_type type_s32 = { 32, true, false };
static const struct lockprog_type type_pointer = { 64, false, true };

static void name_value(struct reader *r, const char *name, int value)
{
	r->named = alloc_grow(r->named, r->n_named, &r->max_named, sizeof *r->named);
	r->named[r->n_named++] = value;
	name_map_add(&r->value_numbers, name, value);
}

static int value_named(struct reader *r, const char *name, bool as_lock)
{
	int value = name_map_find(&r->value_numbers, name);

	if (value >= 0)
		return value;
	value = lockprog_add_value(r->function, name, NULL, as_lock ? type_pointer : type_s32,
				   UNDEFINED, -1, -1);
	name_value(r, name, value);
	return value;
}

/* Give VALUE the name that it is printed with: every value of a program that was read has
 * one. */
static int with_name(struct reader *r, int value)
{
	char own[16];

	snprintf(own, sizeof own, "v%d", value);
	r->function->values[value].name = lockprog_string(own);
	return value;
}

/* Read a use of a value: a name, a number, or ? (-1). */
static int read_use(struct reader *r, bool as_lock)
{
	if (scan_accept(r->in, "?"))
		return -1;
	if (r->in->token == TOKEN_NUMBER || scan_is(r->in, "-"))
		return with_name(r, lockprog_const(r->function, type_s32, scan_number(r->in)));
	return value_named(r, scan_name(r->in), as_lock);
}

static int read_class(struct reader *r)
{
	struct lockprog_class class_ = { .name = scan_name(r->in) };

	return lockprog_class(r->unit, &class_);
}

int read_block(struct reader *r, const char *name)
{
	int block = name_map_find(&r->block_numbers, name);

	if (block >= 0)
		return block;
	block = lockprog_add_block(r->function);
	name_map_add(&r->block_numbers, name, block);
	r->function->blocks[block].name = name;
	r->has_block = alloc_grow(r->has_block, block, &r->max_has_block, sizeof *r->has_block);
	r->has_block[block] = false;
	return block;
}

static bool binary_operator(struct reader *r, enum lockprog_expr *expr)
{
	for (int e = LOCKPROG_ADD; e < LOCKPROG_EXPRS; e++)
		if (e != LOCKPROG_NOT && e != LOCKPROG_NEG &&
		    scan_is(r->in, lockprog_operator(e))) {
			*expr = e;
			return true;
		}
	return false;
}

/* True if an operand of VALUE's expression is '?'. */
static bool lacks_operand(const struct lockprog_value *value)
{
	bool has_two = value->expr >= LOCKPROG_OPAQUE && value->expr != LOCKPROG_NOT &&
		       value->expr != LOCKPROG_NEG;
	bool has_one = value->expr >= LOCKPROG_OPAQUE || value->expr == LOCKPROG_COPY ||
		       value->expr == LOCKPROG_LOAD;

	return (has_one && value->a < 0) || (has_two && value->b < 0);
}

/* Read the expression of value V, which may be a fresh temporary. */
static void read_expr(struct reader *r, int v)
{
	struct lockprog_value value = r->function->values[v];

	value.a = value.b = -1;
	if (scan_accept(r->in, "?")) {
		value.expr = LOCKPROG_UNKNOWN;
	} else if (scan_accept(r->in, "param")) {
		value.expr = LOCKPROG_PARAM;
		value.constant = scan_number(r->in);
		if (value.constant < 0 || value.constant > 1000)
			scan_fail(r->in, "no parameter has the number %lld", value.constant);
		else if (value.constant >= r->function->n_params)
			r->function->n_params = (int)value.constant + 1;
	} else if (scan_accept(r->in, "&")) {
		value.expr = LOCKPROG_OBJECT;
		value.object = lockprog_object(r->unit, scan_name(r->in), false);
	} else if (scan_accept(r->in, "*")) {
		value.expr = LOCKPROG_LOAD;
		value.a = read_use(r, true);
		scan_expect(r->in, "class");
		value.class_ = read_class(r);
	} else if (scan_accept(r->in, "opaque")) {
		value.expr = LOCKPROG_OPAQUE;
		value.op = scan_name(r->in);
		value.a = read_use(r, false);
		value.b = read_use(r, false);
		if (value.b < 0)
			scan_fail(r->in, "'?' cannot be an operand");
	} else if (scan_accept(r->in, "phi")) {
		value.expr = LOCKPROG_PHI;
		r->function->values[v] = value;
		while (scan_at_name(r->in) && r->in->token != TOKEN_QUOTED &&
		       !scan_is(r->in, "at")) {
			int block = read_block(r, scan_name(r->in)), arg;

			scan_expect(r->in, ":");
			arg = read_use(r, false);
			if (arg < 0)
				scan_fail(r->in, "an argument of a phi cannot be '?'");
			lockprog_add_phi_arg(r->function, v, block, arg);
		}
		return;
	} else if (scan_is(r->in, "~") || scan_is(r->in, "!")) {
		value.expr = scan_is(r->in, "~") ? LOCKPROG_NOT : LOCKPROG_EQ;
		scan_next(r->in);
		value.a = read_use(r, false);
		if (value.expr == LOCKPROG_EQ && value.a >= 0)
			value.b =
				with_name(r, lockprog_const(r->function,
							    r->function->values[value.a].type, 0));
	} else {
		bool negated = scan_is(r->in, "-");

		if (negated)
			scan_next(r->in);
		if (r->in->token == TOKEN_NUMBER) {
			value.constant = negated ? -r->in->number : r->in->number;
			value.expr = LOCKPROG_CONST;
			scan_next(r->in);
		} else {
			value.expr = negated ? LOCKPROG_NEG : LOCKPROG_COPY;
			value.a = read_use(r, false);
			if (!negated && binary_operator(r, &value.expr)) {
				scan_next(r->in);
				value.b = read_use(r, false);
				/* A number gets the type of the other operand. */
				if (value.b >= 0 && value.a >= 0 &&
				    r->function->values[value.b].expr == LOCKPROG_CONST)
					r->function->values[value.b].type =
						r->function->values[value.a].type;
			}
		}
	}
	if (lacks_operand(&value))
		scan_fail(r->in, "'?' cannot be an operand");
	r->function->values[v] = value;
}

static bool names_op(const struct reader *r, enum spinrule_op *op)
{
	for (int i = 0; i < SPINRULE_OPS; i++)
		if (r->in->token == TOKEN_NAME && !strcmp(r->in->word, lockprog_op_words[i])) {
			*op = i;
			return true;
		}
	return false;
}

/* Read the rest of a lock operation, after its word; RESULT is the try's value or -1. */
static void read_lockop(struct reader *r, enum spinrule_op which, int result)
{
	struct lockprog_op op = { .kind = LOCKPROG_LOCKOP,
				  .value = result,
				  .address = -1,
				  .class_ = -1,
				  .handle = -1,
				  .irql = -1,
				  .callee = -1 };

	op.ddi = spinrule_ddi_by_name(default_ddis[which]);
	if (result >= 0 && which != SPINRULE_OP_TRY && which != SPINRULE_OP_CONVERT &&
	    which != SPINRULE_OP_ACQUIRE) {
		scan_fail(r->in, "'%s' has no result", lockprog_op_words[which]);
		return;
	}
	if (scan_accept(r->in, "cancel")) {
		if (which != SPINRULE_OP_ACQUIRE && which != SPINRULE_OP_RELEASE)
			scan_fail(r->in, "'%s' is not for the cancel spin lock",
				  lockprog_op_words[which]);
		op.ddi = spinrule_ddi_by_name(which == SPINRULE_OP_ACQUIRE
						      ? "IoAcquireCancelSpinLock"
						      : "IoReleaseCancelSpinLock");
	} else if (which != SPINRULE_OP_LEAVE && !scan_is(r->in, "handle") && !scan_is(r->in, "by"))
		op.address = read_use(r, true);
	if (r->in->token == TOKEN_QUOTED)
		op.text = scan_name(r->in);
	if (scan_accept(r->in, "value") && result >= 0)
		r->function->values[result].text = scan_name(r->in);
	if (scan_accept(r->in, "class"))
		op.class_ = read_class(r);
	if (scan_accept(r->in, "level"))
		op.level = scan_name(r->in);
	if (scan_accept(r->in, "by")) {
		const char *name = scan_name(r->in);

		op.ddi = table_find(name);
		if (!op.ddi || op.ddi->op != which) {
			scan_fail(r->in, "'%s' is no DDI that can %s", name,
				  lockprog_op_words[which]);
			return;
		}
		op.written = op.ddi->written;
		if (!op.ddi->row && !strcmp(op.ddi->name, name))
			op.written = op.ddi->name;
		if (scan_accept(r->in, "/"))
			op.written = scan_name(r->in);
	}
	if (scan_accept(r->in, "handle"))
		op.handle = read_use(r, true);
	if (scan_accept(r->in, "irql"))
		op.irql = read_use(r, false);
	if (scan_accept(r->in, "ignored") && result >= 0)
		r->function->values[result].used = false;
	op.place = scan_place(r->in);
	if (op.address < 0 && op.handle < 0 && which != SPINRULE_OP_LEAVE &&
	    op.ddi->group != SPINRULE_GROUP_CANCEL) {
		scan_fail(r->in, "'%s' needs a lock or a handle", lockprog_op_words[which]);
		return;
	}
	if (!op.written)
		op.written = op.ddi->written;
	if (!op.text && (op.address >= 0 || op.handle >= 0)) {
		const struct lockprog_value *named =
			&r->function->values[op.address >= 0 ? op.address : op.handle];

		op.text = named->text ? named->text : named->name;
	}
	if (!op.text)
		op.text = op.ddi->group == SPINRULE_GROUP_CANCEL ? LOCKPROG_CANCEL_LOCK : "";
	op.text = lockprog_string(op.text);
	*lockprog_add_op(r->function, r->block, LOCKPROG_LOCKOP, op.place) = op;
}

static bool names_promise(const struct reader *r, enum lockprog_promise *promise)
{
	for (int i = 0; i < LOCKPROG_PROMISES; i++)
		if (r->in->token == TOKEN_NAME && !strcmp(r->in->word, lockprog_promise_words[i])) {
			*promise = i;
			return true;
		}
	return false;
}

/* Read the rest of a promise, after its word. */
static void read_promise(struct reader *r, enum lockprog_promise which)
{
	struct lockprog_op op = { .kind = LOCKPROG_PROMISE,
				  .promise = which,
				  .value = -1,
				  .address = -1,
				  .class_ = -1,
				  .handle = -1,
				  .irql = -1,
				  .callee = -1 };

	op.is_held = scan_accept(r->in, "held");
	if (!op.is_held)
		scan_expect(r->in, "free");
	op.text = LOCKPROG_CANCEL_LOCK;
	if (!scan_accept(r->in, "cancel")) {
		op.address = read_use(r, true);
		if (op.address < 0) {
			scan_fail(r->in, "'?' is no lock");
			return;
		}
		op.text = r->function->values[op.address].text
				  ? r->function->values[op.address].text
				  : r->function->values[op.address].name;
	}
	if (r->in->token == TOKEN_QUOTED)
		op.text = scan_name(r->in);
	if (scan_accept(r->in, "class"))
		op.class_ = read_class(r);
	if (scan_accept(r->in, "level"))
		op.level = scan_name(r->in);
	if (scan_accept(r->in, "by"))
		op.written = scan_name(r->in);
	if (scan_accept(r->in, "entry"))
		op.handle = read_use(r, true);
	if (scan_accept(r->in, "irql"))
		op.irql = read_use(r, false);
	op.place = scan_place(r->in);
	op.text = lockprog_string(op.text);
	*lockprog_add_op(r->function, r->block, LOCKPROG_PROMISE, op.place) = op;
}

static void read_assume(struct reader *r)
{
	int value = read_use(r, false);

	if (value < 0) {
		scan_fail(r->in, "'?' cannot be assumed");
		return;
	}
	lockprog_add_arg(lockprog_add_op(r->function, r->block, LOCKPROG_ASSUME, scan_place(r->in)),
			 value);
}

static void read_call(struct reader *r, int result)
{
	const char *callee = lockprog_string(scan_accept(r->in, "*") ? "*" : scan_name(r->in));
	unsigned long long lock_args = 0;
	int args[64], n = 0, n_targets = 0, class_ = -1;
	const char **targets = NULL, *type = NULL;
	bool is_system;
	struct lockprog_op *op;

	scan_expect(r->in, "(");
	while (!scan_is(r->in, ")") && !r->in->error) {
		if (n)
			scan_expect(r->in, ",");
		if (n == 64) {
			scan_fail(r->in, "more than 64 arguments");
			break;
		}
		/* 'lock' is a keyword only before a name */
		if (scan_is(r->in, "lock") && *r->in->at == ' ') {
			scan_next(r->in);
			lock_args |= 1ull << n;
		}
		args[n] = read_use(r, lock_args >> n & 1);
		if (lock_args == 1ull << n && scan_accept(r->in, "class"))
			class_ = read_class(r);
		n++;
	}
	scan_expect(r->in, ")");
	if (r->in->token == TOKEN_QUOTED) {
		const char *text = scan_name(r->in);

		if (result >= 0)
			r->function->values[result].text = text;
	}
	if (scan_accept(r->in, "type"))
		type = scan_name(r->in);
	is_system = scan_accept(r->in, "system");
	if (scan_accept(r->in, "maybe"))
		do {
			const char **grown = realloc(targets, (n_targets + 1) * sizeof *targets);

			if (!grown)
				alloc_exhausted();
			targets = grown;
			targets[n_targets++] = scan_name(r->in);
		} while (scan_accept(r->in, ","));
	op = lockprog_add_op(r->function, r->block, LOCKPROG_CALL, scan_place(r->in));
	op->text = callee;
	for (int i = 0; i < n_targets; i++)
		lockprog_add_target(op, targets[i]);
	free(targets);
	op->value = result;
	op->type = type;
	op->is_system = is_system;
	op->lock_args = lock_args;
	op->class_ = class_;
	for (int i = 0; i < n; i++)
		lockprog_add_arg(op, args[i]);
}

/* Read a value's definition, after its name. */
static void read_definition(struct reader *r, const char *name)
{
	struct lockprog_type type = type_s32;
	int v = name_map_find(&r->value_numbers, name);
	enum spinrule_op which;
	bool typed = scan_accept(r->in, ":"), needs_block;

	if (typed)
		type = scan_type(r->in);
	scan_expect(r->in, "=");
	needs_block = scan_is(r->in, "call") || names_op(r, &which);
	if (r->block < 0 && needs_block) {
		scan_fail(r->in, "'%s' is defined before the first block", name);
		return;
	}
	if (v < 0) {
		v = lockprog_add_value(r->function, name, NULL, type, UNDEFINED, -1, -1);
		name_value(r, name, v);
	} else if (r->function->values[v].expr != UNDEFINED) {
		scan_fail(r->in, "'%s' is defined twice", name);
		return;
	}
	r->function->values[v].type = type;
	if (scan_accept(r->in, "call")) {
		r->function->values[v].expr = LOCKPROG_UNKNOWN;
		read_call(r, v);
		return;
	}
	if (names_op(r, &which)) {
		scan_next(r->in);
		r->function->values[v].expr = LOCKPROG_UNKNOWN;
		read_lockop(r, which, v);
		return;
	}
	read_expr(r, v);
	/* Comparisons are truth values unless the text gives another type. */
	if (!typed && r->function->values[v].expr >= LOCKPROG_EQ &&
	    r->function->values[v].expr <= LOCKPROG_GE)
		r->function->values[v].type = (struct lockprog_type){ 1, false, false };
	if (r->in->token == TOKEN_QUOTED)
		r->function->values[v].text = scan_name(r->in);
	if (r->function->values[v].expr == LOCKPROG_PARAM ||
	    r->function->values[v].expr == LOCKPROG_CONST ||
	    r->function->values[v].expr == LOCKPROG_OBJECT) {
		scan_place(r->in);
		return;
	}
	if (r->block < 0)
		scan_fail(r->in, "'%s' is defined before the first block", name);
	else
		lockprog_define(r->function, r->block, v, scan_place(r->in));
}

static void read_store(struct reader *r)
{
	int address = read_use(r, true), value;
	struct lockprog_op *op;
	int class_;

	scan_expect(r->in, "=");
	value = read_use(r, false);
	scan_expect(r->in, "class");
	class_ = scan_accept(r->in, "*") ? -1 : read_class(r);
	op = lockprog_add_op(r->function, r->block, LOCKPROG_STORE, scan_place(r->in));
	op->address = address;
	op->value = value;
	op->class_ = class_;
}

static void read_clobber(struct reader *r)
{
	int class_ = scan_accept(r->in, "*") ? -1 : read_class(r);

	lockprog_add_op(r->function, r->block, LOCKPROG_CLOBBER, scan_place(r->in))->class_ =
		class_;
}

/* Read the successors, after "->". */
static void read_successors(struct reader *r)
{
	struct lockprog_block *block = &r->function->blocks[r->block];

	scan_expect(r->in, "->");
	if (block->exit == LOCKPROG_GOTO && scan_accept(r->in, "stop"))
		return;
	if (block->exit == LOCKPROG_GOTO && scan_accept(r->in, "exit")) {
		block->exit = LOCKPROG_RETURN;
		block->place = (struct lockprog_place){ lockprog_string(r->in->name), r->in->line,
							0, r->in->line };
		return;
	}
	while (!r->in->error &&
	       (scan_at_name(r->in) || r->in->token == TOKEN_NUMBER || scan_is(r->in, "-"))) {
		struct lockprog_edge edge = { 0 };
		struct lockprog_edge *added;

		if (r->function->blocks[r->block].exit == LOCKPROG_SWITCH) {
			if (scan_accept(r->in, "else"))
				edge.is_default = true;
			else
				do {
					long long low = scan_number(r->in);

					lockprog_add_range(&edge, low,
							   scan_accept(r->in, "..")
								   ? scan_number(r->in)
								   : low);
				} while (scan_accept(r->in, ","));
			scan_expect(r->in, ":");
		}
		edge.block = read_block(r, scan_name(r->in));
		added = lockprog_add_edge(r->function, r->block, edge.block);
		*added = edge;
	}
	block = &r->function->blocks[r->block];
	if (block->exit == LOCKPROG_GOTO && block->n_succ > 1)
		block->exit = LOCKPROG_CHOICE;
	if (!block->n_succ || (block->exit == LOCKPROG_IF && block->n_succ != 2))
		scan_fail(r->in, block->exit == LOCKPROG_IF ? "'if' needs two blocks to go to"
							    : "a block to go to expected");
}

/* Read an exit; true if the line has one here. */
static bool read_exit(struct reader *r)
{
	enum lockprog_exit_kind kind = LOCKPROG_GOTO;
	int value = -1;

	if (scan_is(r->in, "->")) {
		read_successors(r);
		r->block_open = false;
		return true;
	}
	if (scan_accept(r->in, "return")) {
		kind = LOCKPROG_RETURN;
		if (r->in->token == TOKEN_NUMBER || scan_is(r->in, "-") ||
		    (scan_at_name(r->in) && !scan_is(r->in, "at")))
			value = read_use(r, false);
	} else if (scan_accept(r->in, "if")) {
		kind = LOCKPROG_IF;
		value = with_name(r, lockprog_add_value(r->function, NULL, NULL, type_s32,
							UNDEFINED, -1, -1));
		read_expr(r, value);
		if (r->in->error)
			return true;
		if (r->function->values[value].expr == LOCKPROG_COPY) {
			/* No new value is needed: the temporary only copies another
			 * value. */
			value = r->function->values[value].a;
		} else {
			r->function->values[value].type = (struct lockprog_type){ 1, false, false };
			lockprog_define(r->function, r->block, value,
					(struct lockprog_place){ .cookie = r->in->line });
		}
	} else if (scan_accept(r->in, "switch")) {
		kind = LOCKPROG_SWITCH;
		value = read_use(r, false);
		if (value < 0)
			scan_fail(r->in, "'?' cannot be switched on");
	} else {
		return false;
	}
	r->function->blocks[r->block].exit = kind;
	r->function->blocks[r->block].value = value;
	r->function->blocks[r->block].place = scan_place(r->in);
	if (kind != LOCKPROG_RETURN)
		read_successors(r);
	r->block_open = false;
	return true;
}

static void read_unknown(struct reader *r)
{
	const char *words = scan_name(r->in);

	r->function->unknown = reason_of_words(words);
	if (!r->function->unknown)
		scan_fail(r->in, "'%s' is no reason for not knowing a function", words);
}

/* True if the word UNLESS starts a statement, and is no value that is defined. */
static bool is_conditional(const struct reader *r)
{
	return r->block >= 0 && r->block_open && !scan_is_defined(r->in) &&
	       scan_is(r->in, "unless");
}

/* Read a statement that holds only if a callee has no program. */
static void read_conditional(struct reader *r)
{
	const int block = r->block, first = r->function->blocks[block].n_ops;
	const char *callee;
	enum spinrule_op which;

	scan_next(r->in);
	callee = scan_name(r->in);
	if (names_op(r, &which)) {
		scan_next(r->in);
		read_lockop(r, which, -1);
	} else if (scan_accept(r->in, "clobber"))
		read_clobber(r);
	else if (scan_accept(r->in, "*"))
		read_store(r);
	else if (scan_at_name(r->in))
		read_definition(r, scan_name(r->in));
	for (int i = first; i < r->function->blocks[block].n_ops; i++) {
		struct lockprog_op *op = &r->function->blocks[block].ops[i];

		if (op->kind != LOCKPROG_DEFINE && op->kind != LOCKPROG_STORE &&
		    op->kind != LOCKPROG_CLOBBER && op->kind != LOCKPROG_LOCKOP)
			scan_fail(r->in, "'unless' is for definitions, stores, clobbers and "
					 "operations on locks");
		op->unless_seen = true;
		*(op->kind == LOCKPROG_LOCKOP ? &op->written : &op->text) = callee;
	}
}

void read_statement(struct reader *r)
{
	enum lockprog_promise promise;
	enum spinrule_op which;

	if (r->block >= 0 && !r->block_open) {
		scan_fail(r->in, "a statement after the exit of block %s",
			  r->function->blocks[r->block].name);
		return;
	}
	if (is_conditional(r)) {
		read_conditional(r);
		return;
	}
	if (r->block >= 0) {
		if (read_exit(r))
			return;
		if (names_op(r, &which)) {
			scan_next(r->in);
			read_lockop(r, which, -1);
			return;
		}
		if (names_promise(r, &promise)) {
			scan_next(r->in);
			read_promise(r, promise);
			return;
		}
		if (scan_accept(r->in, "assume")) {
			read_assume(r);
			return;
		}
		if (scan_accept(r->in, "call")) {
			read_call(r, -1);
			return;
		}
		if (scan_accept(r->in, "clobber")) {
			read_clobber(r);
			return;
		}
		if (scan_accept(r->in, "*")) {
			read_store(r);
			return;
		}
	} else if (scan_accept(r->in, "unknown")) {
		read_unknown(r);
		return;
	}
	if (scan_at_name(r->in))
		read_definition(r, scan_name(r->in));
	else
		scan_fail(r->in, "a statement expected at '%.40s'", r->in->token_start);
}
