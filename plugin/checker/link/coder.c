/* coder.c - numbers, strings and places of a lock program, written or read.
 *
 * SPDX-License-Identifier: MIT
 */

#include "link/coder.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>

#include "lockprog/alloc.h"

/* ---- numbers ---- */

void code_digest(struct code *c, unsigned byte)
{
	/* FNV-1a. */
	c->digest = (c->digest ^ byte) * 0x100000001b3ull;
}

void code_put_byte(struct code *c, unsigned byte)
{
	c->bytes = alloc_grow(c->bytes, c->n, &c->max, 1);
	c->bytes[c->n++] = (unsigned char)byte;
}

void code_put(struct code *c, unsigned long long number)
{
	for (; number >= 0x80; number >>= 7)
		code_put_byte(c, 0x80 | (number & 0x7f));
	code_put_byte(c, (unsigned)number);
}

unsigned long long code_get(struct code *c)
{
	unsigned long long number = 0;

	for (int shift = 0; c->at < c->end && shift < 64; shift += 7) {
		const unsigned byte = *c->at++;

		number |= (unsigned long long)(byte & 0x7f) << shift;
		if (!(byte & 0x80))
			return number;
	}
	c->has_failed = true;
	return 0;
}

void code_digest_number(struct code *c, long long number)
{
	for (int i = 0; i < 8; i++)
		code_digest(c, (unsigned)((unsigned long long)number >> 8 * i) & 0xff);
}

void code_number(struct code *c, long long *number)
{
	if (c->reads) {
		const unsigned long long n = code_get(c);

		*number = (long long)(n >> 1 ^ -(n & 1));
		return;
	}
	code_digest_number(c, *number);
	code_put(c, (unsigned long long)*number << 1 ^ (unsigned long long)(*number >> 63));
}

void code_int(struct code *c, int *number, int low, int high, int near)
{
	long long distance = (long long)*number - near;

	if (near != low) {
		code_number(c, &distance);
	} else if (c->reads) {
		const unsigned long long n = code_get(c);

		distance = n > INT_MAX ? (long long)INT_MAX + 1 : (long long)n;
	} else {
		code_digest_number(c, distance);
		code_put(c, (unsigned long long)distance);
	}
	if (!c->reads)
		return;
	if (distance < (long long)low - near || distance > (long long)high - near)
		c->has_failed = true;
	*number = c->has_failed ? low : (int)(near + distance);
}

void code_count(struct code *c, int *n)
{
	const long long left = c->reads ? c->end - c->at : INT_MAX;

	code_int(c, n, 0, left < INT_MAX ? (int)left : INT_MAX, 0);
}

void code_bytes(struct code *c, unsigned long long *bits, int n)
{
	if (!c->reads) {
		for (int i = 0; i < n; i++)
			code_put_byte(c, (unsigned)(*bits >> 8 * i & 0xff));
		return;
	}
	*bits = 0;
	c->has_failed |= c->end - c->at < n;
	for (int i = 0; i < n && !c->has_failed; i++)
		*bits |= (unsigned long long)*c->at++ << 8 * i;
}

void code_bool(struct code *c, bool *is)
{
	int number = *is;

	code_int(c, &number, 0, 1, 0);
	*is = number;
}

void code_flags(struct code *c, bool *const *flags, int n)
{
	int bits = 0;

	for (int i = 0; i < n && !c->reads; i++)
		bits |= *flags[i] << i;
	code_int(c, &bits, 0, (1 << n) - 1, 0);
	for (int i = 0; i < n && c->reads; i++)
		*flags[i] = bits >> i & 1;
}

/* ---- strings, places, classes ---- */

enum { STRING_NONE, STRING_NEW, STRING_KNOWN };

static void write_string(struct code *c, const char *text)
{
	const char *shared = text ? lockprog_string(text) : NULL;
	int number;

	if (!shared) {
		code_digest(c, 1);
		code_put(c, STRING_NONE);
		return;
	}
	for (const char *at = shared; *at; at++)
		code_digest(c, (unsigned char)*at);
	code_digest(c, 0);
	number = name_map_find(&c->string_numbers, shared);
	if (number < 0) {
		c->strings = alloc_grow(c->strings, c->n_strings, &c->max_strings,
					sizeof *c->strings);
		c->strings[c->n_strings] = shared;
		name_map_add(&c->string_numbers, shared, c->n_strings++);
		code_put(c, STRING_NEW);
		c->n_new = c->n_strings;
		return;
	}
	code_put(c, (unsigned)(STRING_KNOWN + number));
}

static const char *read_string(struct code *c)
{
	const unsigned long long n = code_get(c);

	if (n == STRING_NONE)
		return NULL;
	if (n == STRING_NEW && c->n_new < c->n_strings)
		return c->strings[c->n_new++];
	if (n >= STRING_KNOWN && n - STRING_KNOWN < (unsigned long long)c->n_strings)
		return c->strings[n - STRING_KNOWN];
	c->has_failed = true;
	return NULL;
}

void code_string(struct code *c, const char **text)
{
	if (c->reads)
		*text = read_string(c);
	else
		write_string(c, *text);
}

void code_name(struct code *c, const char **text)
{
	code_string(c, text);
	if (c->reads && !*text) {
		c->has_failed = true;
		*text = lockprog_string("");
	}
}

/* How a place is given. */
enum { PLACE_NONE, PLACE_SAME, PLACE_NEAR, PLACE_IN_FILE };

static int kind_of_place(const struct code *c, const struct lockprog_place *place)
{
	if (!place->file)
		return PLACE_NONE;
	if (!c->place.file || strcmp(place->file, c->place.file) != 0)
		return PLACE_IN_FILE;
	return place->line == c->place.line && place->column == c->place.column ? PLACE_SAME
										: PLACE_NEAR;
}

void code_place(struct code *c, struct lockprog_place *place)
{
	int kind = c->reads ? PLACE_NONE : kind_of_place(c, place);

	code_int(c, &kind, PLACE_NONE, PLACE_IN_FILE, PLACE_NONE);
	if (c->reads)
		*place = kind == PLACE_NONE ? (struct lockprog_place){ 0 } : c->place;
	if (kind == PLACE_IN_FILE)
		code_name(c, &place->file);
	if (kind >= PLACE_NEAR) {
		code_int(c, &place->line, 0, INT_MAX, c->place.line);
		code_int(c, &place->column, 0, INT_MAX, 0);
	}
	c->has_failed |= c->reads && kind != PLACE_NONE && !place->file;
	if (kind != PLACE_NONE)
		c->place = *place;
}

/* NAME of a class or variable is part of the contents; of numbers that its file gave it
 * ("constant~7", "EXT~2.flag"), or would have given it had it met it later, only which
 * names are the same. */
static void digest_name(struct code *c, const char *name)
{
	for (const char *at = name; *at;) {
		const size_t digits = *at == '~' ? strspn(at + 1, "0123456789") : 0;

		if (digits && (!at[1 + digits] || strchr(".~", at[1 + digits])))
			at += 1 + digits;
		else
			code_digest(c, (unsigned char)*at++);
	}
	code_digest(c, 0);
	if (name_map_find(&c->numbered, name) < 0)
		name_map_add(&c->numbered, name, (int)c->numbered.n);
	code_digest_number(c, name_map_find(&c->numbered, name));
}

void code_class(struct code *c, int *class_, int low)
{
	if (c->reads) {
		code_int(c, class_, low, c->unit->n_classes - 1, low);
		return;
	}
	const unsigned long long digest = c->digest;

	code_int(c, class_, low, INT_MAX, low);
	c->digest = digest;
	digest_name(c, *class_ < 0 ? "-" : c->unit->classes[*class_].name);
	if (*class_ >= 0 && c->unit->classes[*class_].layout)
		digest_name(c, c->unit->classes[*class_].layout);
}

void code_object(struct code *c, int *object)
{
	if (c->reads) {
		code_int(c, object, 0, c->unit->n_objects - 1, 0);
		return;
	}
	const unsigned long long digest = c->digest;

	code_int(c, object, 0, INT_MAX, 0);
	c->digest = digest;
	digest_name(c, c->unit->objects[*object].name);
}

static bool is_type(const struct lockprog_type *a, const struct lockprog_type *b)
{
	return a->bits == b->bits && a->is_signed == b->is_signed && a->is_pointer == b->is_pointer;
}

void code_type(struct code *c, struct lockprog_type *type, const struct lockprog_type *likely,
	       int fewest)
{
	/* Types that are common take one byte: others come behind these. */
	static const unsigned char common[] = { 64, 32, 8, 1, 16, 0 };
	enum { COMMON = sizeof common };
	int size = COMMON + type->bits, number;

	for (int i = 0; i < COMMON; i++)
		if (common[i] == type->bits)
			size = i;
	number = is_type(type, likely)
			 ? 0
			 : (size << 2 | type->is_pointer << 1 | type->is_signed) + 1;
	code_int(c, &number, 0, ((COMMON + 64) << 2 | 3) + 1, 0);
	if (!c->reads)
		return;
	*type = *likely;
	if (number) {
		number--;
		type->is_signed = number & 1;
		type->is_pointer = number >> 1 & 1;
		size = number >> 2;
		type->bits = (unsigned char)(size < COMMON ? common[size] : size - COMMON);
	}
	c->has_failed |= type->bits < fewest;
}

/* ---- the table of strings ---- */

/* How a string begins that is a digest: with its number of bytes, or 0: it is none, and
 * begins with the same byte. */
enum { END = 0, DIGEST = 1, DIGEST_MAX = 64 };

/* True if TEXT is a digest: written as the bytes that its digits are. */
static bool is_digest(const char *text, size_t length)
{
	return length >= 8 && length <= DIGEST_MAX && !(length & 1) &&
	       strspn(text, "0123456789abcdef") == length;
}

static unsigned digit_of(char digit)
{
	return digit <= '9' ? (unsigned)(digit - '0') : (unsigned)(digit - 'a' + 10);
}

static void put_string(struct code *c, const char *text)
{
	const size_t length = strlen(text);

	if (is_digest(text, length)) {
		code_put_byte(c, DIGEST);
		code_put_byte(c, (unsigned)length / 2);
		for (size_t i = 0; i < length; i += 2)
			code_put_byte(c, digit_of(text[i]) << 4 | digit_of(text[i + 1]));
		return;
	}
	if (*text == DIGEST) {
		code_put_byte(c, DIGEST);
		code_put_byte(c, 0);
	}
	for (const char *at = text; *at; at++)
		code_put_byte(c, (unsigned char)*at);
	code_put_byte(c, END);
}

/* The next string of the table, or NULL: it is damaged. */
static const char *get_string(struct code *c)
{
	const unsigned char *end;
	char text[DIGEST_MAX + 1];
	const char *string;

	if (c->end - c->at > 1 && *c->at == DIGEST) {
		const size_t n = c->at[1];

		if (n > DIGEST_MAX / 2 || n > (size_t)(c->end - c->at) - 2)
			return NULL;
		for (size_t i = 0; i < n; i++)
			snprintf(text + 2 * i, 3, "%02x", c->at[2 + i]);
		c->at += 2 + n;
		if (n)
			return lockprog_string(text);
	}
	end = memchr(c->at, END, c->end - c->at);
	if (!end)
		return NULL;
	string = lockprog_string((const char *)c->at);
	c->at = end + 1;
	return string;
}

void code_drop(struct code *c)
{
	free(c->bytes);
	free(c->strings);
	name_map_clear(&c->string_numbers);
	name_map_clear(&c->numbered);
	*c = (struct code){ 0 };
}

unsigned char *code_join(struct code *c, size_t *size)
{
	struct code whole = { 0 };

	code_put(&whole, (unsigned)c->n_strings);
	for (int i = 0; i < c->n_strings; i++)
		put_string(&whole, c->strings[i]);
	for (int i = 0; i < c->n; i++)
		code_put_byte(&whole, c->bytes[i]);
	code_drop(c);
	*size = (size_t)whole.n;
	return whole.bytes;
}

void code_read_strings(struct code *c)
{
	int n = 0;
	const unsigned long long count = code_get(c);

	if (count > (unsigned long long)(c->end - c->at)) {
		c->has_failed = true;
		return;
	}
	c->strings = alloc_zeroed((count + 1) * sizeof *c->strings);
	while (n < (int)count && (c->strings[n] = get_string(c)))
		n++;
	c->has_failed |= n != (int)count;
	c->n_strings = n;
}

void code_room(const struct code *c, void *array, int n, size_t size)
{
	if (c->reads) {
		void *room = n ? alloc_zeroed(n * size) : NULL;

		memcpy(array, &room, sizeof room);
	}
}
