/* generate-program.c - the function that is being made: its blocks, its values, and how it is printed.
 *
 * SPDX-License-Identifier: MIT
 */

#include "generate.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- numbers ---- */

unsigned long long random_state;

unsigned random_number(unsigned below)
{
	random_state = random_state * 6364136223846793005ull + 1442695040888963407ull;
	return (unsigned)((random_state >> 33) % below);
}

bool chance(unsigned percent)
{
	return random_number(100) < percent;
}

int pick(int low, int high)
{
	return low + (int)random_number((unsigned)(high - low + 1));
}

/* ---- blocks and values ---- */

static void append(struct block *block, const char *text, size_t length)
{
	block->text = realloc(block->text, block->length + length + 1);
	if (!block->text)
		abort();
	memcpy(block->text + block->length, text, length);
	block->length += length;
	block->text[block->length] = 0;
}

/* Append to the block: %v is a value, %d a number, %s a string. */
void emit(const char *format, ...)
{
	struct block *block = &blocks[here];
	va_list list;
	char number_text[32];

	if (block->ended)
		return;
	va_start(list, format);
	for (const char *c = format; *c; c++) {
		if (*c != '%') {
			append(block, c, 1);
			continue;
		}
		c++;
		if (*c == 's') {
			const char *s = va_arg(list, const char *);

			append(block, s, strlen(s));
		} else {
			append(block, number_text,
			       (size_t)sprintf(number_text, *c == 'v' ? "\1%d\2" : "%d", va_arg(list, int)));
		}
	}
	va_end(list);
}

int new_value(const char *name)
{
	if (n_values == MAX_VALUES)
		exit(3);
	values[n_values] = (struct value){ .phi_block = -1, .same_as = -1 };
	if (name)
		snprintf(values[n_values].name, sizeof values[0].name, "%s", name);
	else
		snprintf(values[n_values].name, sizeof values[0].name, "t%d", n_values);
	return n_values++;
}

int constant(int c)
{
	char name[16];

	if (constants[c + 4] < 0) {
		snprintf(name, sizeof name, c < 0 ? "cm%d" : "c%d", abs(c));
		constants[c + 4] = new_value(name);
	}
	return constants[c + 4];
}

int null_pointer(void)
{
	if (null < 0)
		null = new_value("null");
	return null;
}

bool is_constant(int value)
{
	for (int i = 0; i < 16; i++)
		if (constants[i] == value)
			return true;
	return false;
}

int new_block(bool is_join)
{
	if (n_blocks == MAX_BLOCKS)
		exit(3);
	free(blocks[n_blocks].text);
	blocks[n_blocks] = (struct block){ .is_join = is_join };
	return n_blocks++;
}

void add_edge(int to)
{
	struct block *block = &blocks[to];

	for (int i = 0; i < block->n_preds; i++)
		if (block->preds[i] == here)
			return;
	if (block->n_preds == MAX_PREDS)
		exit(3);
	block->preds[block->n_preds++] = here;
}

bool is_open(void)
{
	return !blocks[here].ended;
}

void end_block(void)
{
	blocks[here].ended = true;
	memcpy(blocks[here].out, variables, sizeof variables);
}

void go(int to)
{
	if (!is_open())
		return;
	emit("-> b%d\n", to);
	add_edge(to);
	end_block();
}

void go_if(int condition, int yes, int no)
{
	if (!is_open())
		return;
	emit("if %v -> b%d b%d\n", condition, yes, no);
	add_edge(yes);
	add_edge(no);
	end_block();
}

/* Go on in BLOCK.  One that is no join has its one edge already. */
void start(int block)
{
	struct block *b = &blocks[block];

	here = block;
	b->started = true;
	if (!b->is_join) {
		if (!b->n_preds)
			b->ended = true;
		else
			memcpy(variables, blocks[b->preds[0]].out, sizeof variables);
		return;
	}
	for (int v = 0; v < n_variables; v++) {
		char name[24];

		snprintf(name, sizeof name, "%s.%d", variable_names[v], block);
		variables[v] = new_value(name);
		values[variables[v]].phi_block = block;
		values[variables[v]].variable = v;
		b->in[v] = variables[v];
	}
}

static int resolve(int value)
{
	while (values[value].same_as >= 0)
		value = values[value].same_as;
	return value;
}

/* ---- printing ---- */

/* PHIs whose arguments are one value, or themselves, choose nothing. */
static void remove_plain_phis(void)
{
	bool changed;

	do {
		changed = false;
		for (int v = 0; v < n_values; v++) {
			struct value *value = &values[v];
			int only = -1;
			bool chooses = false;

			if (value->phi_block < 0 || value->same_as >= 0)
				continue;
			for (int i = 0; i < blocks[value->phi_block].n_preds; i++) {
				int pred = blocks[value->phi_block].preds[i], arg;

				if (!blocks[pred].reachable)
					continue;
				arg = resolve(blocks[pred].out[value->variable]);
				if (arg == v)
					continue;
				if (only >= 0 && arg != only)
					chooses = true;
				only = arg;
			}
			if (chooses || only < 0)
				continue;
			value->same_as = only;
			changed = true;
		}
	} while (changed);
}

void mark_reachable(int block)
{
	if (blocks[block].reachable)
		return;
	blocks[block].reachable = true;
	for (int b = 0; b < n_blocks; b++)
		for (int i = 0; i < blocks[b].n_preds; i++)
			if (blocks[b].preds[i] == block)
				mark_reachable(b);
}

static bool text_uses(int value)
{
	char name[16];

	snprintf(name, sizeof name, "\1%d\2", value);
	for (int b = 0; b < n_blocks; b++)
		if (blocks[b].reachable && blocks[b].text && strstr(blocks[b].text, name))
			return true;
	return false;
}

/* Which values are looked at: PHIs of no use are not printed. */
static void find_used(bool *used)
{
	bool changed;

	for (int v = 0; v < n_values; v++)
		used[v] = false;
	for (int v = 0; v < n_values; v++)
		if (text_uses(v))
			used[resolve(v)] = true;
	do {
		changed = false;
		for (int v = 0; v < n_values; v++) {
			struct block *block;

			if (!used[v] || values[v].phi_block < 0)
				continue;
			block = &blocks[values[v].phi_block];
			for (int i = 0; i < block->n_preds; i++) {
				int arg = resolve(blocks[block->preds[i]].out[values[v].variable]);

				if (blocks[block->preds[i]].reachable && !used[arg]) {
					used[arg] = true;
					changed = true;
				}
			}
		}
	} while (changed);
}

static void print_blocks(const bool *used)
{
	for (int b = 0; b < n_blocks; b++) {
		if (!blocks[b].reachable)
			continue;
		printf("b%d: ", b);
		for (int v = 0; v < n_values; v++) {
			if (values[v].phi_block != b || values[v].same_as >= 0 || !used[v])
				continue;
			printf("%s:%s = phi", values[v].name, values[v].variable < P ? "s32" : values[v].variable < L ? "u8" : "p");
			for (int i = 0; i < blocks[b].n_preds; i++)
				if (blocks[blocks[b].preds[i]].reachable)
					printf(" b%d:%s", blocks[b].preds[i],
					       values[resolve(blocks[blocks[b].preds[i]].out[values[v].variable])].name);
			printf("; ");
		}
		for (const char *c = blocks[b].text; c && *c; c++) {
			if (*c == '\1') {
				printf("%s", values[resolve(atoi(c + 1))].name);
				c = strchr(c, '\2');
			} else {
				putchar(*c);
			}
		}
	}
}

void print_function(const char *name, bool is_irql_helper)
{
	const char *word_type = is_irql_helper ? "u8" : "s32";
	static bool used[MAX_VALUES];

	remove_plain_phis();
	find_used(used);
	printf("function %s%s%s%s\n", name, is_callback ? " callback DRIVER_DISPATCH" : "", has_result ? " result " : "",
	       has_result ? word_type : "");
	if (has_lock_param)
		printf("  %s:p = param 0 '%s'\n", lock_names[0], lock_names[0]);
	if (has_lock_param && has_queued)
		printf("  %s:p = param 1 '%s'\n", handle_of(0), handle_of(0));
	for (int i = 0; i < n_params; i++)
		printf("  %s:%s = param %d '%s'\n", variable_names[i], word_type, i + has_lock_param * (1 + has_queued), variable_names[i]);
	if (uses_memory)
		printf("  cell:p = &Cell\n");
	for (int i = 0; i < 16; i++)
		if (constants[i] >= 0)
			printf("  %s:s32 = %d\n", values[constants[i]].name, i - 4);
	if (has_driver)
		printf("  null:p = 0\n  ext:p = &oExt\n  own:p = &own.%s\n  table:p = &Table\n", name);
	for (int i = has_lock_param; i < n_locks; i++) {
		printf("  %s:p = &%s\n", lock_names[i], lock_names[i]);
		if (has_queued)
			printf("  %s:p = &%s\n", handle_of(i), handle_of(i));
	}
	print_blocks(used);
	printf("\n");
}
