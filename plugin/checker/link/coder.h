/* coder.h - numbers, strings and places of a lock program, written or read.
 *
 * One description of the format serves both directions: each field is written, or read,
 * by the same call.  What is read is checked: numbers against what they count.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef LINK_CODER_H
#define LINK_CODER_H

#include "lockprog/lockprog.h"

struct code {
	bool reads;
	/* What is written. */
	unsigned char *bytes;
	int n, max;
	struct name_map string_numbers;
	/* Of what is written: equal contents have equal digests. */
	unsigned long long digest;
	struct name_map numbered;	/* names with numbers, by first use */
	/* What is read. */
	const unsigned char *at, *end;
	bool has_failed;
	/* The strings, written or read.  Those from N_NEW on were not named yet. */
	int n_strings, max_strings, n_new;
	const char **strings;
	/* The place before, and the result of the function before. */
	struct lockprog_place place;
	struct lockprog_type result;
	const struct lockprog_unit *unit;
};

/* BYTE, or NUMBER, is part of the contents. */
void code_digest(struct code *c, unsigned byte);
void code_digest_number(struct code *c, long long number);

/* Bytes, and numbers of few bytes if they are small. */
void code_put_byte(struct code *c, unsigned byte);
void code_put(struct code *c, unsigned long long number);
unsigned long long code_get(struct code *c);

/* A number of any sign; small ones take one byte. */
void code_number(struct code *c, long long *number);

/* An int from LOW to HIGH, as its distance from NEAR; if that is LOW, without a sign. */
void code_int(struct code *c, int *number, int low, int high, int near);

/* The number of things that follow, each of at least one byte. */
void code_count(struct code *c, int *n);

/* The lowest N bytes of BITS. */
void code_bytes(struct code *c, unsigned long long *bits, int n);

void code_bool(struct code *c, bool *is);

/* N booleans in one number, the first one in its lowest bit. */
void code_flags(struct code *c, bool *const *flags, int n);

/* A string, or NULL: the next one that was not named yet, or one by its number. */
void code_string(struct code *c, const char **text);

/* A string that is never NULL. */
void code_name(struct code *c, const char **text);

/* A place: none, that of the one before, or its distance from that. */
void code_place(struct code *c, struct lockprog_place *place);

/* The number of a class, from LOW on; the digest has its name. */
void code_class(struct code *c, int *class_, int low);

/* The number of a variable; the digest has its name. */
void code_object(struct code *c, int *object);

/* A type of at least FEWEST bits: in one byte if it is LIKELY. */
void code_type(struct code *c, struct lockprog_type *type, const struct lockprog_type *likely,
	       int fewest);

/* Forget what was written. */
void code_drop(struct code *c);

/* What was written, behind its strings: malloc'ed, *SIZE bytes; C has nothing then. */
unsigned char *code_join(struct code *c, size_t *size);

/* Read the strings, which are first; the caller frees C's list of them. */
void code_read_strings(struct code *c);

/* Room for N elements of SIZE at *ARRAY, when reading. */
void code_room(const struct code *c, void *array, int n, size_t size);

#endif
