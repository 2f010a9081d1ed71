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

void code_number(struct code *c, long long *number)
{
	if (c->reads) {
		const unsigned long long n = code_get(c);

		*number = (long long)(n >> 1 ^ -(n & 1));
		return;
	}
	for (int i = 0; i < 8; i++)
		code_digest(c, (unsigned)((unsigned long long)*number >> 8 * i) & 0xff);
	code_put(c, (unsigned long long)*number << 1 ^ (unsigned long long)(*number >> 63));
}

void code_int(struct code *c, int *number, int low, int high, int near)
{
	long long distance = (long long)*number - near;

	code_number(c, &distance);
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

void code_bool(struct code *c, bool *is)
{
	int number = *is;

	code_int(c, &number, 0, 1, 0);
	*is = number;
}

void code_flag(const struct code *c, int *flags, int bit, bool *is)
{
	if (c->reads)
		*is = *flags >> bit & 1;
	else
		*flags |= *is << bit;
}

/* ---- strings, places, classes ---- */

void code_string(struct code *c, const char **text)
{
	int number = 0;

	if (!c->reads && *text) {
		const char *shared = lockprog_string(*text);

		number = name_map_find(&c->string_numbers, shared) + 1;
		if (!number) {
			c->strings = alloc_grow(c->strings, c->n_strings, &c->max_strings,
						sizeof *c->strings);
			c->strings[c->n_strings] = shared;
			name_map_add(&c->string_numbers, shared, c->n_strings++);
			number = c->n_strings;
		}
		for (const char *at = shared; *at; at++)
			code_digest(c, (unsigned char)*at);
		code_digest(c, 0);
		code_put(c, (unsigned)number);
		return;
	}
	if (!c->reads) {
		code_digest(c, 1);
		code_put(c, 0);
		return;
	}
	const unsigned long long n = code_get(c);

	if (n > (unsigned long long)c->n_strings)
		c->has_failed = true;
	*text = n && !c->has_failed ? c->strings[n - 1] : NULL;
}

void code_name(struct code *c, const char **text)
{
	code_string(c, text);
	if (c->reads && !*text) {
		c->has_failed = true;
		*text = lockprog_string("");
	}
}

void code_place(struct code *c, struct lockprog_place *place)
{
	code_string(c, &place->file);
	if (!place->file)
		return;
	code_int(c, &place->line, 0, INT_MAX, c->place.line);
	code_int(c, &place->column, 0, INT_MAX, 0);
	c->place = *place;
}

void code_class(struct code *c, int *class_, int low)
{
	if (c->reads) {
		code_int(c, class_, low, c->unit->n_classes - 1, 0);
		return;
	}
	const unsigned long long digest = c->digest;

	code_int(c, class_, low, INT_MAX, 0);
	c->digest = digest;
	for (const char *at = *class_ < 0 ? "-" : c->unit->classes[*class_].name; *at; at++)
		code_digest(c, (unsigned char)*at);
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
	for (const char *at = c->unit->objects[*object].name; *at; at++)
		code_digest(c, (unsigned char)*at);
}

void code_type(struct code *c, struct lockprog_type *type, int fewest)
{
	int bits = type->bits, flags = 0;

	code_int(c, &bits, fewest, 64, 32);
	type->bits = (unsigned char)bits;
	code_flag(c, &flags, 0, &type->is_signed);
	code_flag(c, &flags, 1, &type->is_pointer);
	code_int(c, &flags, 0, 3, 0);
	code_flag(c, &flags, 0, &type->is_signed);
	code_flag(c, &flags, 1, &type->is_pointer);
}

unsigned char *code_join(struct code *c, size_t *size)
{
	struct code whole = { 0 };

	code_put(&whole, (unsigned)c->n_strings);
	for (int i = 0; i < c->n_strings; i++) {
		for (const char *at = c->strings[i]; *at; at++)
			code_put_byte(&whole, (unsigned char)*at);
		code_put_byte(&whole, 0);
	}
	for (int i = 0; i < c->n; i++)
		code_put_byte(&whole, c->bytes[i]);
	free(c->bytes);
	free(c->strings);
	name_map_clear(&c->string_numbers);
	*c = (struct code){ 0 };
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
	while (n < (int)count && c->at < c->end) {
		const unsigned char *end = memchr(c->at, 0, c->end - c->at);

		if (!end)
			break;
		c->strings[n++] = lockprog_string((const char *)c->at);
		c->at = end + 1;
	}
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
