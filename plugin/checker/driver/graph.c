/* graph.c - the control flow of a function, for Graphviz.
 *
 * The locks at each block, and behind each call in it, are those of the last walk of the
 * function, as its trace has them (walk/trace.c).
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

/* What the trace says of the locks before operation number OP of a block. */
struct lock_line { int op; char *locks; };

/* All that it says of one block. */
struct entry { int n, max; struct lock_line *lines; };

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

/* The block that NAME, of N bytes, is or is a part of, and the operation with which that
 * begins; or -1. */
static int block_number(const struct lockprog_function *function, const char *name, size_t n,
			int *op)
{
	const size_t length = strcspn(name, "+:");

	*op = length < n ? atoi(name + length) : 0;
	for (int b = 0; b < function->n_blocks; b++)
		if (strlen(function->blocks[b].name) == length &&
		    !strncmp(function->blocks[b].name, name, length))
			return b;
	return -1;
}

static void add_locks(struct entry *entry, int op, const char *locks, size_t n)
{
	char *text = strndup(locks, n);

	if (!text)
		alloc_exhausted();
	for (int i = 0; i < entry->n; i++)
		if (entry->lines[i].op == op && !strcmp(entry->lines[i].locks, text)) {
			free(text);
			return;
		}
	entry->lines = alloc_grow(entry->lines, entry->n, &entry->max, sizeof *entry->lines);
	entry->lines[entry->n++] = (struct lock_line){ op, text };
}

static void clear(struct entry *entries, int n)
{
	for (int b = 0; b < n; b++) {
		for (int i = 0; i < entries[b].n; i++)
			free(entries[b].lines[i].locks);
		free(entries[b].lines);
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
			int op;
			const int b = block_number(function, line + 2, at - line - 2, &op);

			if (b >= 0)
				add_locks(&entries[b], op, at + sizeof locks - 1,
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

/* ---- the paths of violations ---- */

/* By block, and by block and edge: a path of a violation is there. */
struct marks { bool *blocks, **edges; };

/* Mark the shortest way from FROM to TO, which has no event. */
static void mark_way(struct marks *marks, const struct lockprog_function *function, int from,
		     int to)
{
	/* By block: the one before it, and its edge. */
	int *before = alloc_zeroed(function->n_blocks * sizeof *before),
	    *edge = alloc_zeroed(function->n_blocks * sizeof *edge),
	    *queue = alloc_zeroed(function->n_blocks * sizeof *queue), n = 0;

	for (int b = 0; b < function->n_blocks; b++)
		before[b] = -1;
	queue[n++] = from;
	for (int i = 0; i < n && before[to] < 0; i++) {
		const struct lockprog_block *block = &function->blocks[queue[i]];

		for (int s = 0; s < block->n_succ; s++) {
			const int next = block->succ[s].block;

			if (next == from || before[next] >= 0)
				continue;
			before[next] = queue[i];
			edge[next] = s;
			queue[n++] = next;
		}
	}
	for (int b = to; b != from && before[b] >= 0; b = before[b]) {
		marks->blocks[b] = true;
		marks->edges[before[b]][edge[b]] = true;
	}
	free(before);
	free(edge);
	free(queue);
}

static void mark_path(struct marks *marks, const struct lockprog_function *function,
		      const struct check_violation *violation)
{
	int at = 0;

	marks->blocks[at] = true;
	for (int i = 0; i < violation->n_events; i++) {
		const struct path_event *event = &violation->events[i];

		/* A note in a callee has no block here. */
		if (event->block < 0 || event->block >= function->n_blocks)
			continue;
		if (event->block != at)
			mark_way(marks, function, at, event->block);
		at = event->block;
		if (event->kind == EVENT_BRANCH && event->succ >= 0 &&
		    event->succ < function->blocks[at].n_succ) {
			marks->edges[at][event->succ] = true;
			at = function->blocks[at].succ[event->succ].block;
			marks->blocks[at] = true;
		}
	}
}

static struct marks marks_of(const struct lockprog_function *function,
			     const struct check_function_result *found)
{
	struct marks marks = { alloc_zeroed((size_t)function->n_blocks + 1),
			       alloc_zeroed(((size_t)function->n_blocks + 1) *
					    sizeof *marks.edges) };

	for (int b = 0; b < function->n_blocks; b++)
		marks.edges[b] = alloc_zeroed((size_t)function->blocks[b].n_succ + 1);
	for (int v = 0; v < found->n_violations; v++)
		mark_path(&marks, function, &found->violations[v]);
	return marks;
}

static void marks_free(struct marks *marks, int n)
{
	for (int b = 0; b < n; b++)
		free(marks->edges[b]);
	free(marks->edges);
	free(marks->blocks);
}

/* ---- the graph ---- */

/* The locks before operation number OP. */
static void print_locks(FILE *out, const struct entry *entry, int op)
{
	for (int i = 0; i < entry->n; i++)
		if (entry->lines[i].op == op) {
			print_label(out, entry->lines[i].locks);
			fputs("\\l", out);
		}
}

static void print_blocks(FILE *out, const struct lockprog_function *function,
			 const struct entry *entries, const struct marks *marks)
{
	static const char marked[] = ", color=red, penwidth=2";

	for (int b = 0; b < function->n_blocks; b++) {
		const struct lockprog_block *block = &function->blocks[b];

		fprintf(out, "  %s [label=\"%s\\l", block->name, block->name);
		for (int i = 0; i < block->n_ops; i++) {
			print_locks(out, &entries[b], i);
			print_op(out, &block->ops[i]);
		}
		print_locks(out, &entries[b], block->n_ops);
		if (block->exit == LOCKPROG_RETURN)
			fprintf(out, "%d: return\\l", block->place.line);
		fprintf(out, "\"%s];\n", marks->blocks[b] ? marked : "");
		for (int s = 0; s < block->n_succ; s++) {
			char words[300];

			fprintf(out, "  %s -> %s [label=\"", block->name,
				function->blocks[block->succ[s].block].name);
			if (lockprog_describe_edge(function, b, s, words, sizeof words))
				print_label(out, words);
			fprintf(out, "\"%s];\n", marks->edges[b][s] ? marked : "");
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
	struct marks marks;

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
	marks = marks_of(function, found);
	print_blocks(out, function, entries, &marks);
	fputs("}\n", out);
	marks_free(&marks, function->n_blocks);
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
