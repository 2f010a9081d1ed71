/* lockprog-read.c - reads the text form of lock programs.
 *
 *     unit 'irp.c'
 *     class 'EXT.flag' [pointer] [system] [private]
 *     object 'MyRead.local' local
 *     function MyRead [callback DRIVER_DISPATCH] [cancel] [external] [result s32] [ntstatus] [at irp.c:30:10]
 *       unknown 'why it could not be turned into a program'
 *       n:s32 = param 1 'n'
 *     b0: STATEMENT ; STATEMENT -> EXIT
 *
 * A statement is one of
 *     x[:TYPE] = EXPR ['text'] [at PLACE]         TYPE: s32, u8, p (a pointer); s32 when left out
 *     acquire|release|init|momentary|leave LOCK ['text'] [class C] [by DDI[/WRITTEN]]
 *                                               [handle x] [irql x] [at PLACE]
 *     [x[:TYPE] =] try LOCK ... [ignored]
 *     [x[:TYPE] =] call F(x, lock y, ?) [system] [maybe G, H] [at PLACE]
 *              (F may be *, a pointer, and G and H what it may point to; lock: declared as pointer to one)
 *     *x = y|? class C            store           clobber C|*
 *     assume x [at PLACE]                        (x is not 0: no other way goes on)
 *     requires|enters|returns|assumes held|free LOCK ['text'] [class C] [by ANNOTATION] [entry x] [irql x] [at PLACE]
 * and EXPR is one of
 *     ?    param N    5    &object    *x class C    phi b1:x b2:y    x    ~x    -x    x + y ...
 * An exit is one of
 *     -> b1                -> b1 b2 (any)      -> exit (a return)     -> stop (no way on)
 *     if EXPR [at PLACE] -> b1 b2              return [x] [at PLACE]
 *     switch x [at PLACE] -> 1:b1 2..5,7:b2 else:b3
 * Statements stand on lines of their own or are divided by ';'.  '#' starts a comment.  Names
 * that are no identifiers stand in quotes.  A file may leave out the unit and the function line.
 * LOCK may be 'cancel' for the cancel spin lock; DDIs left out are those at DPC level.
 *
 * SPDX-License-Identifier: MIT
 */

#include "lockprog.h"

#include <ctype.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "lockprog-text.h"
#include "memory.h"

/* What an operation without "by" is. */
static const char *const default_ddis[SPINRULE_OPS] = {
	[SPINRULE_OP_ACQUIRE] = "KeAcquireSpinLockAtDpcLevel",
	[SPINRULE_OP_TRY] = "KeTryToAcquireSpinLockAtDpcLevel",
	[SPINRULE_OP_RELEASE] = "KeReleaseSpinLockFromDpcLevel",
	[SPINRULE_OP_INIT] = "KeInitializeSpinLock",
	[SPINRULE_OP_MOMENTARY] = "ExInterlockedInsertHeadList",
	[SPINRULE_OP_LEAVE] = "ExRaiseStatus",
};

static const struct lockprog_type type_s32 = { 32, true, false };
static const struct lockprog_type type_pointer = { 64, false, true };

enum token_kind { TOKEN_END, TOKEN_NAME, TOKEN_NUMBER, TOKEN_QUOTED, TOKEN_SIGN };

/* The reader: one line at a time, one token ahead. */
struct reader {
	const char *name;		/* of the file */
	int line;
	char *text;			/* the line */
	const char *at;			/* after TOKEN */
	const char *token_start;
	enum token_kind token;
	char *word;			/* NAME, QUOTED: the text; SIGN: the sign */
	size_t max_word;
	long long number;
	char *error;			/* malloc'ed; set once, then everything fails */

	struct lockprog_unit *unit;
	bool has_unit;
	struct lockprog_function *function;
	int block;			/* -1: before the first */
	bool block_open;		/* its exit is still to come */
	bool *has_block;		/* blocks that have a text, not only a name */
	int max_has_block;
	struct {
		const char *name;
		int value;
	} *names;			/* values of this function, by name */
	int n_names, max_names;
};

static void __attribute__((format(printf, 2, 3))) fail(struct reader *r, const char *format, ...)
{
	char what[300];
	va_list list;
	int size;

	if (r->error)
		return;
	va_start(list, format);
	vsnprintf(what, sizeof what, format, list);
	va_end(list);
	size = snprintf(NULL, 0, "%s:%d: %s", r->name, r->line, what) + 1;
	r->error = memory_zeroed(size);
	snprintf(r->error, size, "%s:%d: %s", r->name, r->line, what);
}

static void word_set(struct reader *r, size_t i, char c)
{
	if (i >= r->max_word) {
		r->max_word = 2 * i + 64;
		r->word = realloc(r->word, r->max_word);
		if (!r->word)
			memory_exhausted();
	}
	r->word[i] = c;
}

static void next(struct reader *r)
{
	static const char *const signs[] = { "->", "..", "<<", ">>", "==", "!=", "<=", ">=" };
	size_t n = 0;

	while (*r->at && isspace((unsigned char)*r->at))
		r->at++;
	r->token_start = r->at;
	if (!*r->at || *r->at == '#' || r->error) {
		r->token = TOKEN_END;
		word_set(r, 0, 0);
		return;
	}
	if (*r->at == '\'') {
		r->token = TOKEN_QUOTED;
		for (r->at++; *r->at && *r->at != '\''; r->at++) {
			if (*r->at == '\\' && r->at[1])
				r->at++;
			word_set(r, n++, *r->at);
		}
		word_set(r, n, 0);
		if (*r->at != '\'')
			fail(r, "a quote is not closed");
		else
			r->at++;
		return;
	}
	if (isdigit((unsigned char)*r->at)) {
		char *end;

		r->token = TOKEN_NUMBER;
		r->number = (long long)strtoull(r->at, &end, 0);
		r->at = end;
		return;
	}
	if (isalpha((unsigned char)*r->at) || *r->at == '_' || *r->at == '$' || *r->at == '@') {
		r->token = TOKEN_NAME;
		while (lockprog_is_name_char((unsigned char)*r->at)) {
			if (r->at[0] == '.' && r->at[1] == '.')
				break;
			word_set(r, n++, *r->at++);
		}
		word_set(r, n, 0);
		return;
	}
	r->token = TOKEN_SIGN;
	for (size_t i = 0; i < sizeof signs / sizeof *signs; i++)
		if (!strncmp(r->at, signs[i], 2)) {
			word_set(r, 0, r->at[0]);
			word_set(r, 1, r->at[1]);
			word_set(r, 2, 0);
			r->at += 2;
			return;
		}
	word_set(r, 0, *r->at++);
	word_set(r, 1, 0);
}

static bool is(struct reader *r, const char *word)
{
	return (r->token == TOKEN_NAME || r->token == TOKEN_SIGN) && !strcmp(r->word, word);
}

static bool accept(struct reader *r, const char *word)
{
	if (!is(r, word))
		return false;
	next(r);
	return true;
}

static void expect(struct reader *r, const char *word)
{
	if (!accept(r, word))
		fail(r, "'%s' expected at '%.40s'", word, r->token_start);
}

static bool at_name(const struct reader *r)
{
	return r->token == TOKEN_NAME || r->token == TOKEN_QUOTED;
}

static const char *read_name(struct reader *r)
{
	const char *name;

	if (!at_name(r)) {
		fail(r, "a name expected at '%.40s'", r->token_start);
		return "";
	}
	name = lockprog_string(r->word);
	next(r);
	return name;
}

static long long read_number(struct reader *r)
{
	bool negative = accept(r, "-");
	long long number = r->number;

	if (r->token != TOKEN_NUMBER) {
		fail(r, "a number expected at '%.40s'", r->token_start);
		return 0;
	}
	next(r);
	return negative ? (long long)(0ull - (unsigned long long)number) : number;
}

static struct lockprog_type read_type(struct reader *r)
{
	struct lockprog_type type = type_s32;
	char kind = r->word[0];
	int bits = atoi(r->word + (kind ? 1 : 0));

	if (r->token != TOKEN_NAME || !strchr("sup", kind) || (!bits && kind != 'p') || bits > 64) {
		fail(r, "a type (s32, u8, p) expected at '%.40s'", r->token_start);
		return type;
	}
	next(r);
	if (kind == 'p')
		return (struct lockprog_type){ bits ? bits : 64, false, true };
	return (struct lockprog_type){ bits, kind == 's', false };
}

/* "at FILE:LINE:COLUMN", or the line being read. */
static struct lockprog_place read_place(struct reader *r)
{
	struct lockprog_place place = { lockprog_string(r->name), r->line, 0, 0 };
	char *file;
	int n = 0;

	if (!is(r, "at"))
		return place;
	/* A file name is no token: read it from the line itself. */
	while (isspace((unsigned char)*r->at))
		r->at++;
	if (*r->at == '\'') {
		next(r);
		place.file = lockprog_string(r->word);
	} else {
		const char *colon, *end = r->at + strcspn(r->at, " \t\n;");

		for (colon = end; colon > r->at && n < 2; )
			if (*--colon == ':')
				n++;
		file = memory_zeroed(colon - r->at + 1);
		memcpy(file, r->at, colon - r->at);
		place.file = lockprog_string(file);
		free(file);
		r->at = colon;
	}
	next(r);
	expect(r, ":");
	place.line = (int)read_number(r);
	expect(r, ":");
	place.column = (int)read_number(r);
	return place;
}

static int find_value(struct reader *r, const char *name)
{
	for (int i = r->n_names; i-- > 0; )
		if (r->names[i].name == name)
			return r->names[i].value;
	return -1;
}

static void name_value(struct reader *r, const char *name, int value)
{
	r->names = memory_grow(r->names, r->n_names, &r->max_names, sizeof *r->names);
	r->names[r->n_names].name = name;
	r->names[r->n_names++].value = value;
}

/* Marks a value that is used and not defined yet. */
#define UNDEFINED LOCKPROG_EXPRS

static int value_named(struct reader *r, const char *name, bool as_lock)
{
	int value = find_value(r, name);

	if (value >= 0)
		return value;
	value = lockprog_add_value(r->function, name, NULL, as_lock ? type_pointer : type_s32, UNDEFINED, -1, -1);
	name_value(r, name, value);
	return value;
}

/* A value where it is used: a name, a number, or ? (-1). */
static int read_use(struct reader *r, bool as_lock)
{
	if (accept(r, "?"))
		return -1;
	if (r->token == TOKEN_NUMBER || is(r, "-"))
		return lockprog_const(r->function, type_s32, read_number(r));
	return value_named(r, read_name(r), as_lock);
}

static int read_class(struct reader *r)
{
	struct lockprog_class class_ = { .name = read_name(r) };

	return lockprog_class(r->unit, &class_);
}

/* The number of the block NAME, made if it is new. */
static int block_named(struct reader *r, const char *name)
{
	int block;

	for (int b = 0; b < r->function->n_blocks; b++)
		if (r->function->blocks[b].name == name)
			return b;
	block = lockprog_add_block(r->function);
	r->function->blocks[block].name = name;
	r->has_block = memory_grow(r->has_block, block, &r->max_has_block, sizeof *r->has_block);
	r->has_block[block] = false;
	return block;
}

static bool binary_operator(struct reader *r, enum lockprog_expr *expr)
{
	for (int e = LOCKPROG_ADD; e < LOCKPROG_EXPRS; e++)
		if (e != LOCKPROG_NOT && e != LOCKPROG_NEG && is(r, lockprog_operator(e))) {
			*expr = e;
			return true;
		}
	return false;
}

/* The expression of value V, which may be a fresh temporary. */
static void read_expr(struct reader *r, int v)
{
	struct lockprog_value value = r->function->values[v];

	value.a = value.b = -1;
	if (accept(r, "?")) {
		value.expr = LOCKPROG_UNKNOWN;
	} else if (accept(r, "param")) {
		value.expr = LOCKPROG_PARAM;
		value.constant = read_number(r);
		if (value.constant < 0 || value.constant > 1000)
			fail(r, "no parameter has the number %lld", value.constant);
		else if (value.constant >= r->function->n_params)
			r->function->n_params = (int)value.constant + 1;
	} else if (accept(r, "&")) {
		value.expr = LOCKPROG_OBJECT;
		value.object = lockprog_object(r->unit, read_name(r), false);
	} else if (accept(r, "*")) {
		value.expr = LOCKPROG_LOAD;
		value.a = read_use(r, true);
		expect(r, "class");
		value.class_ = read_class(r);
	} else if (accept(r, "phi")) {
		value.expr = LOCKPROG_PHI;
		r->function->values[v] = value;
		while (at_name(r) && r->token != TOKEN_QUOTED && !is(r, "at")) {
			int block = block_named(r, read_name(r)), arg;

			expect(r, ":");
			arg = read_use(r, false);
			if (arg < 0)
				fail(r, "an argument of a phi cannot be '?'");
			lockprog_add_phi_arg(r->function, v, block, arg);
		}
		return;
	} else if (is(r, "~") || is(r, "!")) {
		value.expr = is(r, "~") ? LOCKPROG_NOT : LOCKPROG_EQ;
		next(r);
		value.a = read_use(r, false);
		if (value.expr == LOCKPROG_EQ && !r->error)
			value.b = lockprog_const(r->function, r->function->values[value.a].type, 0);
	} else {
		bool negated = is(r, "-");

		if (negated)
			next(r);
		if (r->token == TOKEN_NUMBER) {
			value.constant = negated ? -r->number : r->number;
			value.expr = LOCKPROG_CONST;
			next(r);
		} else {
			value.expr = negated ? LOCKPROG_NEG : LOCKPROG_COPY;
			value.a = read_use(r, false);
			if (!negated && binary_operator(r, &value.expr)) {
				next(r);
				value.b = read_use(r, false);
				/* A number takes the type of the other side. */
				if (value.b >= 0 && value.a >= 0 &&
				    r->function->values[value.b].expr == LOCKPROG_CONST)
					r->function->values[value.b].type = r->function->values[value.a].type;
			}
		}
	}
	if ((value.expr >= LOCKPROG_ADD || value.expr == LOCKPROG_COPY || value.expr == LOCKPROG_LOAD) && value.a < 0)
		fail(r, "'?' cannot be an operand");
	r->function->values[v] = value;
}

static bool names_op(const struct reader *r, enum spinrule_op *op)
{
	for (int i = 0; i < SPINRULE_OPS; i++)
		if (r->token == TOKEN_NAME && !strcmp(r->word, lockprog_op_words[i])) {
			*op = i;
			return true;
		}
	return false;
}

/* The rest of a lock operation, after its word; RESULT is the try's value or -1. */
static void read_lockop(struct reader *r, enum spinrule_op which, int result)
{
	struct lockprog_op op = { .kind = LOCKPROG_LOCKOP, .value = result, .address = -1, .class_ = -1, .handle = -1,
				  .irql = -1, .callee = -1 };

	op.ddi = spinrule_ddi_by_name(default_ddis[which]);
	if (accept(r, "cancel"))
		op.ddi = spinrule_ddi_by_name(which == SPINRULE_OP_ACQUIRE ? "IoAcquireCancelSpinLock"
									   : "IoReleaseCancelSpinLock");
	else if (which != SPINRULE_OP_LEAVE && !is(r, "handle") && !is(r, "by"))
		op.address = read_use(r, true);
	if (r->token == TOKEN_QUOTED)
		op.text = read_name(r);
	if (accept(r, "value") && result >= 0)
		r->function->values[result].text = read_name(r);
	if (accept(r, "class"))
		op.class_ = read_class(r);
	if (accept(r, "by")) {
		const char *name = read_name(r);

		op.ddi = spinrule_ddi_by_name(name);
		if (!op.ddi || op.ddi->op != which) {
			fail(r, "'%s' is no DDI that can %s", name, lockprog_op_words[which]);
			return;
		}
		op.written = op.ddi->written;
		if (!strcmp(op.ddi->name, name))
			op.written = op.ddi->name;
		if (accept(r, "/"))
			op.written = read_name(r);
	}
	if (accept(r, "handle"))
		op.handle = read_use(r, true);
	if (accept(r, "irql"))
		op.irql = read_use(r, false);
	if (accept(r, "ignored") && result >= 0)
		r->function->values[result].used = false;
	op.place = read_place(r);
	if (!op.written)
		op.written = op.ddi->written;
	if (!op.text && op.address >= 0)
		op.text = r->function->values[op.address].text ? r->function->values[op.address].text
							       : r->function->values[op.address].name;
	if (!op.text)
		op.text = op.ddi->group == SPINRULE_GROUP_CANCEL ? "the cancel spin lock" : "";
	op.text = lockprog_string(op.text);
	*lockprog_add_op(r->function, r->block, LOCKPROG_LOCKOP, op.place) = op;
}

static bool names_promise(const struct reader *r, enum lockprog_promise *promise)
{
	for (int i = 0; i < LOCKPROG_PROMISES; i++)
		if (r->token == TOKEN_NAME && !strcmp(r->word, lockprog_promise_words[i])) {
			*promise = i;
			return true;
		}
	return false;
}

/* The rest of a promise, after its word. */
static void read_promise(struct reader *r, enum lockprog_promise which)
{
	struct lockprog_op op = { .kind = LOCKPROG_PROMISE, .promise = which, .value = -1, .address = -1, .class_ = -1,
				  .handle = -1, .irql = -1, .callee = -1 };

	op.is_held = accept(r, "held");
	if (!op.is_held)
		expect(r, "free");
	op.text = "the cancel spin lock";
	if (!accept(r, "cancel")) {
		op.address = read_use(r, true);
		if (op.address < 0) {
			fail(r, "'?' is no lock");
			return;
		}
		op.text = r->function->values[op.address].text ? r->function->values[op.address].text
							       : r->function->values[op.address].name;
	}
	if (r->token == TOKEN_QUOTED)
		op.text = read_name(r);
	if (accept(r, "class"))
		op.class_ = read_class(r);
	if (accept(r, "by"))
		op.written = read_name(r);
	if (accept(r, "entry"))
		op.handle = read_use(r, true);
	if (accept(r, "irql"))
		op.irql = read_use(r, false);
	op.place = read_place(r);
	op.text = lockprog_string(op.text);
	*lockprog_add_op(r->function, r->block, LOCKPROG_PROMISE, op.place) = op;
}

static void read_assume(struct reader *r)
{
	int value = read_use(r, false);

	if (value < 0) {
		fail(r, "'?' cannot be assumed");
		return;
	}
	lockprog_add_arg(lockprog_add_op(r->function, r->block, LOCKPROG_ASSUME, read_place(r)), value);
}

static void read_call(struct reader *r, int result)
{
	const char *callee = lockprog_string(accept(r, "*") ? "*" : read_name(r));
	unsigned long long lock_args = 0;
	int args[64], n = 0, n_targets = 0;
	const char **targets = NULL;
	bool is_system;
	struct lockprog_op *op;

	expect(r, "(");
	while (!is(r, ")") && !r->error) {
		if (n)
			expect(r, ",");
		if (n == 64) {
			fail(r, "more than 64 arguments");
			break;
		}
		/* 'lock' is a word here only before a name */
		if (is(r, "lock") && *r->at == ' ') {
			next(r);
			lock_args |= 1ull << n;
		}
		args[n] = read_use(r, lock_args >> n & 1);
		n++;
	}
	expect(r, ")");
	if (r->token == TOKEN_QUOTED) {
		const char *text = read_name(r);

		if (result >= 0)
			r->function->values[result].text = text;
	}
	is_system = accept(r, "system");
	if (accept(r, "maybe"))
		do {
			const char **grown = realloc(targets, (n_targets + 1) * sizeof *targets);

			if (!grown)
				memory_exhausted();
			targets = grown;
			targets[n_targets++] = read_name(r);
		} while (accept(r, ","));
	op = lockprog_add_op(r->function, r->block, LOCKPROG_CALL, read_place(r));
	op->text = callee;
	for (int i = 0; i < n_targets; i++)
		lockprog_add_target(op, targets[i]);
	free(targets);
	op->value = result;
	op->is_system = is_system;
	op->lock_args = lock_args;
	for (int i = 0; i < n; i++)
		lockprog_add_arg(op, args[i]);
}

/* A value's definition, after its name. */
static void read_definition(struct reader *r, const char *name)
{
	struct lockprog_type type = type_s32;
	int v = find_value(r, name);
	enum spinrule_op which;
	bool typed = accept(r, ":");

	if (typed)
		type = read_type(r);
	expect(r, "=");
	if (v < 0) {
		v = lockprog_add_value(r->function, name, NULL, type, UNDEFINED, -1, -1);
		name_value(r, name, v);
	} else if (r->function->values[v].expr != UNDEFINED) {
		fail(r, "'%s' is defined twice", name);
		return;
	}
	r->function->values[v].type = type;
	if (accept(r, "call")) {
		r->function->values[v].expr = LOCKPROG_UNKNOWN;
		read_call(r, v);
		return;
	}
	if (names_op(r, &which)) {
		next(r);
		r->function->values[v].expr = LOCKPROG_UNKNOWN;
		read_lockop(r, which, v);
		return;
	}
	read_expr(r, v);
	/* Comparisons are truth values unless told otherwise. */
	if (!typed && r->function->values[v].expr >= LOCKPROG_EQ && r->function->values[v].expr <= LOCKPROG_GE)
		r->function->values[v].type = (struct lockprog_type){ 1, false, false };
	if (r->token == TOKEN_QUOTED)
		r->function->values[v].text = read_name(r);
	if (r->function->values[v].expr == LOCKPROG_PARAM || r->function->values[v].expr == LOCKPROG_CONST ||
	    r->function->values[v].expr == LOCKPROG_OBJECT) {
		read_place(r);
		return;
	}
	if (r->block < 0)
		fail(r, "'%s' is defined before the first block", name);
	else
		lockprog_define(r->function, r->block, v, read_place(r));
}

static void read_store(struct reader *r)
{
	int address = read_use(r, true), value;
	struct lockprog_op *op;
	int class_;

	expect(r, "=");
	value = read_use(r, false);
	expect(r, "class");
	class_ = accept(r, "*") ? -1 : read_class(r);
	op = lockprog_add_op(r->function, r->block, LOCKPROG_STORE, read_place(r));
	op->address = address;
	op->value = value;
	op->class_ = class_;
}

/* The successors, after "->". */
static void read_successors(struct reader *r)
{
	struct lockprog_block *block = &r->function->blocks[r->block];

	expect(r, "->");
	if (accept(r, "stop"))
		return;
	if (accept(r, "exit")) {
		block->exit = LOCKPROG_RETURN;
		block->place = (struct lockprog_place){ lockprog_string(r->name), r->line, 0, 0 };
		return;
	}
	while (!r->error && (at_name(r) || r->token == TOKEN_NUMBER || is(r, "-"))) {
		struct lockprog_edge edge = { 0 };
		struct lockprog_edge *added;

		if (r->function->blocks[r->block].exit == LOCKPROG_SWITCH) {
			if (accept(r, "else"))
				edge.is_default = true;
			else
				do {
					long long low = read_number(r);

					lockprog_add_range(&edge, low, accept(r, "..") ? read_number(r) : low);
				} while (accept(r, ","));
			expect(r, ":");
		}
		edge.block = block_named(r, read_name(r));
		added = lockprog_add_edge(r->function, r->block, edge.block);
		*added = edge;
	}
	block = &r->function->blocks[r->block];
	if (block->exit == LOCKPROG_GOTO && block->n_succ > 1)
		block->exit = LOCKPROG_CHOICE;
	if (!block->n_succ || (block->exit == LOCKPROG_IF && block->n_succ != 2))
		fail(r, block->exit == LOCKPROG_IF ? "'if' needs two blocks to go to" : "a block to go to expected");
}

/* An exit; true if the line has one here. */
static bool read_exit(struct reader *r)
{
	enum lockprog_exit_kind kind = LOCKPROG_GOTO;
	int value = -1;

	if (is(r, "->")) {
		read_successors(r);
		r->block_open = false;
		return true;
	}
	if (accept(r, "return")) {
		kind = LOCKPROG_RETURN;
		if (r->token == TOKEN_NUMBER || is(r, "-") || (at_name(r) && !is(r, "at")))
			value = read_use(r, false);
	} else if (accept(r, "if")) {
		kind = LOCKPROG_IF;
		value = lockprog_add_value(r->function, NULL, NULL, type_s32, UNDEFINED, -1, -1);
		read_expr(r, value);
		if (r->error)
			return true;
		if (r->function->values[value].expr == LOCKPROG_COPY) {
			/* No new value is needed; the last one made is a use of another. */
			value = r->function->values[value].a;
		} else {
			r->function->values[value].type = (struct lockprog_type){ 1, false, false };
			lockprog_define(r->function, r->block, value, (struct lockprog_place){ 0 });
		}
	} else if (accept(r, "switch")) {
		kind = LOCKPROG_SWITCH;
		value = read_use(r, false);
	} else {
		return false;
	}
	r->function->blocks[r->block].exit = kind;
	r->function->blocks[r->block].value = value;
	r->function->blocks[r->block].place = read_place(r);
	if (kind != LOCKPROG_RETURN)
		read_successors(r);
	r->block_open = false;
	return true;
}

static void read_statement(struct reader *r)
{
	enum lockprog_promise promise;
	enum spinrule_op which;

	if (r->block >= 0 && !r->block_open) {
		fail(r, "a statement after the exit of block %s", r->function->blocks[r->block].name);
		return;
	}
	if (r->block >= 0) {
		if (read_exit(r))
			return;
		if (names_op(r, &which)) {
			next(r);
			read_lockop(r, which, -1);
			return;
		}
		if (names_promise(r, &promise)) {
			next(r);
			read_promise(r, promise);
			return;
		}
		if (accept(r, "assume")) {
			read_assume(r);
			return;
		}
		if (accept(r, "call")) {
			read_call(r, -1);
			return;
		}
		if (accept(r, "clobber")) {
			int class_ = accept(r, "*") ? -1 : read_class(r);

			lockprog_add_op(r->function, r->block, LOCKPROG_CLOBBER, read_place(r))->class_ = class_;
			return;
		}
		if (accept(r, "*")) {
			read_store(r);
			return;
		}
	} else if (accept(r, "unknown")) {
		r->function->unknown = read_name(r);
		return;
	}
	if (at_name(r))
		read_definition(r, read_name(r));
	else
		fail(r, "a statement expected at '%.40s'", r->token_start);
}

/* Used names that were never defined become parameters and locks; every block has an exit. */
static void end_function(struct reader *r)
{
	if (!r->function || r->error)
		return;
	if (r->block < 0 && !r->function->unknown)
		fail(r, "function '%s' has no block", r->function->name);
	if (r->block >= 0 && r->block_open)
		fail(r, "block %s has no exit", r->function->blocks[r->block].name);
	for (int i = 0; i < r->n_names; i++) {
		struct lockprog_value *value = &r->function->values[r->names[i].value];

		if (value->expr != UNDEFINED)
			continue;
		value->text = value->name;
		if (value->type.is_pointer) {
			value->expr = LOCKPROG_OBJECT;
			value->object = lockprog_object(r->unit, value->name, false);
		} else {
			value->expr = LOCKPROG_PARAM;
			value->constant = r->function->n_params++;
		}
	}
	for (int b = 0; b < r->function->n_blocks; b++)
		if (!r->has_block[b])
			fail(r, "function '%s' goes to block %s, which it does not have", r->function->name,
			     r->function->blocks[b].name);
	r->function = NULL;
	r->n_names = 0;
}

static void begin_function(struct reader *r, const char *name)
{
	end_function(r);
	r->function = lockprog_add_function(r->unit, name);
	r->block = -1;
	r->block_open = false;
}

static void read_function_line(struct reader *r)
{
	begin_function(r, read_name(r));
	if (accept(r, "callback"))
		r->function->role = read_name(r);
	r->function->enters_with_cancel_lock = accept(r, "cancel");
	r->function->is_external = accept(r, "external");
	if (accept(r, "result"))
		r->function->result = read_type(r);
	r->function->result_is_ntstatus = accept(r, "ntstatus");
	r->function->place = read_place(r);
}

/* True when the line starts a block: "NAME:" and what follows is not a type and "=". */
static bool starts_block(const struct reader *r)
{
	const char *c = r->at;

	if (r->token != TOKEN_NAME || *c != ':')
		return false;
	for (c++; lockprog_is_name_char((unsigned char)*c); c++)
		;
	while (*c == ' ' || *c == '\t')
		c++;
	return r->at[1] == 0 || isspace((unsigned char)r->at[1]) || *c != '=';
}

static void read_block_start(struct reader *r)
{
	if (!r->function)
		begin_function(r, lockprog_string("main"));
	if (r->block >= 0 && r->block_open) {
		fail(r, "block %s has no exit", r->function->blocks[r->block].name);
		return;
	}
	r->block = block_named(r, read_name(r));
	if (r->has_block[r->block])
		fail(r, "block %s is there twice", r->function->blocks[r->block].name);
	r->has_block[r->block] = true;
	r->block_open = true;
	expect(r, ":");
}

static void read_class_line(struct reader *r)
{
	struct lockprog_class class_ = { .name = read_name(r) };

	class_.is_pointer = accept(r, "pointer");
	class_.is_system = accept(r, "system");
	class_.is_private = accept(r, "private");
	lockprog_class(r->unit, &class_);
}

static void read_line(struct reader *r)
{
	next(r);
	if (r->token == TOKEN_END)
		return;
	if (accept(r, "unit")) {
		r->unit->name = read_name(r);
		r->has_unit = true;
	} else if (accept(r, "class")) {
		read_class_line(r);
	} else if (accept(r, "object")) {
		const char *name = read_name(r);

		lockprog_object(r->unit, name, accept(r, "local"));
	} else if (accept(r, "function")) {
		read_function_line(r);
	} else {
		if (starts_block(r))
			read_block_start(r);
		if (!r->function)
			begin_function(r, lockprog_string("main"));
		while (r->token != TOKEN_END && !r->error) {
			read_statement(r);
			/* An exit may follow the last statement without a ';'. */
			if (!accept(r, ";") && !is(r, "->"))
				break;
		}
	}
	if (r->token != TOKEN_END)
		fail(r, "the line does not end at '%.40s'", r->token_start);
}

struct lockprog_unit *lockprog_read(FILE *in, const char *name, char **error)
{
	struct reader r = { .name = name, .block = -1 };
	size_t size = 0;

	*error = NULL;
	r.unit = lockprog_new_unit(name);
	while (!r.error && getline(&r.text, &size, in) >= 0) {
		r.line++;
		r.at = r.text;
		read_line(&r);
	}
	if (!r.error && ferror(in))
		fail(&r, "cannot be read");
	end_function(&r);
	/* A dump may have no function in it; a file of anything else has not even a unit. */
	if (!r.error && !r.unit->n_functions && !r.has_unit)
		fail(&r, "there is no function in it");
	free(r.text);
	free(r.word);
	free(r.names);
	free(r.has_block);
	if (r.error) {
		lockprog_free_unit(r.unit);
		*error = r.error;
		return NULL;
	}
	lockprog_finish(r.unit);
	return r.unit;
}
