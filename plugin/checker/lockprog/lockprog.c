/* lockprog.c - builds lock programs and describes their edges in words.
 *
 * Units are small compared with what GCC keeps for the same source, and strings are
 * shared, so nothing is freed before the unit is.
 *
 * SPDX-License-Identifier: MIT
 */

#include "lockprog/lockprog.h"

#include <assert.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "limits.h"
#include "lockprog/alloc.h"
#include "lockprog/work.h"

unsigned long long work_done;

/* ---- strings that are shared and live as long as the process ---- */

static struct shared { const char *text; unsigned hash; } *strings;
static unsigned n_strings, max_strings;

static unsigned string_hash(const char *text)
{
	unsigned hash = 2166136261u;

	for (; *text; text++)
		hash = (hash ^ (unsigned char)*text) * 16777619u;
	return hash;
}

static struct shared *string_slot(const char *text, unsigned hash)
{
	unsigned i = hash & (max_strings - 1);

	while (strings[i].text && (strings[i].hash != hash || strcmp(strings[i].text, text)))
		i = (i + 1) & (max_strings - 1);
	return &strings[i];
}

static void strings_enlarge(void)
{
	struct shared *old = strings;
	unsigned old_max = max_strings;

	max_strings = old_max ? 2 * old_max : 1024;
	strings = alloc_zeroed(max_strings * sizeof *strings);
	for (unsigned i = 0; i < old_max; i++)
		if (old[i].text)
			*string_slot(old[i].text, old[i].hash) = old[i];
	free(old);
}

const char *lockprog_string(const char *text)
{
	unsigned hash;
	struct shared *slot;
	size_t size;

	if (!text)
		return NULL;
	if (2 * n_strings >= max_strings)
		strings_enlarge();
	hash = string_hash(text);
	slot = string_slot(text, hash);
	if (!slot->text) {
		size = strlen(text) + 1;
		slot->text = memcpy(alloc_zeroed(size), text, size);
		slot->hash = hash;
		n_strings++;
	}
	return slot->text;
}

/* ---- build ---- */

struct lockprog_unit *lockprog_new_unit(const char *name)
{
	struct lockprog_unit *unit = alloc_zeroed(sizeof *unit);

	unit->name = lockprog_string(name);
	return unit;
}

void lockprog_free_body(struct lockprog_function *function)
{
	for (int v = 0; v < function->n_values; v++)
		free(function->values[v].phi);
	for (int b = 0; b < function->n_blocks; b++) {
		struct lockprog_block *block = &function->blocks[b];

		for (int i = 0; i < block->n_ops; i++)
			free(block->ops[i].args), free(block->ops[i].targets);
		for (int i = 0; i < block->n_succ; i++)
			free(block->succ[i].ranges);
		free(block->ops);
		free(block->succ);
	}
	free(function->values);
	free(function->blocks);
	function->values = NULL;
	function->blocks = NULL;
	function->n_values = function->max_values = 0;
	function->n_blocks = function->max_blocks = 0;
}

void lockprog_free_function(struct lockprog_function *function)
{
	lockprog_free_body(function);
	if (function->outline) {
		free(function->outline->calls);
		free(function->outline->types);
		free(function->outline->ddis);
		free(function->outline);
	}
	free(function);
}

void lockprog_free_unit(struct lockprog_unit *unit)
{
	if (!unit)
		return;
	for (int i = 0; i < unit->n_functions; i++)
		lockprog_free_function(unit->functions[i]);
	free(unit->functions);
	free(unit->objects);
	free(unit->classes);
	free(unit->symbols);
	free(unit->parameters);
	free(unit->kept);
	free(unit->conversions);
	free(unit->silenced);
	for (int i = 0; i < unit->n_stays; i++)
		free(unit->stays[i].needs);
	free(unit->stays);
	free(unit->levels);
	free(unit->strings);
	free(unit->code);
	name_map_clear(&unit->object_numbers);
	name_map_clear(&unit->class_numbers);
	free(unit);
}

struct lockprog_function *lockprog_add_function(struct lockprog_unit *unit, const char *name)
{
	struct lockprog_function *function = alloc_zeroed(sizeof *function);

	function->name = lockprog_string(name);
	function->cancel_irql = -1;
	unit->functions = alloc_grow(unit->functions, unit->n_functions, &unit->max_functions,
				     sizeof *unit->functions);
	unit->functions[unit->n_functions++] = function;
	return function;
}

int lockprog_object(struct lockprog_unit *unit, const char *name, bool is_local)
{
	const char *shared = lockprog_string(name);
	int number = name_map_find(&unit->object_numbers, shared);

	if (number >= 0)
		return number;
	unit->objects = alloc_grow(unit->objects, unit->n_objects, &unit->max_objects,
				   sizeof *unit->objects);
	unit->objects[unit->n_objects] =
		(struct lockprog_object){ .name = shared, .is_local = is_local };
	name_map_add(&unit->object_numbers, shared, unit->n_objects);
	return unit->n_objects++;
}

int lockprog_class(struct lockprog_unit *unit, const struct lockprog_class *new_class)
{
	const char *shared = lockprog_string(new_class->name);
	int number = name_map_find(&unit->class_numbers, shared);

	if (number >= 0)
		return number;
	unit->classes = alloc_grow(unit->classes, unit->n_classes, &unit->max_classes,
				   sizeof *unit->classes);
	unit->classes[unit->n_classes] = *new_class;
	unit->classes[unit->n_classes].name = shared;
	unit->has_processor |= lockprog_class_is_of_processor(new_class);
	name_map_add(&unit->class_numbers, shared, unit->n_classes);
	return unit->n_classes++;
}

const char *lockprog_block_name(int number)
{
	static const char **names;
	static int n, max;
	char name[16];

	for (; n <= number; n++) {
		names = alloc_grow(names, n, &max, sizeof *names);
		snprintf(name, sizeof name, "b%d", n);
		names[n] = lockprog_string(name);
	}
	return names[number];
}

int lockprog_add_block(struct lockprog_function *function)
{
	struct lockprog_block *block;

	function->blocks = alloc_grow(function->blocks, function->n_blocks, &function->max_blocks,
				      sizeof *function->blocks);
	block = &function->blocks[function->n_blocks];
	*block = (struct lockprog_block){ .name = lockprog_block_name(function->n_blocks),
					   .exit = LOCKPROG_GOTO, .value = -1 };
	return function->n_blocks++;
}

int lockprog_add_value(struct lockprog_function *function, const char *name, const char *text,
		       struct lockprog_type type, enum lockprog_expr expr, int a, int b)
{
	struct lockprog_value *value;

	function->values = alloc_grow(function->values, function->n_values, &function->max_values,
				      sizeof *function->values);
	value = &function->values[function->n_values];
	*value = (struct lockprog_value){
		.name = lockprog_string(name),
		.text = lockprog_string(text),
		.type = type,
		.expr = expr,
		.a = a,
		.b = b,
		.object = -1,
		.class_ = -1,
		.used = true,
	};
	return function->n_values++;
}

int lockprog_const(struct lockprog_function *function, struct lockprog_type type,
		   long long constant)
{
	int value = lockprog_add_value(function, NULL, NULL, type, LOCKPROG_CONST, -1, -1);

	function->values[value].constant = constant;
	return value;
}

void lockprog_add_phi_arg(struct lockprog_function *function, int value, int from_block, int arg)
{
	struct lockprog_value *phi = &function->values[value];

	/* A PHI has as many arguments as predecessors: grow by doubling at powers of
	 * two. */
	if ((phi->n_phi & (phi->n_phi - 1)) == 0) {
		int max = phi->n_phi ? 2 * phi->n_phi : 1;

		phi->phi = realloc(phi->phi, max * sizeof *phi->phi);
		if (!phi->phi)
			alloc_exhausted();
	}
	phi->phi[phi->n_phi++] = (struct lockprog_phi){ from_block, arg };
}

struct lockprog_op *lockprog_add_op(struct lockprog_function *function, int block,
				    enum lockprog_op_kind kind, struct lockprog_place place)
{
	struct lockprog_block *to = &function->blocks[block];
	struct lockprog_op *op;

	assert(block >= 0 && block < function->n_blocks);
	to->ops = alloc_grow(to->ops, to->n_ops, &to->max_ops, sizeof *to->ops);
	op = &to->ops[to->n_ops++];
	*op = (struct lockprog_op){
		.kind = kind, .place = place, .value = -1, .address = -1, .class_ = -1,
		.handle = -1, .irql = -1, .callee = -1,
	};
	return op;
}

void lockprog_define(struct lockprog_function *function, int block, int value,
		     struct lockprog_place place)
{
	lockprog_add_op(function, block, LOCKPROG_DEFINE, place)->value = value;
}

void lockprog_add_arg(struct lockprog_op *op, int value)
{
	op->args = realloc(op->args, (op->n_args + 1) * sizeof *op->args);
	if (!op->args)
		alloc_exhausted();
	op->args[op->n_args++] = value;
}

void lockprog_add_target(struct lockprog_op *op, const char *name)
{
	struct lockprog_target *targets =
		realloc(op->targets, (op->n_targets + 1) * sizeof *targets);

	if (!targets)
		alloc_exhausted();
	op->targets = targets;
	op->targets[op->n_targets++] = (struct lockprog_target){ lockprog_string(name), -1 };
}

struct lockprog_edge *lockprog_add_edge(struct lockprog_function *function, int block, int to)
{
	struct lockprog_block *from = &function->blocks[block];

	assert(block >= 0 && block < function->n_blocks);
	from->succ = alloc_grow(from->succ, from->n_succ, &from->max_succ, sizeof *from->succ);
	from->succ[from->n_succ] = (struct lockprog_edge){ .block = to };
	return &from->succ[from->n_succ++];
}

void lockprog_add_range(struct lockprog_edge *edge, long long low, long long high)
{
	edge->ranges = realloc(edge->ranges, (edge->n_ranges + 1) * sizeof *edge->ranges);
	if (!edge->ranges)
		alloc_exhausted();
	edge->ranges[edge->n_ranges++] = (struct lockprog_range){ low, high };
}

static int compare_functions(const void *a, const void *b)
{
	const struct lockprog_function *const *x = a, *const *y = b;

	return (*x)->name < (*y)->name ? -1 : (*x)->name > (*y)->name;
}

/* The function called NAME, a shared string, in SORTED; or NULL. */
static struct lockprog_function *find_function(struct lockprog_function **sorted, int n,
					       const char *name)
{
	int low = 0, high = n;

	while (low < high) {
		int middle = (low + high) / 2;

		if (sorted[middle]->name == name)
			return sorted[middle];
		if (sorted[middle]->name < name)
			low = middle + 1;
		else
			high = middle;
	}
	return NULL;
}

void lockprog_finish(struct lockprog_unit *unit)
{
	struct lockprog_function **sorted = alloc_zeroed(unit->n_functions * sizeof *sorted);

	for (int f = 0; f < unit->n_functions; f++) {
		unit->functions[f]->number = f;
		sorted[f] = unit->functions[f];
	}
	if (unit->n_functions)
		qsort(sorted, unit->n_functions, sizeof *sorted, compare_functions);
	for (int f = 0; f < unit->n_functions; f++) {
		struct lockprog_function *function = unit->functions[f];

		for (int b = 0; b < function->n_blocks; b++)
			for (int i = 0; i < function->blocks[b].n_ops; i++) {
				struct lockprog_op *op = &function->blocks[b].ops[i];
				struct lockprog_function *callee;

				assert(op->class_ < unit->n_classes &&
				       op->value < function->n_values);
				assert(op->address < function->n_values &&
				       op->handle < function->n_values);
				if (op->kind != LOCKPROG_CALL || !op->text)
					continue;
				callee = find_function(sorted, unit->n_functions, op->text);
				if (callee)
					op->callee = callee->number;
				for (int t = 0; t < op->n_targets; t++) {
					callee = find_function(sorted, unit->n_functions,
							       op->targets[t].name);
					op->targets[t].function = callee ? callee->number : -1;
				}
			}
	}
	free(sorted);
}

/* ---- words ---- */

struct words {
	char *at, *end;
};

static void __attribute__((format(printf, 2, 3)))
words_add(struct words *words, const char *format, ...)
{
	va_list list;
	int n;

	va_start(list, format);
	n = vsnprintf(words->at, words->end - words->at, format, list);
	va_end(list);
	words->at += n < words->end - words->at ? n : words->end - words->at - 1;
}

const char *lockprog_operator(enum lockprog_expr expr)
{
	static const char *const operators[LOCKPROG_EXPRS] = {
		[LOCKPROG_ADD] = "+",  [LOCKPROG_SUB] = "-",  [LOCKPROG_MUL] = "*",
		[LOCKPROG_AND] = "&",  [LOCKPROG_OR] = "|",   [LOCKPROG_XOR] = "^",
		[LOCKPROG_SHL] = "<<", [LOCKPROG_SHR] = ">>", [LOCKPROG_NOT] = "~",
		[LOCKPROG_NEG] = "-",  [LOCKPROG_EQ] = "==",  [LOCKPROG_NE] = "!=",
		[LOCKPROG_LT] = "<",   [LOCKPROG_LE] = "<=",  [LOCKPROG_GT] = ">",
		[LOCKPROG_GE] = ">=",
	};

	return operators[expr];
}

/* Add V in source words; false if it has none. */
static bool add_value(struct words *words, const struct lockprog_function *function, int v,
		      int depth)
{
	const struct lockprog_value *value = &function->values[v];

	if (value->text) {
		words_add(words, "%s", value->text);
		return true;
	}
	if (value->expr == LOCKPROG_CONST) {
		words_add(words, "%lld", value->constant);
		return true;
	}
	if (depth == 0)
		return false;
	if (value->expr == LOCKPROG_COPY)
		return add_value(words, function, value->a, depth - 1);
	if (!lockprog_operator(value->expr))
		return false;
	if (value->expr == LOCKPROG_NOT || value->expr == LOCKPROG_NEG) {
		words_add(words, "%s", lockprog_operator(value->expr));
		return add_value(words, function, value->a, depth - 1);
	}
	if (!add_value(words, function, value->a, depth - 1))
		return false;
	words_add(words, " %s ", lockprog_operator(value->expr));
	return add_value(words, function, value->b, depth - 1);
}

/* Add "'A' <words>" for a comparison of A by EXPR with B being TRUE or not. */
static bool add_comparison(struct words *words, const struct lockprog_function *function,
			   const struct lockprog_value *value, bool is_true)
{
	static const char *const when[LOCKPROG_EXPRS] = {
		[LOCKPROG_EQ] = "is ", [LOCKPROG_NE] = "is not ",
		[LOCKPROG_LT] = "is less than ", [LOCKPROG_LE] = "is at most ",
		[LOCKPROG_GT] = "is greater than ", [LOCKPROG_GE] = "is at least ",
	};
	static const enum lockprog_expr negated[LOCKPROG_EXPRS] = {
		[LOCKPROG_EQ] = LOCKPROG_NE, [LOCKPROG_NE] = LOCKPROG_EQ,
		[LOCKPROG_LT] = LOCKPROG_GE, [LOCKPROG_GE] = LOCKPROG_LT,
		[LOCKPROG_LE] = LOCKPROG_GT, [LOCKPROG_GT] = LOCKPROG_LE,
	};
	enum lockprog_expr expr = is_true ? value->expr : negated[value->expr];
	const struct lockprog_value *b = &function->values[value->b];

	words_add(words, "'");
	if (!add_value(words, function, value->a, LOCKPROG_MAX_WORDS_DEPTH))
		return false;
	words_add(words, "' %s", when[expr]);
	if (b->expr == LOCKPROG_CONST && b->constant == 0 &&
	    function->values[value->a].type.is_pointer) {
		words_add(words, "null");
		return true;
	}
	if (b->expr == LOCKPROG_CONST)
		return add_value(words, function, value->b, 0);
	words_add(words, "'");
	if (!add_value(words, function, value->b, LOCKPROG_MAX_WORDS_DEPTH))
		return false;
	words_add(words, "'");
	return true;
}

static bool add_truth(struct words *words, const struct lockprog_function *function, int v,
		      bool is_true)
{
	const struct lockprog_value *value = &function->values[v];

	/* (_Bool) (a == b) and the like are a == b. */
	while (!value->text && value->expr == LOCKPROG_COPY)
		value = &function->values[v = value->a];
	if (value->expr >= LOCKPROG_EQ && value->expr <= LOCKPROG_GE) {
		const struct lockprog_value *a = &function->values[value->a],
					    *b = &function->values[value->b];

		/* !x, and x != 0 where x is itself a truth value */
		if (b->expr == LOCKPROG_CONST && b->constant == 0 && !a->text &&
		    (value->expr == LOCKPROG_EQ || value->expr == LOCKPROG_NE) && a->type.bits == 1)
			return add_truth(words, function, value->a,
					 is_true == (value->expr == LOCKPROG_NE));
		return add_comparison(words, function, value, is_true);
	}
	words_add(words, "'");
	if (!add_value(words, function, v, LOCKPROG_MAX_WORDS_DEPTH))
		return false;
	if (value->type.bits == 1)
		words_add(words, "' is %s", is_true ? "true" : "false");
	else if (value->type.is_pointer)
		words_add(words, "' is %s", is_true ? "not null" : "null");
	else
		words_add(words, "' is %s", is_true ? "not 0" : "0");
	return true;
}

bool lockprog_describe_edge(const struct lockprog_function *function, int block, int succ,
			    char *buffer, int size)
{
	const struct lockprog_block *from = &function->blocks[block];
	const struct lockprog_edge *edge = &from->succ[succ];
	struct words words = { buffer, buffer + size };

	buffer[0] = 0;
	if (from->exit == LOCKPROG_IF)
		return add_truth(&words, function, from->value, succ == 0);
	if (from->exit != LOCKPROG_SWITCH)
		return false;
	words_add(&words, "'");
	if (!add_value(&words, function, from->value, LOCKPROG_MAX_WORDS_DEPTH))
		return false;
	if (edge->is_default) {
		words_add(&words, "' is none of the cases");
		return true;
	}
	words_add(&words, "' is ");
	for (int i = 0; i < edge->n_ranges; i++) {
		const char *comma = i ? " or " : "";

		if (edge->ranges[i].low == edge->ranges[i].high)
			words_add(&words, "%s%lld", comma, edge->ranges[i].low);
		else
			words_add(&words, "%s%lld to %lld", comma, edge->ranges[i].low,
				  edge->ranges[i].high);
	}
	return true;
}

bool lockprog_has_op(const struct lockprog_function *function, enum lockprog_op_kind kind)
{
	for (int b = 0; b < function->n_blocks; b++)
		for (int i = 0; i < function->blocks[b].n_ops; i++)
			if (function->blocks[b].ops[i].kind == kind)
				return true;
	return false;
}

bool lockprog_returns(const struct lockprog_function *function)
{
	for (int b = 0; b < function->n_blocks; b++)
		if (function->blocks[b].exit == LOCKPROG_RETURN)
			return true;
	return function->unknown != REASON_NONE;
}

bool lockprog_calls_unseen(const struct lockprog_op *op)
{
	return op->kind == LOCKPROG_CALL && op->callee < 0 && !op->is_system && op->text &&
	       strcmp(op->text, "*") != 0;
}
