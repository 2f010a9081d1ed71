/* print.c - prints lock programs in the text form that read.c describes.
 *
 * SPDX-License-Identifier: MIT
 */

#include "lockprog/lockprog.h"

#include <string.h>

#include "lockprog/table.h"
#include "lockprog/text.h"

const char *const lockprog_op_words[SPINRULE_OPS] = {
	[SPINRULE_OP_ACQUIRE] = "acquire",     [SPINRULE_OP_TRY] = "try",
	[SPINRULE_OP_RELEASE] = "release",     [SPINRULE_OP_INIT] = "init",
	[SPINRULE_OP_MOMENTARY] = "momentary", [SPINRULE_OP_LEAVE] = "leave",
	[SPINRULE_OP_CONVERT] = "convert",
};

const char *const lockprog_promise_words[LOCKPROG_PROMISES] = {
	[LOCKPROG_REQUIRES] = "requires",
	[LOCKPROG_ENTERS] = "enters",
	[LOCKPROG_RETURNS] = "returns",
	[LOCKPROG_ASSUMES] = "assumes",
	[LOCKPROG_GUARDS] = "guards",
};

const char *const lockprog_linkage_words[LOCKPROG_LINKAGES] = {
	[LOCKPROG_UNDEFINED] = "undefined", [LOCKPROG_STATIC] = "static",
	[LOCKPROG_GLOBAL] = "global",	    [LOCKPROG_WEAK] = "weak",
	[LOCKPROG_INLINE] = "inline",
};

static const char *const lifetime_words[] = {
	[LOCKPROG_SHARED] = "", [LOCKPROG_DRIVER] = " pointer",
	[LOCKPROG_SYSTEM] = " pointer system", [LOCKPROG_PROCESSOR] = " processor",
	[LOCKPROG_PRIVATE] = " private",
};

static void print_quoted(FILE *out, const char *text)
{
	putc('\'', out);
	for (; *text; text++) {
		if (*text == '\'' || *text == '\\')
			putc('\\', out);
		putc(*text == '\n' ? ' ' : *text, out);
	}
	putc('\'', out);
}

static void print_name(FILE *out, const char *name)
{
	const char *c = name;

	while (lockprog_is_name_char((unsigned char)*c))
		c++;
	if (*c || !*name || isdigit((unsigned char)*name) || *name == '.')
		print_quoted(out, name);
	else
		fputs(name, out);
}

static void print_place(FILE *out, struct lockprog_place place)
{
	if (!place.file)
		return;
	fputs(" at ", out);
	if (strpbrk(place.file, " ;'#\t") || !*place.file)
		print_quoted(out, place.file);
	else
		fputs(place.file, out);
	fprintf(out, ":%d:%d", place.line, place.column);
}

static void print_text(FILE *out, const char *text)
{
	if (!text)
		return;
	putc(' ', out);
	print_quoted(out, text);
}

static void print_type(FILE *out, struct lockprog_type type)
{
	if (type.is_pointer && type.bits == 64)
		fputs("p", out);
	else if (type.is_pointer)
		fprintf(out, "p%d", type.bits);
	else
		fprintf(out, "%c%d", type.is_signed ? 's' : 'u', type.bits);
}

static void print_value_name(FILE *out, const struct lockprog_function *function, int v)
{
	if (function->values[v].name)
		print_name(out, function->values[v].name);
	else
		fprintf(out, "v%d", v);
}

/* "name:type" */
static void print_typed(FILE *out, const struct lockprog_function *function, int v)
{
	print_value_name(out, function, v);
	putc(':', out);
	print_type(out, function->values[v].type);
}

/* Print a use of V: a constant is printed as a number if it has the default type. */
static void print_use(FILE *out, const struct lockprog_function *function, int v)
{
	if (v < 0)
		putc('?', out);
	else
		print_value_name(out, function, v);
}

static void print_expr(FILE *out, const struct lockprog_unit *unit,
		       const struct lockprog_function *function, const struct lockprog_value *value)
{
	switch (value->expr) {
	case LOCKPROG_UNKNOWN:
		putc('?', out);
		return;
	case LOCKPROG_PARAM:
		fprintf(out, "param %lld", value->constant);
		return;
	case LOCKPROG_CONST:
		fprintf(out, "%lld", value->constant);
		return;
	case LOCKPROG_OBJECT:
		putc('&', out);
		print_name(out, unit->objects[value->object].name);
		return;
	case LOCKPROG_COPY:
		print_use(out, function, value->a);
		return;
	case LOCKPROG_PHI:
		fputs("phi", out);
		for (int i = 0; i < value->n_phi; i++) {
			fprintf(out, " %s:", function->blocks[value->phi[i].block].name);
			print_use(out, function, value->phi[i].value);
		}
		return;
	case LOCKPROG_LOAD:
		putc('*', out);
		print_use(out, function, value->a);
		fputs(" class ", out);
		print_name(out, unit->classes[value->class_].name);
		return;
	case LOCKPROG_OPAQUE:
		fputs("opaque ", out);
		print_quoted(out, value->op);
		putc(' ', out);
		print_use(out, function, value->a);
		putc(' ', out);
		print_use(out, function, value->b);
		return;
	case LOCKPROG_NOT:
	case LOCKPROG_NEG:
		fputs(lockprog_operator(value->expr), out);
		print_use(out, function, value->a);
		return;
	case LOCKPROG_ADD:
	case LOCKPROG_SUB:
	case LOCKPROG_MUL:
	case LOCKPROG_AND:
	case LOCKPROG_OR:
	case LOCKPROG_XOR: case LOCKPROG_SHL: case LOCKPROG_SHR: case LOCKPROG_EQ: case LOCKPROG_NE:
	case LOCKPROG_LT: case LOCKPROG_LE: case LOCKPROG_GT: case LOCKPROG_GE:
		print_use(out, function, value->a);
		fprintf(out, " %s ", lockprog_operator(value->expr));
		print_use(out, function, value->b);
		return;
	case LOCKPROG_EXPRS:
		return;
	}
}

static void print_value(FILE *out, const struct lockprog_unit *unit,
			const struct lockprog_function *function, int v)
{
	const struct lockprog_value *value = &function->values[v];

	fputs("  ", out);
	print_typed(out, function, v);
	fputs(" = ", out);
	print_expr(out, unit, function, value);
	print_text(out, value->text);
}

static void print_class(FILE *out, const struct lockprog_unit *unit, int class_)
{
	if (class_ >= 0)
		print_name(out, unit->classes[class_].name);
	else
		putc('*', out);
}

static void print_level(FILE *out, const struct lockprog_op *op)
{
	if (op->level) {
		fputs(" level ", out);
		print_name(out, op->level);
	}
}

static void print_lockop(FILE *out, const struct lockprog_unit *unit,
			 const struct lockprog_function *function, const struct lockprog_op *op)
{
	fputs("  ", out);
	if (op->value >= 0) {
		print_typed(out, function, op->value);
		fputs(" = ", out);
	}
	fputs(lockprog_op_words[op->ddi->op], out);
	if (op->address >= 0) {
		putc(' ', out);
		print_use(out, function, op->address);
	} else if (op->ddi->group == SPINRULE_GROUP_CANCEL) {
		fputs(" cancel", out);
	} else if (op->handle >= 0) {
		fputs(" ?", out);
	}
	print_text(out, op->text);
	if (op->value >= 0 && function->values[op->value].text && op->text) {
		fputs(" value", out);
		print_text(out, function->values[op->value].text);
	}
	if (op->class_ >= 0) {
		fputs(" class ", out);
		print_name(out, unit->classes[op->class_].name);
	}
	print_level(out, op);
	fputs(" by ", out);
	print_name(out, table_name(op->ddi));
	if (op->written && strcmp(op->written, op->ddi->name) != 0) {
		putc('/', out);
		print_name(out, op->written);
	}
	if (op->handle >= 0) {
		fputs(" handle ", out);
		print_use(out, function, op->handle);
	}
	if (op->irql >= 0) {
		fputs(" irql ", out);
		print_use(out, function, op->irql);
	}
	if (spinrule_is_try(op->ddi) && op->value >= 0 && !function->values[op->value].used)
		fputs(" ignored", out);
}

static void print_promise(FILE *out, const struct lockprog_unit *unit,
			  const struct lockprog_function *function, const struct lockprog_op *op)
{
	fprintf(out, "  %s %s ", lockprog_promise_words[op->promise],
		op->is_held ? "held" : "free");
	if (op->address >= 0)
		print_use(out, function, op->address);
	else
		fputs("cancel", out);
	print_text(out, op->text);
	if (op->class_ >= 0) {
		fputs(" class ", out);
		print_name(out, unit->classes[op->class_].name);
	}
	print_level(out, op);
	if (op->written) {
		fputs(" by ", out);
		print_name(out, op->written);
	}
	if (op->handle >= 0) {
		fputs(" entry ", out);
		print_use(out, function, op->handle);
	}
	if (op->irql >= 0) {
		fputs(" irql ", out);
		print_use(out, function, op->irql);
	}
}

static void print_op(FILE *out, const struct lockprog_unit *unit,
		     const struct lockprog_function *function, const struct lockprog_op *op)
{
	if (op->unless_seen) {
		fputs("  unless ", out);
		print_name(out, op->kind == LOCKPROG_LOCKOP ? op->written : op->text);
	}
	switch (op->kind) {
	case LOCKPROG_DEFINE:
		print_value(out, unit, function, op->value);
		break;
	case LOCKPROG_LOCKOP:
		print_lockop(out, unit, function, op);
		break;
	case LOCKPROG_STORE:
		fputs("  *", out);
		print_use(out, function, op->address);
		fputs(" = ", out);
		print_use(out, function, op->value);
		fputs(" class ", out);
		print_class(out, unit, op->class_);
		break;
	case LOCKPROG_CLOBBER:
		fputs("  clobber ", out);
		print_class(out, unit, op->class_);
		break;
	case LOCKPROG_CALL:
		fputs("  ", out);
		if (op->value >= 0) {
			print_typed(out, function, op->value);
			fputs(" = ", out);
		}
		fputs("call ", out);
		print_name(out, op->text);
		putc('(', out);
		for (int i = 0; i < op->n_args; i++) {
			if (i)
				fputs(", ", out);
			if (i < 64 && op->lock_args >> i & 1)
				fputs("lock ", out);
			print_use(out, function, op->args[i]);
			if (op->class_ >= 0 && i < 64 && op->lock_args >> i & 1) {
				fputs(" class ", out);
				print_class(out, unit, op->class_);
			}
		}
		putc(')', out);
		if (op->value >= 0)
			print_text(out, function->values[op->value].text);
		if (op->type) {
			fputs(" type", out);
			print_text(out, op->type);
		}
		if (op->is_system)
			fputs(" system", out);
		for (int i = 0; i < op->n_targets; i++) {
			fputs(i ? ", " : " maybe ", out);
			print_name(out, op->targets[i].name);
		}
		break;
	case LOCKPROG_ASSUME:
		fputs("  assume ", out);
		print_use(out, function, op->args[0]);
		break;
	case LOCKPROG_PROMISE:
		print_promise(out, unit, function, op);
		break;
	}
	print_place(out, op->place);
	putc('\n', out);
}

static void print_range(FILE *out, struct lockprog_range range)
{
	if (range.low == range.high)
		fprintf(out, "%lld", range.low);
	else
		fprintf(out, "%lld..%lld", range.low, range.high);
}

static void print_exit(FILE *out, const struct lockprog_function *function,
		       const struct lockprog_block *block)
{
	fputs("  ", out);
	if (block->exit == LOCKPROG_RETURN) {
		fputs("return", out);
		if (block->value >= 0) {
			putc(' ', out);
			print_use(out, function, block->value);
		}
		print_place(out, block->place);
		putc('\n', out);
		return;
	}
	if (block->exit == LOCKPROG_IF || block->exit == LOCKPROG_SWITCH) {
		fputs(block->exit == LOCKPROG_IF ? "if " : "switch ", out);
		print_use(out, function, block->value);
		print_place(out, block->place);
		putc(' ', out);
	}
	fputs("->", out);
	if (!block->n_succ)
		fputs(" stop", out);
	for (int i = 0; i < block->n_succ; i++) {
		const struct lockprog_edge *edge = &block->succ[i];

		putc(' ', out);
		for (int r = 0; r < edge->n_ranges; r++) {
			if (r)
				putc(',', out);
			print_range(out, edge->ranges[r]);
		}
		if (edge->is_default)
			fputs("else", out);
		if (block->exit == LOCKPROG_SWITCH)
			putc(':', out);
		fputs(function->blocks[edge->block].name, out);
	}
	putc('\n', out);
}

void lockprog_print_function(FILE *out, const struct lockprog_unit *unit,
			     const struct lockprog_function *function)
{
	fputs("\nfunction ", out);
	print_name(out, function->name);
	if (function->role) {
		fputs(" callback ", out);
		print_name(out, function->role);
	}
	if (function->enters_with_cancel_lock)
		fputs(" cancel", out);
	if (function->cancel_irql >= 0) {
		fputs(" irql ", out);
		print_use(out, function, function->cancel_irql);
	}
	if (function->is_at_dispatch)
		fputs(" dispatch", out);
	if (function->is_alone)
		fputs(" alone", out);
	if (function->is_external)
		fputs(" external", out);
	if (function->result.bits) {
		fputs(" result ", out);
		print_type(out, function->result);
	}
	if (function->result_is_object)
		fputs(" result object", out);
	if (function->result_is_ntstatus)
		fputs(" ntstatus", out);
	print_place(out, function->place);
	putc('\n', out);
	if (function->unknown) {
		fputs("  unknown ", out);
		print_quoted(out, reason_words(function->unknown));
		putc('\n', out);
	}
	for (int v = 0; v < function->n_values; v++) {
		enum lockprog_expr expr = function->values[v].expr;

		/* No operation defines these. */
		if (expr == LOCKPROG_PARAM || expr == LOCKPROG_CONST || expr == LOCKPROG_OBJECT) {
			print_value(out, unit, function, v);
			putc('\n', out);
		}
	}
	for (int b = 0; b < function->n_blocks; b++) {
		const struct lockprog_block *block = &function->blocks[b];

		fprintf(out, "%s:\n", block->name);
		for (int i = 0; i < block->n_ops; i++)
			print_op(out, unit, function, &block->ops[i]);
		print_exit(out, function, block);
	}
}

static void print_role(FILE *out, const struct lockprog_role *role)
{
	if (!role->name)
		return;
	fputs(" role ", out);
	print_name(out, role->name);
	if (role->enters_with_cancel_lock)
		fputs(" cancel", out);
	if (role->is_at_dispatch)
		fputs(" dispatch", out);
	if (role->entry) {
		fputs(" entered ", out);
		print_name(out, role->entry);
	}
}

static void print_symbol(FILE *out, const struct lockprog_symbol *symbol)
{
	fputs("symbol ", out);
	print_name(out, symbol->name);
	print_text(out, symbol->link_name);
	fprintf(out, " %s", lockprog_linkage_words[symbol->linkage]);
	if (symbol->is_taken)
		fputs(" taken", out);
	if (symbol->is_system)
		fputs(" system", out);
	if (symbol->type) {
		fputs(" type", out);
		print_text(out, symbol->type);
	}
	print_role(out, &symbol->role);
	if (symbol->alias_of) {
		fputs(" alias ", out);
		print_name(out, symbol->alias_of);
	}
	putc('\n', out);
}

static void print_stays(FILE *out, const struct lockprog_stays *stays)
{
	fputs("stays ", out);
	print_name(out, stays->name);
	if (stays->number >= 0)
		fprintf(out, " parameter %d", stays->number);
	for (int i = 0; i < stays->n_needs; i++) {
		fputs(i ? ", " : " if ", out);
		print_name(out, stays->needs[i].function);
		fprintf(out, " %d", stays->needs[i].number);
	}
	putc('\n', out);
}

/* What only the linker needs. */
static void print_for_linker(FILE *out, const struct lockprog_unit *unit)
{
	for (int i = 0; i < unit->n_symbols; i++)
		print_symbol(out, &unit->symbols[i]);
	for (int i = 0; i < unit->n_kept; i++) {
		fputs("kept ", out);
		print_name(out, unit->kept[i].function);
		print_text(out, unit->kept[i].type);
		putc('\n', out);
	}
	for (int i = 0; i < unit->n_conversions; i++) {
		fputs("converts", out);
		print_text(out, unit->conversions[i].from);
		print_text(out, unit->conversions[i].to);
		putc('\n', out);
	}
	for (int i = 0; i < unit->n_parameters; i++) {
		const struct lockprog_role_parameter *parameter = &unit->parameters[i];

		fputs("parameter ", out);
		print_name(out, parameter->function);
		fprintf(out, " %d", parameter->number);
		print_role(out, &parameter->role);
		putc('\n', out);
	}
	for (int i = 0; i < unit->n_silenced; i++) {
		fputs("silenced ", out);
		print_quoted(out,
			     spinrule_id((enum spinrule_violation)unit->silenced[i].id));
		print_place(out, unit->silenced[i].place);
		putc('\n', out);
	}
	for (int i = 0; i < unit->n_stays; i++)
		print_stays(out, &unit->stays[i]);
	for (int i = 0; i < unit->n_levels; i++) {
		fputs("levels ", out);
		print_name(out, unit->levels[i].first);
		putc(' ', out);
		print_name(out, unit->levels[i].second);
		putc('\n', out);
	}
}

static void print_unit_line(FILE *out, const struct lockprog_unit *unit)
{
	fputs("unit ", out);
	print_quoted(out, unit->name);
	if (unit->directory) {
		fputs(" in", out);
		print_text(out, unit->directory);
	}
	if (unit->target) {
		fputs(" for", out);
		print_text(out, unit->target);
	}
	if (unit->options) {
		fputs(" with", out);
		print_text(out, unit->options);
	}
	putc('\n', out);
}

void lockprog_print(FILE *out, const struct lockprog_unit *unit)
{
	print_unit_line(out, unit);
	for (int i = 0; i < unit->n_classes; i++) {
		const struct lockprog_class *class_ = &unit->classes[i];

		fputs("class ", out);
		print_name(out, class_->name);
		fputs(lifetime_words[class_->lifetime], out);
		if (class_->layout) {
			fputs(" layout ", out);
			print_quoted(out, class_->layout);
		}
		if (class_->pointed) {
			fputs(" pointed ", out);
			print_name(out, class_->pointed);
		}
		putc('\n', out);
	}
	for (int i = 0; i < unit->n_objects; i++) {
		fputs("object ", out);
		print_name(out, unit->objects[i].name);
		fprintf(out, "%s%s%s%s\n", unit->objects[i].is_local ? " local" : "",
			unit->objects[i].is_contained ? " contained" : "",
			unit->objects[i].is_constant ? " constant" : "",
			unit->objects[i].is_thread ? " thread" : "");
	}
	print_for_linker(out, unit);
	for (int f = 0; f < unit->n_functions; f++)
		lockprog_print_function(out, unit, unit->functions[f]);
}
