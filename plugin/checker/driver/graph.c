/* graph.c - the control flow of a function, for Graphviz.
 *
 * The locks at each block are those of the last walk of the function, as its trace has
 * them (walk/trace.c).
 *
 * SPDX-License-Identifier: MIT
 */

#include "driver/graph.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "check/words.h"
#include "driver/part.h"
#include "lockprog/alloc.h"

/* What the trace says of the locks at one block. */
struct entry { int n, max; char **locks; };

/* TEXT in a label of Graphviz. */
static void print_label(FILE *out, const char *text)
{
	for (; *text; text++)
		if (*text == '\n')
			fputs("\\l", out);
		else if (*text == '"' || *text == '\\')
			fprintf(out, "\\%c", *text);
		else
			putc(*text, out);
}

static int block_number(const struct lockprog_function *function, const char *name, size_t n)
{
	for (int b = 0; b < function->n_blocks; b++)
		if (strlen(function->blocks[b].name) == n &&
		    !strncmp(function->blocks[b].name, name, n))
			return b;
	return -1;
}

static void add_locks(struct entry *entry, const char *locks, size_t n)
{
	char *text = strndup(locks, n);

	if (!text)
		alloc_exhausted();
	for (int i = 0; i < entry->n; i++)
		if (!strcmp(entry->locks[i], text)) {
			free(text);
			return;
		}
	entry->locks = alloc_grow(entry->locks, entry->n, &entry->max, sizeof *entry->locks);
	entry->locks[entry->n++] = text;
}

static void clear(struct entry *entries, int n)
{
	for (int b = 0; b < n; b++) {
		for (int i = 0; i < entries[b].n; i++)
			free(entries[b].locks[i]);
		free(entries[b].locks);
		entries[b] = (struct entry){ 0 };
	}
}

/* Read TRACE: the locks at each block of FUNCTION, in the last walk of it.  It ends where
 * another function's begins. */
static void read_trace(char *trace, const struct lockprog_function *function,
		       struct entry *entries)
{
	static const char locks[] = ": locks: ";
	const size_t length = strlen(function->name);
	bool is_in = false;

	for (char *line = strtok(trace, "\n"); line; line = strtok(NULL, "\n")) {
		char *at = strstr(line, locks);

		if (line[0] != ' ') {
			is_in = !strncmp(line, function->name, length) && line[length] == ':';
			if (is_in)
				clear(entries, function->n_blocks);
		} else if (is_in && at && strncmp(line, "  replay ", 9) != 0) {
			const int b = block_number(function, line + 2, at - line - 2);

			if (b >= 0)
				add_locks(&entries[b], at + sizeof locks - 1,
					  strcspn(at + sizeof locks - 1, ";"));
		}
	}
}

static void print_op(FILE *out, const struct lockprog_op *op)
{
	char text[300];

	if (op->kind == LOCKPROG_LOCKOP)
		snprintf(text, sizeof text, "%d: %s(%s)\n", op->place.line,
			 op->written ? op->written : op->ddi->name, op->text);
	else if (op->kind == LOCKPROG_CALL)
		snprintf(text, sizeof text, "%d: call %s\n", op->place.line, op->text);
	else
		return;
	print_label(out, text);
}

/* True if the path of a violation in FOUND passes BLOCK, or, if SUCC is not negative,
 * takes that edge. */
static bool is_on_path(const struct check_function_result *found, int block, int succ)
{
	for (int v = 0; v < found->n_violations; v++)
		for (int i = 0; i < found->violations[v].n_events; i++) {
			const struct path_event *event = &found->violations[v].events[i];

			if (event->block == block &&
			    (succ < 0 || (event->kind == EVENT_BRANCH && event->succ == succ)))
				return true;
		}
	return false;
}

static void print_blocks(FILE *out, const struct lockprog_function *function,
			 const struct entry *entries, const struct check_function_result *found)
{
	for (int b = 0; b < function->n_blocks; b++) {
		const struct lockprog_block *block = &function->blocks[b];

		fprintf(out, "  %s [label=\"%s\\l", block->name, block->name);
		for (int i = 0; i < entries[b].n; i++) {
			print_label(out, entries[b].locks[i]);
			fputs("\\l", out);
		}
		for (int i = 0; i < block->n_ops; i++)
			print_op(out, &block->ops[i]);
		if (block->exit == LOCKPROG_RETURN)
			fprintf(out, "%d: return\\l", block->place.line);
		fprintf(out, "\"%s];\n",
			is_on_path(found, b, -1) ? ", color=red, penwidth=2" : "");
		for (int s = 0; s < block->n_succ; s++) {
			char words[300];

			fprintf(out, "  %s -> %s [label=\"", block->name,
				function->blocks[block->succ[s].block].name);
			if (lockprog_describe_edge(function, b, s, words, sizeof words))
				print_label(out, words);
			fprintf(out, "\"%s];\n",
				is_on_path(found, b, s) ? ", color=red, penwidth=2" : "");
		}
	}
}

/* The trace of the check of function number F; malloc'ed. */
static char *trace_of(struct link_result *linked, const struct check_options *options, int f)
{
	struct check_options traced = *options;
	char *trace;
	size_t size;

	traced.trace = open_memstream(&trace, &size);
	if (!traced.trace)
		alloc_exhausted();
	part_check_again(linked, &traced, f);
	fclose(traced.trace);
	return trace;
}

static void print_graph(FILE *out, struct link_result *linked, const struct check_result *result,
			const struct check_options *options, int f)
{
	const struct lockprog_function *function = linked->unit->functions[f];
	const struct check_function_result *found = &result->functions[f];
	char *trace = trace_of(linked, options, f);
	struct entry *entries;

	link_load(linked, f);
	entries = alloc_zeroed((function->n_blocks + 1) * sizeof *entries);
	read_trace(trace, function, entries);
	fputs("digraph \"", out);
	print_label(out, function->name);
	fputs("\" {\n  node [shape=box, fontname=monospace];\n  label=\"", out);
	print_label(out, function->name);
	for (int v = 0; v < found->n_violations; v++) {
		char words[600];

		fputs("\\n", out);
		print_label(out, words_of_violation(&found->violations[v], words, sizeof words));
	}
	if (found->why) {
		fputs("\\nunknown, because of ", out);
		print_label(out, reason_words(found->why));
	}
	fputs("\";\n", out);
	print_blocks(out, function, entries, found);
	fputs("}\n", out);
	clear(entries, function->n_blocks);
	free(entries);
	free(trace);
}

bool graph_write(struct link_result *linked, const struct check_result *result,
		 const struct check_options *options, const char *name, const char *file)
{
	int f = 0;
	FILE *out;

	while (f < linked->unit->n_functions && strcmp(linked->unit->functions[f]->name, name) != 0)
		f++;
	if (f == linked->unit->n_functions) {
		fprintf(stderr,
			"spinrule-check: the driver has no function '%s' that matters to a lock\n",
			name);
		return false;
	}
	out = !strcmp(file, "-") ? stdout : fopen(file, "w");
	if (!out) {
		fprintf(stderr, "spinrule-check: cannot write '%s': %s\n", file, strerror(errno));
		return false;
	}
	print_graph(out, linked, result, options, f);
	if (out != stdout && fclose(out)) {
		fprintf(stderr, "spinrule-check: cannot write '%s': %s\n", file, strerror(errno));
		return false;
	}
	return true;
}
