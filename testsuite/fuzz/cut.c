/* cut.c - cuts a lock program down as long as it stays interesting, for fuzz.sh.
 *
 *     cut FILE.lp COMMAND...
 *
 * COMMAND is run with a name of a file after it; status 0 says that this smaller program still
 * shows what FILE shows.  FILE is replaced by the smallest program found.
 *
 * SPDX-License-Identifier: MIT
 */

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "lockprog/lockprog.h"

static const char *file;		/* the program */
static char *part;			/* the one that is tried */
static char **command;
static int n_command;

static struct lockprog_unit *read_program(const char *name)
{
	FILE *in = fopen(name, "r");
	struct lockprog_unit *unit;
	char *error;

	if (!in) {
		perror(name);
		exit(2);
	}
	unit = lockprog_read(in, name, &error);
	fclose(in);
	if (!unit) {
		fprintf(stderr, "%s\n", error);
		exit(2);
	}
	return unit;
}

static bool is_interesting(void)
{
	pid_t child = fork();
	int status;

	if (child == 0) {
		command[n_command] = part;
		execvp(command[0], command);
		_exit(127);
	}
	return child > 0 && waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

/* ---- tidying, after each step ---- */

static void mark(const struct lockprog_function *f, int block, bool *reached)
{
	if (reached[block])
		return;
	reached[block] = true;
	for (int e = 0; e < f->blocks[block].n_succ; e++)
		mark(f, f->blocks[block].succ[e].block, reached);
}

static bool has_edge(const struct lockprog_function *f, int from, int to)
{
	for (int e = 0; e < f->blocks[from].n_succ; e++)
		if (f->blocks[from].succ[e].block == to)
			return true;
	return false;
}

static void use(bool *used, int v)
{
	if (v >= 0)
		used[v] = true;
}

/* Set USED for the values that F uses, and for those that its operations define if DEFINITIONS. */
static void find_used(const struct lockprog_function *f, bool definitions, bool *used)
{
	for (int b = 0; b < f->n_blocks; b++) {
		const struct lockprog_block *block = &f->blocks[b];

		use(used, block->value);
		for (int i = 0; i < block->n_ops; i++) {
			const struct lockprog_op *op = &block->ops[i];

			if (definitions || op->kind == LOCKPROG_STORE)
				use(used, op->value);
			use(used, op->address);
			use(used, op->handle);
			use(used, op->irql);
			for (int a = 0; a < op->n_args; a++)
				use(used, op->args[a]);
			if (op->kind == LOCKPROG_DEFINE) {
				const struct lockprog_value *v = &f->values[op->value];

				if (v->expr != LOCKPROG_PHI) {
					use(used, v->a);
					use(used, v->b);
				}
				for (int a = 0; v->expr == LOCKPROG_PHI && a < v->n_phi; a++)
					use(used, v->phi[a].value);
			}
		}
	}
}

/* Forget constants, parameters and objects that nothing uses, and all places. */
static void forget_unused(struct lockprog_function *f)
{
	bool *used = calloc((size_t)f->n_values + 1, 1);

	f->place.file = NULL;
	for (int b = 0; b < f->n_blocks; b++) {
		f->blocks[b].place.file = NULL;
		for (int i = 0; i < f->blocks[b].n_ops; i++)
			f->blocks[b].ops[i].place.file = NULL;
	}
	find_used(f, true, used);
	for (int v = 0; v < f->n_values; v++)
		if (!used[v])
			f->values[v].expr = LOCKPROG_UNKNOWN;
	free(used);
}

/* Take out blocks that nothing goes to, and what PHIs had from them. */
static void tidy(struct lockprog_function *f)
{
	bool *reached = calloc((size_t)f->n_blocks + 1, 1);
	int *moved = calloc((size_t)f->n_blocks + 1, sizeof *moved), n = 0;

	if (!f->n_blocks)
		return;
	mark(f, 0, reached);
	for (int b = 0; b < f->n_blocks; b++) {
		for (int i = 0; i < f->blocks[b].n_ops; i++) {
			struct lockprog_value *v;
			int kept = 0;

			if (f->blocks[b].ops[i].kind != LOCKPROG_DEFINE)
				continue;
			v = &f->values[f->blocks[b].ops[i].value];
			if (v->expr != LOCKPROG_PHI)
				continue;
			for (int a = 0; a < v->n_phi; a++)
				if (reached[v->phi[a].block] && has_edge(f, v->phi[a].block, b))
					v->phi[kept++] = v->phi[a];
			v->n_phi = kept;
		}
		moved[b] = n;
		if (reached[b])
			n++;
	}
	for (int b = 0; b < f->n_blocks; b++) {
		if (!reached[b])
			continue;
		for (int e = 0; e < f->blocks[b].n_succ; e++)
			f->blocks[b].succ[e].block = moved[f->blocks[b].succ[e].block];
		for (int i = 0; i < f->blocks[b].n_ops; i++)
			if (f->blocks[b].ops[i].kind == LOCKPROG_DEFINE) {
				struct lockprog_value *v = &f->values[f->blocks[b].ops[i].value];

				for (int a = 0; v->expr == LOCKPROG_PHI && a < v->n_phi; a++)
					v->phi[a].block = moved[v->phi[a].block];
			}
		f->blocks[moved[b]] = f->blocks[b];
	}
	f->n_blocks = n;
	free(reached);
	free(moved);
}

/* ---- steps ---- */

/* Take operation OP of block B away.  What it defines is unknown if it is used: without an operation, it
 * would be a parameter.  Returns false if nothing changes. */
static bool remove_op(struct lockprog_function *f, int b, int op)
{
	struct lockprog_block *block = &f->blocks[b];
	const int v = block->ops[op].kind == LOCKPROG_STORE ? -1 : block->ops[op].value;
	bool *used = calloc((size_t)f->n_values + 1, 1);
	bool is_used, changes;

	find_used(f, false, used);
	is_used = v >= 0 && used[v];
	free(used);
	if (is_used) {
		changes = block->ops[op].kind != LOCKPROG_DEFINE || f->values[v].expr != LOCKPROG_UNKNOWN;
		f->values[v].expr = LOCKPROG_UNKNOWN;
		f->values[v].a = f->values[v].b = -1;
		block->ops[op] = (struct lockprog_op){ .kind = LOCKPROG_DEFINE, .value = v, .address = -1, .class_ = -1,
						       .handle = -1, .irql = -1, .callee = -1 };
		return changes;
	}
	memmove(&block->ops[op], &block->ops[op + 1], (size_t)(block->n_ops - op - 1) * sizeof block->ops[0]);
	block->n_ops--;
	return true;
}

/* Put the operations of the only successor of B, which nothing else goes to, into B. */
static bool merge(struct lockprog_function *f, int b)
{
	struct lockprog_block *block = &f->blocks[b], *next;
	int to;

	if (block->exit != LOCKPROG_GOTO || block->n_succ != 1)
		return false;
	to = block->succ[0].block;
	next = &f->blocks[to];
	if (to == 0 || to == b)
		return false;
	for (int other = 0; other < f->n_blocks; other++)
		if (other != b && has_edge(f, other, to))
			return false;
	for (int i = 0; i < next->n_ops; i++)
		if (next->ops[i].kind == LOCKPROG_DEFINE && f->values[next->ops[i].value].expr == LOCKPROG_PHI) {
			struct lockprog_value *v = &f->values[next->ops[i].value];

			if (v->n_phi != 1)
				return false;
			v->expr = LOCKPROG_COPY;
			v->a = v->phi[0].value;
		}
	for (int i = 0; i < next->n_ops; i++) {
		struct lockprog_op *op = lockprog_add_op(f, b, LOCKPROG_CLOBBER, (struct lockprog_place){ 0 });

		next = &f->blocks[to];
		*op = next->ops[i];
	}
	block = &f->blocks[b];
	block->exit = next->exit;
	block->value = next->value;
	block->n_succ = next->n_succ;
	block->max_succ = next->max_succ;
	block->succ = next->succ;
	for (int v = 0; v < f->n_values; v++)
		for (int a = 0; f->values[v].expr == LOCKPROG_PHI && a < f->values[v].n_phi; a++)
			if (f->values[v].phi[a].block == to)
				f->values[v].phi[a].block = b;
	*next = (struct lockprog_block){ .name = next->name };
	return true;
}

/* True if a function of UNIT other than number CALLEE calls that: without it, that would be a call of code
 * that is not seen, which may do other things. */
static bool is_called(const struct lockprog_unit *unit, int callee)
{
	bool is_found = false;

	for (int f = 0; f < unit->n_functions; f++)
		for (int b = 0; f != callee && b < unit->functions[f]->n_blocks; b++)
			for (int i = 0; i < unit->functions[f]->blocks[b].n_ops; i++) {
				const struct lockprog_op *op = &unit->functions[f]->blocks[b].ops[i];

				is_found |= op->kind == LOCKPROG_CALL && op->callee == callee;
				for (int t = 0; op->kind == LOCKPROG_CALL && t < op->n_targets; t++)
					is_found |= op->targets[t].function == callee;
			}
	return is_found;
}

/* Do step NUMBER of those there are; false when there are fewer. */
static bool step(struct lockprog_unit *unit, int number, bool *done)
{
	*done = true;
	for (int i = 0; i < unit->n_functions; i++) {
		struct lockprog_function *f = unit->functions[i];

		if (number-- == 0) {
			*done = unit->n_functions > 1 && !is_called(unit, i);
			memmove(&unit->functions[i], &unit->functions[i + 1],
				(size_t)(unit->n_functions - i - 1) * sizeof unit->functions[0]);
			unit->n_functions--;
			return true;
		}
		for (int b = 0; b < f->n_blocks; b++) {
			struct lockprog_block *block = &f->blocks[b];

			for (int e = 0; e < block->n_succ && block->exit != LOCKPROG_GOTO; e++)
				if (number-- == 0) {
					block->succ[0] = block->succ[e];
					block->n_succ = 1;
					block->exit = LOCKPROG_GOTO;
					return true;
				}
			if (number-- == 0) {
				*done = merge(f, b);
				return true;
			}
			for (int o = block->n_ops; o-- > 0; ) {
				struct lockprog_value *v = NULL;

				if (number-- == 0) {
					*done = remove_op(f, b, o);
					return true;
				}
				if (block->ops[o].kind == LOCKPROG_DEFINE)
					v = &f->values[block->ops[o].value];
				for (int a = 0; v && v->expr == LOCKPROG_PHI && a < v->n_phi; a++)
					if (number-- == 0) {
						v->expr = LOCKPROG_COPY;
						v->a = v->phi[a].value;
						/* Others are perhaps not defined on every way to here. */
						*done = f->values[v->a].expr == LOCKPROG_CONST || f->values[v->a].expr == LOCKPROG_PARAM;
						return true;
					}
				if (v && v->expr >= LOCKPROG_ADD)
					for (int side = 0; side < 2; side++)
						if (number-- == 0) {
							v->expr = LOCKPROG_COPY;
							if (side)
								v->a = v->b;
							*done = v->a >= 0 && f->values[v->a].type.bits == v->type.bits;
							return true;
						}
			}
		}
	}
	return false;
}

static void try_steps(void)
{
	bool done;

	for (int number = 0;;) {
		struct lockprog_unit *unit = read_program(file);
		FILE *out;

		if (!step(unit, number, &done))
			return;
		if (done) {
			unit->name = "cut.lp";
			for (int f = 0; f < unit->n_functions; f++) {
				tidy(unit->functions[f]);
				forget_unused(unit->functions[f]);
			}
			out = fopen(part, "w");
			if (!out) {
				perror(part);
				exit(2);
			}
			lockprog_print(out, unit);
			fclose(out);
		}
		if (done && is_interesting())
			rename(part, file);
		else
			number++;
	}
}

int main(int argc, char **argv)
{
	char *name;

	if (argc < 3) {
		fputs("cut: usage: cut FILE.lp COMMAND...\n", stderr);
		return 2;
	}
	file = argv[1];
	name = malloc(strlen(file) + 12);
	/* The checker calls units of other files by the name of the file. */
	sprintf(name, "%s.part.lp", file);
	part = name;
	command = calloc((size_t)argc + 1, sizeof *command);
	for (n_command = 0; n_command < argc - 2; n_command++)
		command[n_command] = argv[n_command + 2];
	try_steps();
	/* What was needed for something that is gone now. */
	try_steps();
	remove(part);
	return 0;
}
