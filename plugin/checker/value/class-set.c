/* class-set.c - a set of numbers, 64 to a word.
 *
 * SPDX-License-Identifier: MIT
 */

#include "value/class-set.h"

#include <stdlib.h>
#include <string.h>

#include "lockprog/alloc.h"

enum { WORD_BITS = 64 };

/* The place of the word that has NUMBER. */
static int place_of(int number)
{
	return number >= 0 ? number / WORD_BITS : -1 - (-1 - number) / WORD_BITS;
}

static unsigned long long bit_of(int number)
{
	return 1ULL << ((unsigned)number % WORD_BITS);
}

/* The index of the first word in SET that is not below AT. */
static int find(const struct class_set *set, int at)
{
	int low = 0, high = set->n;

	/* Most sets are made in the order of their numbers. */
	if (high && set->words[high - 1].at < at)
		return high;
	while (low < high) {
		int middle = (low + high) / 2;

		if (set->words[middle].at < at)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

bool class_set_has(const struct class_set *set, int number)
{
	const int at = place_of(number), i = find(set, at);

	return i < set->n && set->words[i].at == at && (set->words[i].bits & bit_of(number));
}

void class_set_add(struct class_set *set, int number)
{
	const int at = place_of(number), i = find(set, at);

	if (i == set->n || set->words[i].at != at) {
		set->words = alloc_grow(set->words, set->n, &set->max, sizeof *set->words);
		memmove(&set->words[i + 1], &set->words[i], (set->n - i) * sizeof *set->words);
		set->words[i] = (struct class_word){ .at = at };
		set->n++;
	}
	set->words[i].bits |= bit_of(number);
}

/* How many words of OTHER are where SET has none. */
static int count_new_words(const struct class_set *set, const struct class_set *other)
{
	int n = 0, i = 0;

	for (int j = 0; j < other->n; j++) {
		while (i < set->n && set->words[i].at < other->words[j].at)
			i++;
		n += i == set->n || set->words[i].at != other->words[j].at;
	}
	return n;
}

void class_set_add_all(struct class_set *set, const struct class_set *other)
{
	const int n = set->n + count_new_words(set, other);
	int i = set->n - 1, j = other->n - 1;

	if (n > set->max) {
		set->words = alloc_resized(set->words, n, sizeof *set->words);
		set->max = n;
	}
	/* From the end: no word is overwritten before it is read. */
	for (int k = n - 1; j >= 0; k--) {
		if (i < 0 || set->words[i].at < other->words[j].at) {
			set->words[k] = other->words[j--];
			continue;
		}
		set->words[k] = set->words[i];
		if (set->words[i].at == other->words[j].at)
			set->words[k].bits |= other->words[j--].bits;
		i--;
	}
	set->n = n;
}

struct class_set class_set_without(const struct class_set *set, const struct class_set *other)
{
	struct class_set rest = class_set_copy(set);
	int n = 0, j = 0;

	for (int i = 0; i < rest.n; i++) {
		struct class_word word = rest.words[i];

		while (j < other->n && other->words[j].at < word.at)
			j++;
		if (j < other->n && other->words[j].at == word.at)
			word.bits &= ~other->words[j].bits;
		if (word.bits)
			rest.words[n++] = word;
	}
	rest.n = n;
	return rest;
}

struct class_set class_set_copy(const struct class_set *set)
{
	return (struct class_set){ .n = set->n,
				   .max = set->n,
				   .words = alloc_copy(set->words, set->n, sizeof *set->words) };
}

int class_set_next(const struct class_set *set, int after)
{
	const int from = after + 1, at = place_of(from);

	for (int i = find(set, at); i < set->n; i++) {
		const struct class_word *word = &set->words[i];
		/* The bits from FROM's on; a word behind its has none below. */
		const unsigned long long bits =
			word->at == at ? word->bits & -bit_of(from) : word->bits;

		if (bits)
			return word->at * WORD_BITS + __builtin_ctzll(bits);
	}
	return CLASS_SET_END;
}

bool class_set_equal(const struct class_set *x, const struct class_set *y)
{
	if (x->n != y->n)
		return false;
	for (int i = 0; i < x->n; i++)
		if (x->words[i].at != y->words[i].at || x->words[i].bits != y->words[i].bits)
			return false;
	return true;
}

void class_set_free(struct class_set *set)
{
	free(set->words);
	*set = (struct class_set){ 0 };
}
