/* input.c - the files that spinrule-check is given.
 *
 * SPDX-License-Identifier: MIT
 */

#include "driver/input.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "driver/object.h"
#include "link/code.h"
#include "link/pack.h"
#include "lockprog/alloc.h"

/* Response files in response files: enough for any build, and no circle. */
enum { MAX_RESPONSE_DEPTH = 8 };

/* ---- response files ---- */

struct words {
	int n, max;
	char **list;
};

static void add_word(struct words *words, const char *start, size_t length)
{
	char *word = strndup(start, length);

	if (!word)
		alloc_exhausted();
	words->list = alloc_grow(words->list, words->n, &words->max, sizeof *words->list);
	words->list[words->n++] = word;
}

static char *read_whole(const char *file, size_t *size)
{
	FILE *in = fopen(file, "r"), *out;
	char buffer[4096], *text = NULL;
	size_t n;

	if (!in)
		return NULL;
	out = open_memstream(&text, size);
	if (!out)
		alloc_exhausted();
	while ((n = fread(buffer, 1, sizeof buffer, in)) > 0)
		fwrite(buffer, 1, n, out);
	fclose(out);
	if (ferror(in)) {
		free(text);
		text = NULL;
	}
	fclose(in);
	return text;
}

static bool expand(struct words *words, const char *word, int depth);

/* Add the words of TEXT: separated by space or in quotes; \ before a character that
 * stands for itself. */
static bool split(struct words *words, const char *text, int depth)
{
	char *word = alloc_zeroed(strlen(text) + 1);
	bool is_good = true;

	while (is_good) {
		size_t n = 0;
		char quote = 0;

		while (isspace((unsigned char)*text))
			text++;
		if (!*text)
			break;
		for (; *text && (quote || !isspace((unsigned char)*text)); text++) {
			if (*text == '\\' && text[1] && quote != '\'')
				word[n++] = *++text;
			else if (quote ? *text == quote : *text == '\'' || *text == '"')
				quote = quote ? 0 : *text;
			else
				word[n++] = *text;
		}
		word[n] = 0;
		is_good = expand(words, word, depth);
	}
	free(word);
	return is_good;
}

static bool expand(struct words *words, const char *word, int depth)
{
	char *text;
	size_t size;
	bool is_good;

	if (word[0] != '@' || !word[1]) {
		add_word(words, word, strlen(word));
		return true;
	}
	text = depth < MAX_RESPONSE_DEPTH ? read_whole(word + 1, &size) : NULL;
	if (!text) {
		fprintf(stderr, "spinrule-check: cannot read '%s': %s\n", word + 1,
			depth < MAX_RESPONSE_DEPTH ? strerror(errno)
						   : "response files name each other");
		return false;
	}
	is_good = split(words, text, depth + 1);
	free(text);
	return is_good;
}

bool input_expand(int *argc, char ***argv)
{
	struct words words = { 0 };

	for (int i = 0; i < *argc; i++)
		if (!expand(&words, (*argv)[i], i ? 0 : MAX_RESPONSE_DEPTH))
			return false;
	/* NULL behind the last, as main has it. */
	words.list = alloc_grow(words.list, words.n, &words.max, sizeof *words.list);
	words.list[words.n] = NULL;
	*argc = words.n;
	*argv = words.list;
	return true;
}

void input_free_words(int argc, char **argv)
{
	for (int i = 0; i < argc; i++)
		free(argv[i]);
	free(argv);
}

/* ---- lock programs ---- */

static void fail(struct inputs *inputs, const char *name, const char *what)
{
	fprintf(stderr, "spinrule-check: %s: %s\n", name, what);
	inputs->has_failed = true;
}

static void add_unit(struct inputs *inputs, const char *name, bool is_member,
		     struct lockprog_unit *unit)
{
	inputs->list =
		alloc_grow(inputs->list, inputs->n, &inputs->max, sizeof *inputs->list);
	inputs->list[inputs->n++] =
		(struct link_input){ unit, lockprog_string(name), is_member };
}

/* IS_TEXT: its name says that it is a lock program. */
static void read_text(struct inputs *inputs, const char *name, bool is_text, FILE *in)
{
	char *error;
	struct lockprog_unit *unit = lockprog_read(in, name, &error);

	if (unit) {
		add_unit(inputs, name, false, unit);
		return;
	}
	if (is_text)
		fprintf(stderr, "%s\n", error);
	else
		fail(inputs, name, "is no object and no lock program");
	free(error);
	inputs->has_failed = true;
}

static void add_object(const char *name, bool is_member, const unsigned char *data, size_t size,
		       void *context)
{
	struct inputs *inputs = context;
	const char *error = NULL;
	size_t length;
	unsigned char *code;
	int n = 0;

	while (data && (code = pack_next(&data, &size, &length, &error))) {
		struct lockprog_unit *unit = code_read(code, length);

		if (unit)
			add_unit(inputs, name, is_member, unit);
		else
			fail(inputs, name, "its lock program cannot be read: it is damaged");
		n++;
	}
	if (error) {
		char what[200];

		snprintf(what, sizeof what, "its lock program cannot be read: %s", error);
		fail(inputs, name, what);
	} else if (!n) {
		inputs->without = alloc_grow(inputs->without, inputs->n_without,
					     &inputs->max_without, sizeof *inputs->without);
		inputs->without[inputs->n_without++] = lockprog_string(name);
	}
}

/* ---- input.h ---- */

bool input_is_text(const char *file)
{
	size_t length = strlen(file);

	return !strcmp(file, "-") || (length > 3 && !strcmp(file + length - 3, ".lp"));
}

void input_read(struct inputs *inputs, const char *file)
{
	const bool is_stdin = !strcmp(file, "-");
	const char *error;
	FILE *in;

	if (!input_is_text(file)) {
		switch (object_read(file, add_object, inputs, &error)) {
		case OBJECT_READ:
			inputs->has_objects = true;
			return;
		case OBJECT_FAILED:
			fail(inputs, file, error);
			return;
		case OBJECT_OTHER:
			break;
		}
	}
	in = is_stdin ? stdin : fopen(file, "r");
	if (!in) {
		fprintf(stderr, "spinrule-check: cannot read '%s': %s\n", file, strerror(errno));
		inputs->has_failed = true;
		return;
	}
	read_text(inputs, is_stdin ? "<stdin>" : file, input_is_text(file), in);
	if (!is_stdin)
		fclose(in);
}

void input_free(struct inputs *inputs)
{
	for (int i = 0; i < inputs->n; i++)
		lockprog_free_unit(inputs->list[i].unit);
	free(inputs->list);
	free(inputs->without);
}
