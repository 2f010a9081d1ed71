/* picture.c - the control flow of functions as pictures, drawn by Graphviz.
 *
 * All texts of a summary are escaped before Graphviz sees them, so what it draws has no
 * markup, link or file of theirs.
 *
 * SPDX-License-Identifier: MIT
 */

#define _GNU_SOURCE
#include "picture.h"

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "unicode.h"

/* A longer text is cut. */
enum { MAX_TEXT = 80 };

/* ---- what Graphviz is told ---- */

/* Graphviz writes a hyphen of an id as a number: ids have none. */

/* TEXT as a part of a label. */
static void put_label(FILE *out, const char *text)
{
	const char *end = text + strlen(text);

	for (int i = 0; text < end; i++) {
		const char *from = text;
		unsigned character = unicode_next(&text, end);

		if (i == MAX_TEXT) {
			fputs(" ...", out);
			return;
		}
		if (character == '"' || character == '\\')
			fprintf(out, "\\%c", character);
		else if (character == '&')
			fputs("&amp;", out);
		else if (unicode_is_hidden(character) || character == UNICODE_REPLACEMENT)
			putc('?', out);
		else
			fwrite(from, 1, text - from, out);
	}
}

struct marks {
	bool *blocks;
	const struct graph_edge **edges;	/* the one that is taken, or NULL */
};

/* From BLOCK on there is one way to go: mark it until TO, if it leads there. */
static void mark_way(const struct function *function, struct marks *marks, size_t block, size_t to)
{
	const size_t n = function->graph.count;
	size_t at;

	for (int is_marking = 0; is_marking < 2; is_marking++) {
		at = block;
		for (size_t left = n; at != to && left; left--) {
			const struct graph_block *from = function->graph.items[at];
			const struct graph_edge *edge = marks->edges[at];

			if (!edge && from->edges.count == 1)
				edge = from->edges.items[0];
			if (!edge || edge->block >= n)
				return;
			if (is_marking) {
				marks->blocks[at] = true;
				marks->edges[at] = edge;
			}
			at = edge->block;
		}
		if (at != to)
			return;
	}
}

static void mark_path(const struct warning *warning, struct marks *marks)
{
	const struct function *function = warning->in;
	size_t before = 0;

	for (size_t i = 0; i < warning->path.count; i++) {
		const struct step *step = warning->path.items[i];
		const struct graph_block *block;

		if (step->depth || step->block >= function->graph.count)
			continue;
		mark_way(function, marks, before, step->block);
		block = function->graph.items[step->block];
		marks->blocks[step->block] = true;
		if (step->has_edge && step->edge < block->edges.count)
			marks->edges[step->block] = block->edges.items[step->edge];
		before = step->block;
	}
}

static void put_block(FILE *out, const struct warning *warning, size_t b, const struct marks *marks)
{
	const struct graph_block *block = warning->in->graph.items[b];

	fprintf(out, "b%zu [id=\"W%u_b%zu\" class=\"%s\" label=\"", b, warning->number, b,
		marks->blocks[b] ? "way" : "other");
	for (size_t i = 0; i < block->texts.count; i++) {
		put_label(out, block->texts.items[i]);
		fputs("\\l", out);
	}
	fputs("\"];\n", out);
	for (size_t i = 0; i < block->edges.count; i++) {
		const struct graph_edge *edge = block->edges.items[i];

		if (edge->block >= warning->in->graph.count)
			continue;
		fprintf(out, "b%zu -> b%zu [id=\"W%u_e%zu_%zu\" class=\"%s\" label=\"", b,
			edge->block, warning->number, b, i,
			marks->edges[b] == edge ? "way" : "other");
		put_label(out, edge->text);
		fputs("\"];\n", out);
	}
}

static void put_graph(FILE *out, struct store *store, const struct warning *warning)
{
	const size_t n = warning->in->graph.count;
	struct marks marks = {
		store_zeroed(store, n * sizeof *marks.blocks),
		store_zeroed(store, n * sizeof *marks.edges),
	};

	mark_path(warning, &marks);
	fprintf(out, "digraph W%u {\nid=\"W%u_graph\" bgcolor=transparent\n"
		     "node [shape=box fontname=\"monospace\" fontsize=11 margin=\"0.1,0.05\" "
		     "height=0.2 tooltip=\" \"]\n"
		     "edge [fontname=\"sans-serif\" fontsize=10 tooltip=\" \"]\n",
		warning->number, warning->number);
	for (size_t b = 0; b < n; b++)
		put_block(out, warning, b, &marks);
	fputs("}\n", out);
}

/* ---- what Graphviz draws ---- */

/* Run Graphviz on INPUT; all that it prints, malloc'ed, or NULL with errno set. */
static char *run_dot(FILE *input)
{
	static char *const argv[] = { "dot", "-Tsvg", NULL };
	posix_spawn_file_actions_t actions;
	int ends[2], status, failed;
	char *text = NULL, buffer[1 << 14];
	size_t size = 0;
	ssize_t got;
	FILE *into;
	pid_t child;

	if (pipe2(ends, O_CLOEXEC))
		return NULL;
	rewind(input);
	posix_spawn_file_actions_init(&actions);
	posix_spawn_file_actions_adddup2(&actions, fileno(input), 0);
	posix_spawn_file_actions_adddup2(&actions, ends[1], 1);
	failed = posix_spawnp(&child, argv[0], &actions, NULL, argv, environ);
	posix_spawn_file_actions_destroy(&actions);
	close(ends[1]);
	if (failed) {
		close(ends[0]);
		errno = failed;
		return NULL;
	}
	into = open_memstream(&text, &size);
	while (into && (got = read(ends[0], buffer, sizeof buffer)) > 0)
		fwrite(buffer, 1, got, into);
	if (into)
		fclose(into);
	close(ends[0]);
	if (waitpid(child, &status, 0) == child && status == 0)
		return text;
	free(text);
	errno = ECHILD;
	return NULL;
}

/* The SVG of warning number NUMBER in DRAWN, without its comments. */
static const char *svg_of(struct store *store, const char *drawn, unsigned number)
{
	const char *name = store_format(store, "id=\"W%u_graph\"", number);
	const char *at = strstr(drawn, name), *start = NULL, *end;
	char *made, *to;

	for (const char *svg = strstr(drawn, "<svg "); at && svg && svg < at;
	     svg = strstr(svg + 1, "<svg "))
		start = svg;
	end = start ? strstr(start, "</svg>") : NULL;
	if (!end)
		return NULL;
	end += strlen("</svg>");
	made = to = store_zeroed(store, end - start + 1);
	while (start < end) {
		const char *rest = strncmp(start, "<!--", 4) ? NULL : strstr(start, "-->");

		if (rest)
			start = rest + 3;
		else
			*to++ = *start++;
	}
	return made;
}

static bool has_picture(const struct warning *warning)
{
	return warning->status == STATUS_SHOWN && warning->in && warning->in->graph.count;
}

char *picture_draw(struct model *model)
{
	FILE *input = tmpfile();
	char *drawn, *failed = NULL;
	size_t count = 0;

	if (!input)
		return strdup(strerror(errno));
	for (size_t i = 0; i < model->warnings.count; i++)
		if (has_picture(model->warnings.items[i]) && count++ < MAX_PICTURES)
			put_graph(input, &model->store, model->warnings.items[i]);
	model->pictures_left_out = count > MAX_PICTURES ? count - MAX_PICTURES : 0;
	fflush(input);
	drawn = count ? run_dot(input) : strdup("");
	if (!drawn && asprintf(&failed, "cannot draw with Graphviz's 'dot': %s",
			       errno == ECHILD ? "it failed" : strerror(errno)) < 0)
		failed = NULL;
	for (size_t i = 0; drawn && i < model->warnings.count; i++) {
		struct warning *warning = model->warnings.items[i];

		if (has_picture(warning))
			warning->picture = svg_of(&model->store, drawn, warning->number);
	}
	free(drawn);
	fclose(input);
	return failed;
}
