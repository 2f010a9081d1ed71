/* to-c.c - lock programs as driver source, for fuzz.sh.
 *
 *     to-c FILE.lp...         prints one C file that has all functions of all FILEs
 *
 * A function NAME of FILE N.lp is called pN_NAME.  Each operation stands on a line of its own
 * and each block starts with a #line, so what a compiler says is about "N.lp:FUNCTION:BLOCK".
 *
 * The same program is written in one of many ways, chosen by its name: where its locks are
 * (globals, one record, an array, the device extension, which is kept or read again each time), by
 * which DDIs they are taken and where the IRQL is kept, with expressions inside conditions or in variables of their own,
 * with loops and else or with gotos, and how its callbacks get their role.
 *
 * What the C form says less than the .lp: where a return without a value is.  GCC keeps no statement
 * for it, so at which of the ways to it a warning stands is a guess; blocks of functions that
 * return nothing are marked ":void", and said.awk leaves the block of held-at-return out there.
 *
 * SPDX-License-Identifier: MIT
 */

#include "to-c.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Bytes of a field of oExt. */
enum { EXT_FIELD = 8 };

static const struct lockprog_unit *unit;
const struct lockprog_function *f;
static char file_name[200], prefix[200];

/* How the unit is written. */
static struct {
	enum { GLOBALS, RECORD, ARRAY, EXTENSION, EXTENSION_REREAD } place;
	enum { AT_DPC_LEVEL, RETURNED, THROUGH } ddi;	/* of operations that leave it open */
	bool irql_in_locals;		/* RETURNED, THROUGH: else beside the lock, in a record of both */
	bool has_irqls;			/* the program says where its IRQLs go */
	bool has_queued;		/* ... has in-stack queued locks */
	bool has_driver;		/* ... was made with --driver */
	bool inlines, has_loops, uses_bool, calls_for_unknown, short_circuits;
	enum { DECLARED, INITIALIZED, ASSIGNED, HANDED_ON } roles;
} style;

/* Of the function: */
static int *uses;			/* of each value */
static int *inlined_in;			/* block, or -1 */
static int *n_edges;			/* into each block */
static bool *leads_to_number;		/* value: it is a pointer, not to a lock or a handle */
int *dominator;			/* immediate, of each block */
int *order;			/* blocks in reverse postorder */
int n_order;

static unsigned long long random_state;

static unsigned random_number(unsigned below)
{
	random_state = random_state * 6364136223846793005ull + 1442695040888963407ull;
	return (unsigned)((random_state >> 33) % below);
}

static bool chance(unsigned percent)
{
	return random_number(100) < percent;
}

void *zeroed(size_t n, size_t size)
{
	void *memory = calloc(n + 1, size);

	if (!memory)
		abort();
	return memory;
}

/* Into TEXT, which has room for MAX_TEXT. */
static void __attribute__((format(printf, 2, 3))) put(char *text, const char *format, ...)
{
	va_list list;

	va_start(list, format);
	if (vsnprintf(text, MAX_TEXT, format, list) >= MAX_TEXT)
		abort();
	va_end(list);
}

/* ---- values ---- */

/* NAME as an identifier of C. */
static const char *identifier(const char *name)
{
	static char text[4][80];
	static int turn;
	char *t = text[turn++ & 3];

	snprintf(t, sizeof text[0], "%s", name);
	for (char *c = t; *c; c++)
		if (!strchr("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_", *c))
			*c = '_';
	return t;
}

static bool is_defined_by_op(const struct lockprog_value *v)
{
	return v->expr != LOCKPROG_PARAM && v->expr != LOCKPROG_CONST && v->expr != LOCKPROG_OBJECT;
}

static bool has_extension(void)
{
	return style.place == EXTENSION || style.place == EXTENSION_REREAD;
}

/* The name of a queue handle is that of its lock after an H. */
static bool is_handle(const char *name)
{
	return name[0] == 'H';
}

/* The object that is a lock, a handle or a cell, as an lvalue. */
static void put_object(char *text, int object)
{
	const char *name = identifier(unit->objects[object].name);

	if (unit->objects[object].is_local) {
		strcpy(text, name);
		return;
	}
	switch (style.place) {
	case GLOBALS:
		put(text, "%s%s", prefix, name);
		return;
	case RECORD:
		put(text, "%srecord.%s", prefix, name);
		return;
	case ARRAY:
		if (!strcmp(name, "Cell"))
			put(text, "%scells[2]", prefix);
		else if (is_handle(name))
			put(text, "%s%s", prefix, name);
		else
			put(text, "%slocks[%s%s]", prefix, prefix, name);
		return;
	case EXTENSION:
		put(text, "ext->%s", name);
		return;
	case EXTENSION_REREAD:
		if (f->role)
			put(text, "((struct %sext *)device->DeviceExtension)->%s", prefix, name);
		else
			put(text, "ext->%s", name);
		return;
	}
}

static void put_value(char *text, int v);

/* VALUE, the sum of a pointer, A, and a number, B: a field, an element, or the element after one. */
static void put_sum(char *text, const struct lockprog_value *value, const char *a, const char *b)
{
	const struct lockprog_value *to = &f->values[value->a], *offset = &f->values[value->b];
	const char *name = to->expr == LOCKPROG_OBJECT ? unit->objects[to->object].name : "";

	if (!strcmp(name, "oExt") && offset->expr == LOCKPROG_CONST)
		put(text, "&%soExt.field%lld", prefix, offset->constant / EXT_FIELD);
	else if (!strcmp(name, "Table"))
		put(text, "(PKSPIN_LOCK)((PUCHAR)%sTable + %s)", prefix, b);
	else
		put(text, "&((struct %selement *)%s)[1].lock", prefix, a);
}

static void put_expr(char *text, int v)
{
	const struct lockprog_value *value = &f->values[v];
	char a[MAX_TEXT] = "", b[MAX_TEXT] = "";
	const char *operator = lockprog_operator(value->expr);

	if (value->a >= 0)
		put_value(a, value->a);
	if (value->b >= 0)
		put_value(b, value->b);
	switch (value->expr) {
	case LOCKPROG_UNKNOWN:
		strcpy(text, style.calls_for_unknown ? "Ask()" : "Unknown");
		return;
	case LOCKPROG_COPY:
		strcpy(text, a);
		return;
	case LOCKPROG_LOAD:
		/* A pointer to an object is the object itself. */
		if (f->values[value->a].expr == LOCKPROG_OBJECT)
			put_object(text, f->values[value->a].object);
		else
			put(text, "*%s", a);
		return;
	case LOCKPROG_NOT:
	case LOCKPROG_NEG:
		put(text, "%s%s", operator, a);
		return;
	case LOCKPROG_ADD:
		if (value->type.is_pointer) {
			put_sum(text, value, a, b);
			return;
		}
		/* fall through */
	default:
		if (value->expr == LOCKPROG_EQ && f->values[value->b].expr == LOCKPROG_CONST && !f->values[value->b].constant && style.inlines) {
			put(text, "!%s", a);
			return;
		}
		/* Truth values in a condition. */
		if (style.short_circuits && value->type.bits == 1 && (value->expr == LOCKPROG_AND || value->expr == LOCKPROG_OR))
			operator = value->expr == LOCKPROG_AND ? "&&" : "||";
		put(text, "%s %s %s", a, operator, b);
	}
}

/* VALUE where it is used. */
static void put_value(char *text, int v)
{
	const struct lockprog_value *value = &f->values[v];

	if (value->expr == LOCKPROG_CONST) {
		put(text, value->constant < 0 ? "(%lld)" : "%lld", value->constant);
	} else if (value->expr == LOCKPROG_OBJECT) {
		char object[MAX_TEXT];

		put_object(object, value->object);
		put(text, "&%s", object);
	} else if (inlined_in[v] >= 0) {
		char inner[MAX_TEXT];

		put_expr(inner, v);
		put(text, "(%s)", inner);
	} else {
		strcpy(text, identifier(value->name));
	}
}

static const char *type_name(const struct lockprog_value *value)
{
	if (leads_to_number[value - f->values])
		return "LONG *";
	if (value->type.is_pointer)
		return is_handle(value->name) ? "PKLOCK_QUEUE_HANDLE" : "PKSPIN_LOCK";
	if (value->type.bits == 64)
		return "ULONG_PTR";
	if (value->type.bits == 1)
		return style.uses_bool ? "_Bool" : "LONG";
	return value->type.bits == 8 ? "UCHAR" : "LONG";
}

/* ---- locks ---- */

static bool has_records(void)
{
	return style.ddi != AT_DPC_LEVEL && !style.irql_in_locals && !style.has_irqls;
}

/* The address of the lock of OP, and where its IRQL goes. */
static void put_lock(char *lock, char *irql, const struct lockprog_op *op)
{
	const struct lockprog_value *value = &f->values[op->address];
	char text[MAX_TEXT];

	if (value->expr == LOCKPROG_OBJECT) {
		put_object(text, value->object);
		put(lock, has_records() ? "&%s.lock" : "&%s", text);
		if (has_records())
			put(irql, "%s.irql", text);
		else
			put(irql, "irql_%s", identifier(unit->objects[value->object].name));
	} else {
		put_value(text, op->address);
		put(lock, has_records() ? "&%s->lock" : "%s", text);
		put(irql, has_records() ? "%s->irql" : "irql_%s", text);
	}
}

static void print_lockop(const struct lockprog_op *op)
{
	char lock[MAX_TEXT], irql[MAX_TEXT], given[MAX_TEXT];
	const char *name = op->ddi->name;

	if (op->ddi->op == SPINRULE_OP_LEAVE) {
		printf("ExRaiseStatus(STATUS_UNSUCCESSFUL);\n");
		return;
	}
	if (op->address < 0 && op->handle < 0) {
		printf("%s(%s%scancel_irql);\n", name, op->ddi->op == SPINRULE_OP_ACQUIRE ? "&" : "", prefix);
		return;
	}
	if (op->address >= 0)
		put_lock(lock, irql, op);
	if (op->handle >= 0) {
		put_value(given, op->handle);
		if (op->address >= 0)
			printf("%s(%s, %s);\n", name, lock, given);
		else
			printf("%s(%s);\n", name, given);
		return;
	}
	switch (op->ddi->op) {
	case SPINRULE_OP_ACQUIRE:
		if (op->ddi->irql == SPINRULE_IRQL_RETURNED && op->value >= 0) {
			const char *value = identifier(f->values[op->value].name);

			if (style.ddi == THROUGH)
				printf("KeAcquireSpinLock(%s, &%s);\n", lock, value);
			else
				printf("%s = %s(%s);\n", value, name, lock);
		} else if (style.has_irqls || style.ddi == AT_DPC_LEVEL) {
			printf("%s(%s);\n", name, lock);
		} else if (style.ddi == RETURNED) {
			printf("%s = KeAcquireSpinLockRaiseToDpc(%s);\n", irql, lock);
		} else {
			printf("KeAcquireSpinLock(%s, &%s);\n", lock, irql);
		}
		return;
	case SPINRULE_OP_RELEASE:
		if (op->ddi->irql == SPINRULE_IRQL_GIVEN && op->irql >= 0) {
			put_value(given, op->irql);
			printf("%s(%s, %s);\n", name, lock, given);
		} else if (op->ddi->irql == SPINRULE_IRQL_GIVEN) {
			printf("%s(%s, (KIRQL)Unknown);\n", name, lock);
		} else if (style.has_irqls || style.ddi == AT_DPC_LEVEL) {
			printf("%s(%s);\n", name, lock);
		} else {
			printf("KeReleaseSpinLock(%s, %s);\n", lock, irql);
		}
		return;
	case SPINRULE_OP_TRY:
		if (op->value >= 0)
			printf("%s = ", identifier(f->values[op->value].name));
		printf("KeTryToAcquireSpinLockAtDpcLevel(%s);", lock);
		/* What a program that was cut down no longer looks at is not ignored. */
		if (op->value >= 0 && f->values[op->value].used && !uses[op->value])
			printf(" Sink = %s;", identifier(f->values[op->value].name));
		printf("\n");
		return;
	case SPINRULE_OP_INIT:
		printf("KeInitializeSpinLock(%s);\n", lock);
		return;
	default:
		printf("ExInterlockedRemoveHeadList(&List, %s);\n", lock);
	}
}

/* A call of any of the functions that OP may call. */
static void print_targets(const struct lockprog_op *op)
{
	printf("(");
	for (int t = 0; t + 1 < op->n_targets; t++)
		printf("Unknown ? %s%s : ", prefix, op->targets[t].name);
	printf("%s%s)(", prefix, op->targets[op->n_targets - 1].name);
}

static void print_call(const struct lockprog_op *op)
{
	const char *comma = "";
	char text[MAX_TEXT];

	if (op->value >= 0)
		printf("%s = ", identifier(f->values[op->value].name));
	if (op->callee < 0 && !op->n_targets) {
		printf("Elsewhere(");
	} else {
		if (op->n_targets)
			print_targets(op);
		else
			printf("%s%s(", prefix, op->text);
		if (has_extension()) {
			if (style.place == EXTENSION_REREAD && f->role)
				printf("device->DeviceExtension");
			else
				printf("ext");
			comma = ", ";
		}
	}
	for (int a = 0; a < op->n_args; a++) {
		if (op->args[a] < 0)
			strcpy(text, "Unknown");
		else
			put_value(text, op->args[a]);
		printf("%s%s", comma, text);
		comma = ", ";
	}
	printf(");\n");
}

static void print_op(const struct lockprog_op *op)
{
	char text[MAX_TEXT], address[MAX_TEXT];

	switch (op->kind) {
	case LOCKPROG_DEFINE:
		if (f->values[op->value].expr == LOCKPROG_PHI || inlined_in[op->value] >= 0)
			return;
		put_expr(text, op->value);
		printf("%s = %s;\n", identifier(f->values[op->value].name), text);
		return;
	case LOCKPROG_LOCKOP:
		print_lockop(op);
		return;
	case LOCKPROG_STORE:
		put_value(text, op->value);
		if (f->values[op->address].expr == LOCKPROG_OBJECT)
			put_object(address, f->values[op->address].object);
		else {
			char pointer[MAX_TEXT];

			put_value(pointer, op->address);
			put(address, "*%s", pointer);
		}
		printf("%s = %s;\n", address, text);
		return;
	case LOCKPROG_CLOBBER:
		printf("Elsewhere(0);\n");
		return;
	case LOCKPROG_CALL:
		print_call(op);
		return;
	case LOCKPROG_ASSUME:
	case LOCKPROG_PROMISE:
		fprintf(stderr, "to-c: %s: annotations are not written as C\n", f->name);
		exit(2);
	}
}

static void count_use(int v)
{
	if (v >= 0)
		uses[v]++;
}

/* Which values are written where they are used: those used once, in the block that makes them. */
static void find_inlined(void)
{
	for (int b = 0; b < f->n_blocks; b++) {
		for (int i = 0; i < f->blocks[b].n_ops; i++) {
			const struct lockprog_op *op = &f->blocks[b].ops[i];

			if (op->kind == LOCKPROG_DEFINE) {
				const struct lockprog_value *v = &f->values[op->value];

				count_use(v->a);
				count_use(v->b);
				for (int a = 0; a < v->n_phi; a++)
					uses[v->phi[a].value] += 2;
			} else {
				if (op->kind == LOCKPROG_STORE)
					count_use(op->value);
				count_use(op->irql);
				for (int a = 0; a < op->n_args; a++)
					count_use(op->args[a]);
			}
		}
		count_use(f->blocks[b].value);
	}
	for (int b = 0; b < f->n_blocks && style.inlines; b++)
		for (int i = 0; i < f->blocks[b].n_ops; i++) {
			const struct lockprog_op *op = &f->blocks[b].ops[i];
			const struct lockprog_value *v;
			bool is_here = false;

			if (op->kind != LOCKPROG_DEFINE)
				continue;
			v = &f->values[op->value];
			/* "x | 2" in a condition is true to GCC's parser, and x is not looked at any more. */
			if (v->expr == LOCKPROG_OR && f->values[v->b].expr == LOCKPROG_CONST)
				continue;
			/* The same for "(x == 0) & 2", which is false. */
			if (v->expr == LOCKPROG_COPY && f->values[v->a].type.bits == 1)
				continue;
			if (uses[op->value] != 1 || v->expr == LOCKPROG_PHI || v->expr == LOCKPROG_UNKNOWN || v->expr == LOCKPROG_LOAD || v->type.bits == 8)
				continue;
			for (int j = i + 1; j < f->blocks[b].n_ops; j++) {
				const struct lockprog_op *later = &f->blocks[b].ops[j];

				if (later->kind == LOCKPROG_DEFINE)
					is_here |= f->values[later->value].a == op->value || f->values[later->value].b == op->value;
				else if (later->kind == LOCKPROG_STORE)
					is_here |= later->value == op->value;
				is_here |= later->irql == op->value;
				for (int a = 0; a < later->n_args; a++)
					is_here |= later->args[a] == op->value;
			}
			is_here |= f->blocks[b].value == op->value && f->blocks[b].exit != LOCKPROG_RETURN;
			if (is_here)
				inlined_in[op->value] = b;
		}
}

/* Which values are pointers to what is no lock: parameters that helpers write through, and what is made of the addresses of
 * such objects. */
static void find_leads_to_number(void)
{
	for (int v = 0; v < f->n_values; v++) {
		const struct lockprog_value *value = &f->values[v];

		if (!value->type.is_pointer)
			continue;
		if (value->expr == LOCKPROG_PARAM)
			leads_to_number[v] = value->name[0] == 'o';
		else if (value->expr == LOCKPROG_OBJECT)
			leads_to_number[v] = unit->objects[value->object].is_local || !strcmp(unit->objects[value->object].name, "oExt");
		else if (value->expr == LOCKPROG_COPY || value->expr == LOCKPROG_ADD)
			leads_to_number[v] = leads_to_number[value->a];
	}
}

/* ---- blocks ---- */

static void print_block(int block, int next);

/* The values that the PHIs of TO have when it is entered from FROM. */
static void print_phis(int from, int to)
{
	const struct lockprog_block *block = &f->blocks[to];
	int targets[64], sources[64], n = 0;
	bool is_swapped = false;
	char text[MAX_TEXT];

	for (int i = 0; i < block->n_ops && block->ops[i].kind == LOCKPROG_DEFINE && n < 64; i++) {
		const struct lockprog_value *v = &f->values[block->ops[i].value];

		if (v->expr != LOCKPROG_PHI)
			break;
		for (int a = 0; a < v->n_phi; a++)
			if (v->phi[a].block == from && v->phi[a].value != block->ops[i].value) {
				targets[n] = block->ops[i].value;
				sources[n++] = v->phi[a].value;
				break;
			}
	}
	for (int i = 0; i < n; i++)
		for (int j = 0; j < i; j++)
			is_swapped |= sources[i] == targets[j];
	for (int i = 0; i < n && is_swapped; i++) {
		put_value(text, sources[i]);
		printf("new_%s = %s; ", identifier(f->values[targets[i]].name), text);
	}
	for (int i = 0; i < n; i++) {
		if (is_swapped)
			put(text, "new_%s", identifier(f->values[targets[i]].name));
		else
			put_value(text, sources[i]);
		printf("%s = %s; ", identifier(f->values[targets[i]].name), text);
	}
}

/* Go from FROM to TO; NEXT is where control falls to without a word. */
static void print_edge(int from, int to, int next)
{
	print_phis(from, to);
	if (n_edges[to] == 1 && to) {
		printf("\n");
		print_block(to, next);
	} else if (to == next) {
		printf("\n");
	} else {
		printf("goto %s;\n", identifier(f->blocks[to].name));
	}
}

/* Where control is that went from FROM to TO when it first does something. */
static int first_work(int from, int to)
{
	while (n_edges[to] == 1 && to && f->blocks[to].exit == LOCKPROG_GOTO && f->blocks[to].n_succ == 1 && !f->blocks[to].n_ops) {
		from = to;
		to = f->blocks[from].succ[0].block;
	}
	/* Values are chosen there. */
	if (f->blocks[to].n_ops && f->blocks[to].ops[0].kind == LOCKPROG_DEFINE && f->values[f->blocks[to].ops[0].value].expr == LOCKPROG_PHI)
		return -1 - from;
	return to;
}

static void print_exit(int b, int next)
{
	const struct lockprog_block *block = &f->blocks[b];
	char text[MAX_TEXT] = "Unknown";

	if (block->value >= 0)
		put_value(text, block->value);
	switch (block->exit) {
	case LOCKPROG_GOTO:
		if (block->n_succ)
			print_edge(b, block->succ[0].block, next);
		else
			printf("KeBugCheck(0);\n");
		return;
	case LOCKPROG_RETURN:
		if (block->value >= 0)
			printf("return %s;\n", text);
		else if (f->result.bits)
			printf("return 0;\n");
		else
			printf("return;\n");
		return;
	case LOCKPROG_CHOICE:
	case LOCKPROG_IF:
		/* One pair of parentheses is enough. */
		printf("if (%s) {\n", text);
		/* GCC's parser drops an if that leads to one place in two ways, and what it asks. */
		if (first_work(b, block->succ[0].block) == first_work(b, block->succ[1].block))
			printf("Sink = 0; ");
		print_edge(b, block->succ[0].block, next);
		printf("} else {\n");
		print_edge(b, block->succ[1].block, next);
		printf("}\n");
		return;
	case LOCKPROG_SWITCH:
		printf("switch (%s) {\n", text);
		for (int e = 0; e < block->n_succ; e++) {
			for (int r = 0; r < block->succ[e].n_ranges; r++)
				for (long long n = block->succ[e].ranges[r].low; n <= block->succ[e].ranges[r].high; n++)
					printf("case %lld: ", n);
			if (block->succ[e].is_default)
				printf("default: ");
			if (block->succ[e].block == next && n_edges[next] != 1) {
				print_phis(b, next);
				printf("break;\n");
			} else {
				print_edge(b, block->succ[e].block, -1);
			}
		}
		printf("}\n");
	}
}

/* BLOCK and what it dominates; then control is at NEXT or somewhere else for good. */
static void print_block(int block, int next)
{
	int joins[400], n_joins = 0;

	for (int i = 0; i < n_order; i++)
		if (order[i] && dominator[order[i]] == block && n_edges[order[i]] != 1 && n_joins < 400)
			joins[n_joins++] = order[i];
	printf("#line 1 \"%s:%s:%s%s\"\n", file_name, f->name, f->blocks[block].name, f->result.bits ? "" : ":void");
	for (int i = 0; i < f->blocks[block].n_ops; i++)
		print_op(&f->blocks[block].ops[i]);
	print_exit(block, n_joins ? joins[0] : next);
	for (int i = 0; i < n_joins; i++) {
		int then = i + 1 < n_joins ? joins[i + 1] : next;
		bool is_loop = style.has_loops && is_loop_head(joins[i]);

		if (is_loop)
			printf("for (;;) {\n");
		printf("%s: ;\n", identifier(f->blocks[joins[i]].name));
		print_block(joins[i], is_loop ? joins[i] : then);
		if (is_loop)
			printf("}\n");
	}
}

/* ---- functions ---- */

/* What a callback can be: one that returns a status, or one that returns nothing. */
static const struct role {
	const char *name, *parameters;
} status_roles[] = {
	{ "DRIVER_DISPATCH", "PDEVICE_OBJECT device, PIRP irp" },
	{ "IO_COMPLETION_ROUTINE", "PDEVICE_OBJECT device, PIRP irp, PVOID context" },
}, void_roles[] = {
	{ "IO_WORKITEM_ROUTINE", "PDEVICE_OBJECT device, PVOID context" },
	{ "DRIVER_STARTIO", "PDEVICE_OBJECT device, PIRP irp" },
	{ "KDEFERRED_ROUTINE", "PKDPC dpc, PVOID context, PVOID argument1, PVOID argument2" },
};

static const struct role *choose_role(void)
{
	if (f->result.bits)
		return &status_roles[random_number(2)];
	/* A DPC has no device object to read its extension from. */
	return &void_roles[random_number(style.place == EXTENSION_REREAD ? 2 : 3)];
}

static void print_declaration(const struct role *role)
{
	const char *comma = "";

	if (role) {
		if (style.roles == DECLARED)
			printf("%s %s%s;\n", role->name, prefix, f->name);
		printf("%s %s%s(%s)\n", f->result.bits ? "NTSTATUS" : "VOID", prefix, f->name, role->parameters);
		return;
	}
	printf("%s %s%s(", f->result.bits ? f->result.bits == 8 ? "KIRQL" : "LONG" : "VOID", prefix, f->name);
	if (has_extension()) {
		printf("struct %sext *ext", prefix);
		comma = ", ";
	}
	for (int p = 0; p < f->n_params; p++) {
		const struct lockprog_value *param = NULL;

		for (int v = 0; v < f->n_values; v++)
			if (f->values[v].expr == LOCKPROG_PARAM && f->values[v].constant == p)
				param = &f->values[v];
		if (!param)
			printf("%sLONG unused%d", comma, p);
		else if (param->type.is_pointer && has_records())
			printf("%sstruct %sspin *%s", comma, prefix, identifier(param->name));
		else
			printf("%s%s %s", comma, type_name(param), identifier(param->name));
		comma = ", ";
	}
	printf("%s)\n", *comma ? "" : "VOID");
}

/* How the function becomes a callback when it is not declared as one. */
static void print_role(const struct role *role)
{
	printf("#line 1 \"%s:%s:role\"\n", file_name, f->name);
	switch (style.roles) {
	case DECLARED:
		return;
	case INITIALIZED:
		printf("const struct { LONG code; P%s routine; } %stable_%s[] = { { 0, NULL }, { 1, %s%s } };\n", role->name, prefix, f->name, prefix, f->name);
		return;
	case ASSIGNED:
		printf("VOID %sset_up_%s(PDRIVER_OBJECT driver)\n{\n", prefix, f->name);
		if (!strcmp(role->name, "DRIVER_DISPATCH"))
			printf("driver->MajorFunction[IRP_MJ_READ] = %s%s;\n}\n", prefix, f->name);
		else
			printf("extern P%s %sroutine_%s;\n%sroutine_%s = %s%s;\n}\n", role->name, prefix, f->name, prefix, f->name, prefix, f->name);
		return;
	case HANDED_ON:
		printf("extern VOID %sregister_%s(P%s routine);\n", prefix, f->name, role->name);
		printf("VOID %sset_up_%s(VOID)\n{\n%sregister_%s(%s%s);\n}\n", prefix, f->name, prefix, f->name, prefix, f->name);
	}
}

static void print_variables(const struct role *role)
{
	for (int v = 0; v < f->n_values; v++) {
		const struct lockprog_value *value = &f->values[v];

		if (value->expr == LOCKPROG_PARAM && f->role)
			printf("%s %s = Unknown;\n", type_name(value), identifier(value->name));
		if (!is_defined_by_op(value) || inlined_in[v] >= 0)
			continue;
		printf("%s %s;\n", type_name(value), identifier(value->name));
		if (value->expr == LOCKPROG_PHI)
			printf("%s new_%s;\n", type_name(value), identifier(value->name));
	}
	for (int v = 0; v < f->n_values; v++)
		if (f->values[v].expr == LOCKPROG_OBJECT && unit->objects[f->values[v].object].is_local)
			printf("LONG %s = Unknown;\n", identifier(unit->objects[f->values[v].object].name));
	if (style.irql_in_locals && style.ddi != AT_DPC_LEVEL && !style.has_irqls) {
		for (int o = 0; o < unit->n_objects; o++)
			printf("KIRQL irql_%s;\n", identifier(unit->objects[o].name));
		for (int v = 0; v < f->n_values; v++)
			if (f->values[v].expr == LOCKPROG_PARAM && f->values[v].type.is_pointer)
				printf("KIRQL irql_%s;\n", identifier(f->values[v].name));
	}
	if (role && style.place == EXTENSION)
		printf("struct %sext *ext = %s;\n", prefix, strstr(role->parameters, " device") ? "device->DeviceExtension" : "context");
}

static void print_function(void)
{
	const struct role *role = f->role ? choose_role() : NULL;

	uses = zeroed(f->n_values, sizeof *uses);
	inlined_in = zeroed(f->n_values, sizeof *inlined_in);
	n_edges = zeroed(f->n_blocks, sizeof *n_edges);
	leads_to_number = zeroed(f->n_values, sizeof *leads_to_number);
	dominator = zeroed(f->n_blocks, sizeof *dominator);
	order = zeroed(f->n_blocks, sizeof *order);
	for (int v = 0; v < f->n_values; v++)
		inlined_in[v] = -1;
	find_dominators();
	for (int i = 0; i < n_order; i++)
		for (int e = 0; e < f->blocks[order[i]].n_succ; e++)
			n_edges[f->blocks[order[i]].succ[e].block]++;
	find_inlined();
	find_leads_to_number();
	printf("#line 1 \"%s:%s:start\"\n", file_name, f->name);
	print_declaration(role);
	printf("{\n");
	print_variables(role);
	/* Nothing dominates the entry. */
	if (n_edges[0])
		printf("%s: ;\n", identifier(f->blocks[0].name));
	print_block(0, -1);
	printf("}\n");
	if (role)
		print_role(role);
	printf("\n");
	free(uses);
	free(inlined_in);
	free(n_edges);
	free(leads_to_number);
	free(dominator);
	free(order);
}

/* ---- units ---- */

static bool is_lock(int object)
{
	return strcmp(unit->objects[object].name, "Cell") != 0;
}

static void print_objects(void)
{
	const char *lock = "KSPIN_LOCK";
	char spin[MAX_TEXT];

	if (has_records()) {
		printf("struct %sspin { KSPIN_LOCK lock; KIRQL irql; };\n", prefix);
		put(spin, "struct %sspin", prefix);
		lock = spin;
	}
	for (int o = 0; o < unit->n_objects && style.place == ARRAY; o++)
		if (is_handle(unit->objects[o].name))
			printf("KLOCK_QUEUE_HANDLE %s%s;\n", prefix, identifier(unit->objects[o].name));
	if (style.place == ARRAY) {
		printf("enum { %sA, %sB };\n%s %slocks[2];\nLONG %scells[4];\n", prefix, prefix, lock, prefix, prefix);
		return;
	}
	if (style.has_driver) {
		printf("KIRQL %scancel_irql;\n", prefix);
		printf("struct { LONG field0, rest0, field1, rest1, field2, rest2; } %soExt;\n", prefix);
		printf("struct %selement { KSPIN_LOCK lock; LONGLONG rest; } %sTable[64];\n", prefix, prefix);
	}
	if (style.place != GLOBALS)
		printf("struct %sext { LONG flags;\n", prefix);
	for (int o = 0; o < unit->n_objects; o++)
		if (!unit->objects[o].is_local && strcmp(unit->objects[o].name, "oExt") && strcmp(unit->objects[o].name, "Table"))
			printf("%s %s%s;\n", is_handle(unit->objects[o].name) ? "KLOCK_QUEUE_HANDLE" : is_lock(o) ? lock : "LONG", style.place == GLOBALS ? prefix : "", identifier(unit->objects[o].name));
	if (style.place != GLOBALS)
		printf("}%s%s;\n", style.place == RECORD ? prefix : "", style.place == RECORD ? "record" : "");
}

static void choose_style(void)
{
	bool has_try = false, has_load = false, may_raise;

	memset(&style, 0, sizeof style);
	random_state = 99;
	for (const char *c = file_name; *c; c++)
		random_state = (random_state ^ (unsigned char)*c) * 0x9e3779b97f4a7c15ull;
	for (int i = 0; i < 8; i++)
		random_number(2);
	for (int i = 0; i < unit->n_functions; i++)
		for (int b = 0; b < unit->functions[i]->n_blocks; b++)
			for (int o = 0; o < unit->functions[i]->blocks[b].n_ops; o++) {
				const struct lockprog_op *op = &unit->functions[i]->blocks[b].ops[o];

				has_load |= op->kind == LOCKPROG_STORE || (op->kind == LOCKPROG_DEFINE && unit->functions[i]->values[op->value].expr == LOCKPROG_LOAD);
				if (op->kind != LOCKPROG_LOCKOP)
					continue;
				has_try |= op->ddi->op == SPINRULE_OP_TRY;
				style.has_queued |= op->handle >= 0;
				style.has_irqls |= op->ddi->irql != SPINRULE_IRQL_NONE;
			}
	style.place = random_number(5);
	/* A try takes its lock at DISPATCH_LEVEL, and all must release in its way. */
	may_raise = (!has_try && !style.has_queued) || style.has_irqls;
	style.ddi = may_raise ? random_number(3) : AT_DPC_LEVEL;
	/* Fields, elements and pointers to locks have one form. */
	for (int o = 0; o < unit->n_objects; o++)
		style.has_driver |= !strcmp(unit->objects[o].name, "oExt");
	if (style.has_driver) {
		style.place = GLOBALS;
		style.ddi = AT_DPC_LEVEL;
	}
	/* What a function saves in locals dies with it: nobody can release the lock that it
	 * leaves to its callers. */
	style.irql_in_locals = unit->n_functions == 1 && unit->functions[0]->role && chance(60);
	style.inlines = chance(60);
	style.short_circuits = style.inlines && chance(60);
	style.has_loops = chance(60);
	style.uses_bool = chance(40);
	style.calls_for_unknown = !has_load && !style.has_driver && chance(40);
	style.roles = random_number(4);
}

static int print_file(const char *name)
{
	const char *base;
	FILE *in = fopen(name, "r");
	struct lockprog_unit *read;
	char *error;

	if (!in) {
		perror(name);
		return 2;
	}
	read = lockprog_read(in, name, &error);
	fclose(in);
	if (!read) {
		fprintf(stderr, "%s\n", error);
		free(error);
		return 2;
	}
	unit = read;
	base = strrchr(unit->name, '/') ? strrchr(unit->name, '/') + 1 : unit->name;
	snprintf(file_name, sizeof file_name, "%s", base);
	snprintf(prefix, sizeof prefix, "p%.*s_", (int)strcspn(identifier(base), "_"), identifier(base));
	choose_style();
	printf("/* file %s %s */\n", file_name, unit->name);
	printf("#line 1 \"%s:unit:start\"\n", file_name);
	print_objects();
	for (int i = 0; i < unit->n_functions; i++) {
		f = unit->functions[i];
		print_function();
	}
	lockprog_free_unit(read);
	return 0;
}

int main(int argc, char **argv)
{
	if (argc < 2 || argv[1][0] == '-') {
		fputs("to-c: usage: to-c FILE.lp...\n", stderr);
		return 2;
	}
	printf("#include <wdm.h>\n\n"
	       "extern volatile LONG Unknown, Sink;\n"
	       "extern LONG Elsewhere(LONG);\n"
	       "extern LIST_ENTRY List;\n"
	       /* A system routine: what it returns is no IRQL that the driver saved. */
	       "# 1 \"ask.h\" 3\n"
	       "extern LONG Ask(VOID);\n"
	       "# 1 \"programs.c\"\n\n");
	for (int i = 1; i < argc; i++)
		if (print_file(argv[i]))
			return 2;
	return 0;
}
