/* baseline.c - the list of findings that are accepted for now.
 *
 * SPDX-License-Identifier: MIT
 */

#define _GNU_SOURCE
#include "output/baseline.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "output/file.h"
#include "output/md5.h"

/* Of a line that is no entry, what a message shows. */
enum { MAX_SHOWN = 60 };

enum { FINGERPRINT, ID, FILE_NAME, FUNCTION, LOCK, PARTS };

static char *copy(const char *text)
{
	char *made = strdup(text);

	if (!made)
		abort();
	return made;
}

/* ---- read ---- */

static bool find_id(const char *text, enum spinrule_violation *id)
{
	static const char prefix[] = "spinrule-";

	if (!strncmp(text, prefix, sizeof prefix - 1))
		text += sizeof prefix - 1;
	for (int i = SPINRULE_NONE + 1; i < SPINRULE_VIOLATIONS; i++)
		if (!strcmp(text, spinrule_id((enum spinrule_violation)i))) {
			*id = (enum spinrule_violation)i;
			return true;
		}
	return false;
}

/* Read LINE, which is changed, into ENTRY; false if it is no entry. */
static bool parse_entry(char *line, struct baseline_entry *entry)
{
	char *parts[PARTS];
	int n = 0;

	for (char *part; (part = strsep(&line, "\t")); n++) {
		if (n == PARTS)
			return false;
		parts[n] = part;
	}
	if (n != PARTS || strlen(parts[FINGERPRINT]) != FINGERPRINT_DIGITS ||
	    strspn(parts[FINGERPRINT], "0123456789abcdef") != FINGERPRINT_DIGITS ||
	    !parts[FILE_NAME][0] || !find_id(parts[ID], &entry->id))
		return false;
	memcpy(entry->fingerprint, parts[FINGERPRINT], FINGERPRINT_DIGITS + 1);
	entry->file = copy(parts[FILE_NAME]);
	entry->function = copy(parts[FUNCTION]);
	entry->lock = copy(parts[LOCK]);
	return true;
}

/* True if LINE is the beginning of an entry: what wrote it was ended there. */
static bool is_torn(const char *line)
{
	const size_t digits = strspn(line, "0123456789abcdef");
	int parts = 1;

	for (const char *at = line; (at = strchr(at, '\t')); at++)
		parts++;
	if (digits < FINGERPRINT_DIGITS)
		return parts == 1 && digits && !line[digits];
	return digits == FINGERPRINT_DIGITS && parts < PARTS &&
	       (!line[digits] || line[digits] == '\t');
}

static void add_entry(struct baseline *baseline, struct baseline_entry entry)
{
	if (baseline->n == baseline->max) {
		baseline->max = baseline->max ? 2 * baseline->max : 64;
		baseline->entries = realloc(baseline->entries,
					    baseline->max * sizeof *baseline->entries);
		if (!baseline->entries)
			abort();
	}
	baseline->entries[baseline->n++] = entry;
}

/* That LINE, number NUMBER of FILE, and BROKEN lines in all are no entries. */
static char *no_entry(const char *file, int number, const char *line, int broken)
{
	char shown[MAX_SHOWN + 1] = "";
	char *what;

	strncpy(shown, line, MAX_SHOWN);
	for (char *c = shown; *c; c++)
		if (*c < ' ' || *c > '~')
			*c = ' ';
	if (asprintf(&what,
		     "baseline '%s', line %d: '%s' is no entry; an entry is 'fingerprint id file "
		     "function lock' with tabs between (lines like this: %d)",
		     file, number, shown, broken) < 0)
		abort();
	return what;
}

char *baseline_read(const char *file, struct baseline *baseline)
{
	char *text, *rest, *what = file_read(file, &text, &(size_t){ 0 });
	int number = 0, broken = 0, first = 0;
	char *first_line = NULL;

	rest = text;
	for (char *line; rest && (line = strsep(&rest, "\n"));) {
		struct baseline_entry entry = { .line = ++number };
		const size_t length = strlen(line);
		char *whole;

		if (length && line[length - 1] == '\r')
			line[length - 1] = 0;
		/* What is torn lists nothing: what it was to list is reported. */
		if (!line[0] || line[0] == '#' || is_torn(line))
			continue;
		whole = copy(line);
		if (parse_entry(line, &entry)) {
			add_entry(baseline, entry);
		} else if (!broken++) {
			first = number;
			first_line = copy(whole);
		}
		free(whole);
	}
	if (broken)
		what = no_entry(file, first, first_line, broken);
	free(first_line);
	free(text);
	return what;
}

void baseline_free(struct baseline *baseline)
{
	for (int i = 0; i < baseline->n; i++) {
		free(baseline->entries[i].file);
		free(baseline->entries[i].function);
		free(baseline->entries[i].lock);
	}
	free(baseline->entries);
	*baseline = (struct baseline){ 0 };
}

/* ---- names ---- */

static const char *base_name(const char *file)
{
	const char *slash = strrchr(file, '/');

	return slash ? slash + 1 : file;
}

bool baseline_lists(struct baseline *baseline, const char *fingerprint, const char *file)
{
	bool is_listed = false;

	for (int i = 0; i < baseline->n; i++) {
		struct baseline_entry *entry = &baseline->entries[i];

		if (strcmp(entry->fingerprint, fingerprint) != 0 ||
		    strcmp(base_name(entry->file), base_name(file)) != 0)
			continue;
		entry->used++;
		is_listed = true;
	}
	return is_listed;
}

/* TEXT with blanks where it has what ends a part. */
static char *as_part(const char *text)
{
	char *made = copy(text ? text : "");

	for (char *c = made; *c; c++)
		if (*c == '\t' || *c == '\n' || *c == '\r')
			*c = ' ';
	return made;
}

char *baseline_short_name(const char *file)
{
	char *real = realpath(file, NULL), *made;
	const char *path = real ? real : file;
	const char *name = base_name(path);

	while (name > path && name[-1] == '/')
		name--;
	while (name > path && name[-1] != '/')
		name--;
	made = as_part(name);
	for (char *c = made; *c; c++)
		if (*c == '\\')
			*c = '/';
	free(real);
	return made;
}

/* ---- write ---- */

char *baseline_line(const char *fingerprint, enum spinrule_violation id, const char *file,
		    const char *function, const char *lock)
{
	char *parts[] = { baseline_short_name(file), as_part(function), as_part(lock) };
	char *line;

	if (asprintf(&line, "%s\t%s\t%s\t%s\t%s\n", fingerprint, spinrule_id(id), parts[0],
		     parts[1], parts[2]) < 0)
		abort();
	for (int i = 0; i < 3; i++)
		free(parts[i]);
	return line;
}

/* By what readers read, and then by the fingerprint. */
static int compare_lines(const void *a, const void *b)
{
	const char *x = *(char *const *)a, *y = *(char *const *)b;
	const int order = strcmp(x + FINGERPRINT_DIGITS, y + FINGERPRINT_DIGITS);

	return order ? order : strcmp(x, y);
}

char *baseline_add(const char *file, char **lines, int n)
{
	char *text = NULL, *what;
	size_t size = 0;
	FILE *out;

	if (!n)
		return file_append(file, "", 0);
	qsort(lines, n, sizeof *lines, compare_lines);
	out = open_memstream(&text, &size);
	if (!out)
		abort();
	for (int i = 0; i < n; i++)
		if (!i || strcmp(lines[i], lines[i - 1]) != 0)
			fputs(lines[i], out);
	fclose(out);
	what = file_append(file, text, size);
	free(text);
	return what;
}

void baseline_fingerprint(const char *identity, int number,
			  char fingerprint[FINGERPRINT_DIGITS + 1])
{
	unsigned char digest[MD5_SIZE];
	char *whole;
	const int length = asprintf(&whole, "%s%d", identity, number);

	if (length < 0)
		abort();
	md5_buffer(whole, length, digest);
	for (size_t i = 0; i < FINGERPRINT_DIGITS / 2; i++)
		snprintf(fingerprint + 2 * i, 3, "%02x", digest[i]);
	free(whole);
}
