/* notes.c - what the user should know about how a driver was linked.
 *
 * SPDX-License-Identifier: MIT
 */

#include "link/notes.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "lockprog/alloc.h"

/* Notes of one kind that are printed, if not all are. */
enum { FEW = 5 };

static struct note *add(struct notes *notes, enum note_kind kind)
{
	notes->list = alloc_grow(notes->list, notes->n, &notes->max, sizeof *notes->list);
	notes->list[notes->n] = (struct note){ .kind = kind };
	return &notes->list[notes->n++];
}

void notes_add(struct notes *notes, enum note_kind kind, const char *name, const char *first,
	       const char *second, int file)
{
	const int number = name_map_find(&notes->numbers[kind], name);
	struct note *note;

	if (number < 0) {
		name_map_add(&notes->numbers[kind], name, notes->n);
		note = add(notes, kind);
		note->name = name;
		note->first = first;
		note->second = second;
	} else {
		note = &notes->list[number];
		note->n_more += note->last != file;
	}
	note->last = file;
}

void notes_add_text(struct notes *notes, const char *format, ...)
{
	va_list list;

	va_start(list, format);
	add(notes, NOTE_OTHER)->text = alloc_text_list(format, list);
	va_end(list);
}

/* Print "in 'a.c', in 'b.c' and in 3 more files". */
static void print_files(const struct note *note)
{
	if (!note->n_more)
		fprintf(stderr, "in '%s' and in '%s'", note->first, note->second);
	else
		fprintf(stderr, "in '%s', in '%s' and in %d more file%s", note->first,
			note->second, note->n_more, note->n_more == 1 ? "" : "s");
}

static void print_note(const struct note *note)
{
	fputs("spinrule-check: note: ", stderr);
	switch (note->kind) {
	case NOTE_COPIES:
		fprintf(stderr, "the copies of '%s' ", note->name);
		print_files(note);
		fputs(" differ; the first is checked", stderr);
		break;
	case NOTE_TWICE:
		fprintf(stderr, "'%s' is defined ", note->name);
		print_files(note);
		fputs("; the first is checked", stderr);
		break;
	case NOTE_LAYOUTS:
		fprintf(stderr, "'%s' has different layouts ", note->name);
		print_files(note);
		fputs("; their fields are kept apart", stderr);
		break;
	case NOTE_OTHER:
	case NOTE_KINDS:
		fputs(note->text, stderr);
		break;
	}
	fputc('\n', stderr);
}

void notes_print(const struct notes *notes, bool all)
{
	static const char *const others[NOTE_KINDS] = {
		[NOTE_COPIES] = "more inline functions have copies that differ",
		[NOTE_TWICE] = "more functions are defined in several files",
		[NOTE_LAYOUTS] = "more structs have different layouts",
	};
	int n_of[NOTE_KINDS] = { 0 };

	for (int i = 0; i < notes->n; i++) {
		const struct note *note = &notes->list[i];

		if (all || !others[note->kind] || n_of[note->kind]++ < FEW)
			print_note(note);
	}
	for (int kind = 0; kind < NOTE_KINDS && !all; kind++)
		if (others[kind] && n_of[kind] > FEW)
			fprintf(stderr, "spinrule-check: note: %d %s; '--notes' lists all\n",
				n_of[kind] - FEW, others[kind]);
}

void notes_free(struct notes *notes)
{
	for (int i = 0; i < notes->n; i++)
		free(notes->list[i].text);
	free(notes->list);
	for (int kind = 0; kind < NOTE_KINDS; kind++)
		name_map_clear(&notes->numbers[kind]);
}
