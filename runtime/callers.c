/* callers.c - the calls that led to an event, found when it is reported.
 *
 * SPDX-License-Identifier: MIT
 */

#include "callers.h"

#include "options.h"

enum { RUNTIME_DEPTH = 14 };	/* calls of the runtime inside itself, at most */

/* All code of the runtime lies between these two: the Makefile gives it a section of its
 * own, and in PE the linker sorts the parts of a section by their names. */
#ifdef __ELF__
extern const char first_code[] __asm__("__start_spinrule_text")
	__attribute__((weak, visibility("hidden")));
extern const char last_code[] __asm__("__stop_spinrule_text")
	__attribute__((weak, visibility("hidden")));
#else
__asm__(".section .text$spinrule0,\"xr\"\n"
	"spinrule_first_code:\n"
	"	nop\n"
	".section .text$spinrule2,\"xr\"\n"
	"spinrule_last_code:\n"
	"	nop\n"
	".text");
extern const char first_code[] __asm__("spinrule_first_code");
extern const char last_code[] __asm__("spinrule_last_code");
#endif

static int is_of_runtime(const void *call)
{
	return (uintptr_t)call >= (uintptr_t)first_code && (uintptr_t)call < (uintptr_t)last_code;
}

void callers_here(struct callers *callers)
{
	const void *calls[CALLERS_MAX + RUNTIME_DEPTH];
	unsigned wanted = options_now()->callers, count, i = 0;

	callers->count = 0;
	if (!wanted)
		return;
	/* One more than are asked for: the first is the place itself. */
	wanted = wanted < CALLERS_MAX ? wanted + 1 : CALLERS_MAX;
	count = port_walk(calls, CALLERS_MAX + RUNTIME_DEPTH);
	/* A walk may begin with a function of the system. */
	if (is_of_runtime(first_code))
		while (i < count && !is_of_runtime(calls[i]))
			i++;
	while (i < count && is_of_runtime(calls[i]))
		i++;
	while (i < count && callers->count < wanted)
		callers->calls[callers->count++] = calls[i++];
}

uint64_t callers_number(const struct callers *callers)
{
	uint64_t number = 0;

	for (unsigned i = 0; i < callers->count; i++) {
		number = (number ^ (uintptr_t)callers->calls[i]) * 0x9e3779b97f4a7c15u;
		number ^= number >> 29;
	}
	return number;
}

/* ---- words ---- */

/* What all files of a program have before the name under which they were compiled: its
 * length.  DEBUG is a file as the debug information has it, NAME the same as written. */
static unsigned folder_length(const char *debug, const char *name)
{
	unsigned long_one = text_length(debug), short_one = text_length(name);

	if (short_one > long_one || !text_is_same(debug + long_one - short_one, name))
		return 0;
	return long_one - short_one;
}

/* FILE without the first LENGTH characters, if it begins as OTHER does. */
static const char *without_folder(const char *file, const char *other, unsigned length)
{
	for (unsigned i = 0; i < length; i++)
		if (!file[i] || file[i] != other[i])
			return file;
	return file + length;
}

struct walk {
	const struct callers *callers;
	struct port_code code;
	const char *folder;		/* a name that begins with the folder; or NULL */
	unsigned folder_length;
	unsigned count;			/* calls to show */
	unsigned skipped;		/* lines of the first call: the site itself */
};

/* What the outermost calls of the system do, which start a thread or the program, nobody
 * wants to see. */
static struct walk walk_of(const struct callers *callers, const struct spinrule_site *site)
{
	struct walk walk = { .callers = callers };

	if (!callers->count)
		return walk;
	port_resolve(callers->calls, callers->count);
	for (unsigned i = 0; i < callers->count; i++) {
		port_describe(callers->calls[i], &walk.code);
		if (!i && walk.code.line_count) {
			walk.folder = walk.code.lines[0].file;
			walk.folder_length = folder_length(walk.folder, site->file);
			/* Else the function of SITE has jumped to the runtime, and the
			 * first call is one of its callers. */
			walk.skipped = walk.code.lines[0].line == site->line ||
				       text_is_same(walk.code.lines[0].function,
						    site->function);
		}
		if (!walk.code.is_of_system)
			walk.count = i + 1;
		if (walk.code.line_count &&
		    text_is_same(walk.code.lines[walk.code.line_count - 1].function, "main"))
			break;
	}
	return walk;
}

static void add_offset(struct text *text, const struct port_code *code)
{
	if (code->module) {
		text_add_name(text, code->module);
		text_add(text, "+");
	}
	text_add_hex(text, code->offset, 1);
}

static void add_line(struct text *text, const struct walk *walk, const struct port_line *line)
{
	text_add_name(text, without_folder(line->file, walk->folder, walk->folder_length));
	text_add(text, ":");
	text_add_number(text, line->line);
	text_add(text, " in ");
	text_add_name(text, line->function);
}

void callers_add_text(struct text *text, const struct callers *callers,
		      const struct spinrule_site *site)
{
	struct walk walk = walk_of(callers, site);

	for (unsigned i = 0; i < walk.count; i++) {
		port_describe(callers->calls[i], &walk.code);
		if (!walk.code.line_count) {
			/* The place itself, for who resolves it: it may be inlined. */
			text_add(text, i ? "    called at " : "    which is ");
			add_offset(text, &walk.code);
			text_add(text, "\n");
		}
		for (unsigned j = i ? 0 : walk.skipped; j < walk.code.line_count; j++) {
			text_add(text, "    called at ");
			add_line(text, &walk, &walk.code.lines[j]);
			text_add(text, "\n");
		}
	}
}

void callers_add_nearest(struct text *text, const struct callers *callers,
			 const struct spinrule_site *site)
{
	struct walk walk = walk_of(callers, site);

	for (unsigned i = 0; i < walk.count; i++) {
		const unsigned first = i ? 0 : walk.skipped;

		port_describe(callers->calls[i], &walk.code);
		if (walk.code.line_count > first) {
			text_add(text, ", called at ");
			add_line(text, &walk, &walk.code.lines[first]);
			return;
		}
		if (i && !walk.code.line_count) {
			text_add(text, ", called at ");
			add_offset(text, &walk.code);
			return;
		}
	}
}

void callers_add_json(struct text *text, const struct callers *callers,
		      const struct spinrule_site *site)
{
	struct walk walk = walk_of(callers, site);

	text_add(text, "[");
	for (unsigned i = 0; i < walk.count; i++) {
		port_describe(callers->calls[i], &walk.code);
		text_add(text, i ? ",{" : "{");
		text_add_string(text, "module", walk.code.module ? walk.code.module : "");
		text_add_member(text, "offset");
		text_add(text, "\"");
		text_add_hex(text, walk.code.offset, 1);
		text_add(text, "\"");
		text_add_member(text, "lines");
		text_add(text, "[");
		for (unsigned j = 0; j < walk.code.line_count; j++) {
			const struct port_line *line = &walk.code.lines[j];

			text_add(text, j ? ",{" : "{");
			text_add_string(text, "function", line->function);
			text_add_string(text, "file",
					without_folder(line->file, walk.folder,
						       walk.folder_length));
			text_add_member(text, "line");
			text_add_number(text, line->line);
			text_add(text, "}");
		}
		text_add(text, "]}");
	}
	text_add(text, "]");
}
