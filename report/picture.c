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

/* A longer text is cut.  Of a function with more blocks only the path is drawn, and what
 * is beside it: nobody reads more, and Graphviz would take too long. */
enum { MAX_TEXT = 80, MAX_BLOCKS = 100 };

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
	bool *blocks;				/* on the path */
	bool *shown;				/* drawn */
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

/* The blocks that are drawn: all, or those of the path and those that it leads to. */
static void mark_shown(const struct function *function, struct marks *marks)
{
	const size_t n = function->graph.count;

	for (size_t b = 0; b < n; b++) {
		const struct graph_block *block = function->graph.items[b];

		if (!marks->blocks[b] && n > MAX_BLOCKS)
			continue;
		marks->shown[b] = true;
		for (size_t i = 0; i < block->edges.count; i++) {
			const struct graph_edge *edge = block->edges.items[i];

			if (edge->block < n)
				marks->shown[edge->block] = true;
		}
	}
}

static void put_block(FILE *out, const struct warning *warning, size_t b, const struct marks *marks)
{
	const struct graph_block *block = warning->in->graph.items[b];

	fprintf(out, "b%zu [class=\"%s\" label=\"", b, marks->blocks[b] ? "way" : "other");
	for (size_t i = 0; i < block->texts.count; i++) {
		put_label(out, block->texts.items[i]);
		fputs("\\l", out);
	}
	fputs("\"];\n", out);
	for (size_t i = 0; i < block->edges.count; i++) {
		const struct graph_edge *edge = block->edges.items[i];

		if (edge->block >= warning->in->graph.count || !marks->shown[edge->block])
			continue;
		fprintf(out, "b%zu -> b%zu [class=\"%s\" label=\"", b, edge->block,
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
		store_zeroed(store, n * sizeof *marks.shown),
		store_zeroed(store, n * sizeof *marks.edges),
	};

	mark_path(warning, &marks);
	mark_shown(warning->in, &marks);
	fprintf(out, "digraph W%u {\nid=\"W%u_graph\" bgcolor=transparent\n"
		     "node [shape=box fontname=\"monospace\" fontsize=11 margin=\"0.1,0.05\" "
		     "height=0.2]\n"
		     "edge [fontname=\"sans-serif\" fontsize=10]\n",
		warning->number, warning->number);
	for (size_t b = 0; b < n; b++)
		if (marks.shown[b])
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

/* Whether AT begins with what a page does not need: *END is where it ends.  Comments and
 * titles have numbers of blocks only, the style has colours and fonts, ids would be the
 * same in each picture.  Texts of a summary have no quotes or tags: Graphviz escapes
 * them. */
static bool is_useless(const char *at, const char **end)
{
	static const struct {
		const char *start, *end;
	} useless[] = {
		{ "<!--", "-->" },
		{ "<title>", "</title>" },
		{ " id=\"", "\"" },
		{ " fill=\"", "\"" },
		{ " stroke=\"", "\"" },
		{ " text-anchor=\"", "\"" },
		{ " font-family=\"", "\"" },
		{ " font-size=\"", "\"" },
		{ "\n", "" },
	};

	for (size_t i = 0; i < sizeof useless / sizeof useless[0]; i++) {
		const size_t length = strlen(useless[i].start);

		if (strncmp(at, useless[i].start, length) == 0) {
			*end = strstr(at + length, useless[i].end);
			if (!*end)
				return false;
			*end += strlen(useless[i].end);
			return true;
		}
	}
	return false;
}

/* The SVG of warning number NUMBER, from *FROM on, and no more than a page needs.  *FROM
 * becomes its end: pictures are in the order of the warnings.  Graphviz puts the number
 * of a page before the ids of all but the first. */
static const char *svg_of(struct store *store, const char **from, unsigned number)
{
	const char *at = strstr(*from, store_format(store, "W%u_graph\"", number));
	const char *start = NULL, *end;
	char *made, *to;

	for (const char *svg = strstr(*from, "<svg "); at && svg && svg < at;
	     svg = strstr(svg + 1, "<svg "))
		start = svg;
	end = start ? strstr(start, "</svg>") : NULL;
	if (!end)
		return NULL;
	end += strlen("</svg>");
	*from = end;
	made = to = store_zeroed(store, end - start + 1);
	while (start < end) {
		const char *rest;

		if (is_useless(start, &rest))
			start = rest;
		else
			*to++ = *start++;
	}
	return made;
}

static bool has_picture(const struct warning *warning)
{
	return warning->status == STATUS_SHOWN && warning->in && warning->in->graph.count;
}

char *picture_draw(struct model *model, bool *is_missing)
{
	FILE *input = tmpfile();
	char *drawn, *failed = NULL;
	const char *at;
	bool is_any = false;

	if (!input)
		return strdup(strerror(errno));
	for (size_t i = 0; i < model->warnings.count; i++)
		if (has_picture(model->warnings.items[i])) {
			put_graph(input, &model->store, model->warnings.items[i]);
			is_any = true;
		}
	fflush(input);
	drawn = is_any ? run_dot(input) : strdup("");
	*is_missing = !drawn && errno == ENOENT;
	if (!drawn && asprintf(&failed, "cannot draw with Graphviz's 'dot': %s",
			       errno == ECHILD ? "it failed" : strerror(errno)) < 0)
		failed = NULL;
	at = drawn;
	for (size_t i = 0; drawn && i < model->warnings.count; i++) {
		struct warning *warning = model->warnings.items[i];

		if (has_picture(warning))
			warning->picture = svg_of(&model->store, &at, warning->number);
	}
	free(drawn);
	fclose(input);
	return failed;
}
