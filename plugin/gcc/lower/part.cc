/* part.cc - stores and loads of a part of a word, and of words that share bits.
 *
 * SPDX-License-Identifier: MIT
 */

#include "compat.h"
#include "source/names.h"
#include "lower/member.h"
#include "lower/part.h"

/* The field or element REF of what it is taken from: its first bit there in *FIRST.
 * False if it is at no fixed place. */
static bool
place_in_outer (tree ref, HOST_WIDE_INT *first)
{
	if (TREE_CODE (ref) == COMPONENT_REF)
		return place_in_record (TREE_OPERAND (ref, 1), first) && *first >= 0
		       && !TREE_OPERAND (ref, 2);
	tree size = TYPE_SIZE (TREE_TYPE (ref)), index;
	if (TREE_CODE (ref) != ARRAY_REF || TREE_OPERAND (ref, 2) || TREE_OPERAND (ref, 3)
	    || !size || !tree_fits_shwi_p (size)
	    || !tree_fits_shwi_p (index = TREE_OPERAND (ref, 1))
	    || !integer_zerop (array_ref_low_bound (ref)))
		return false;
	*first = tree_to_shwi (index) * tree_to_shwi (size);
	return *first >= 0;
}

bool
part_of (tree ref, part *found)
{
	const bool is_bits = TREE_CODE (ref) == BIT_FIELD_REF;
	tree size = is_bits ? TREE_OPERAND (ref, 1)
		    : TREE_CODE (ref) == COMPONENT_REF ? DECL_SIZE (TREE_OPERAND (ref, 1))
						       : TYPE_SIZE (TREE_TYPE (ref));
	HOST_WIDE_INT first = 0, in_outer;

	if (BYTES_BIG_ENDIAN || !is_word (TREE_TYPE (ref)) || !size || !tree_fits_shwi_p (size))
		return false;
	found->size = tree_to_shwi (size);
	found->object = object_of_words (ref, &found->first);
	if (found->object)
		return found->first >= 0;
	if (is_bits) {
		first = tree_to_uhwi (TREE_OPERAND (ref, 2));
		ref = TREE_OPERAND (ref, 0);
		found->object = ref;
		found->first = first;
	}
	for (tree inner = ref; place_in_outer (inner, &in_outer);) {
		inner = TREE_OPERAND (inner, 0);
		first += in_outer;
		if (TREE_CODE (TREE_TYPE (inner)) != UNION_TYPE)
			continue;
		found->object = inner;
		found->first = first;
	}
	return found->object != NULL_TREE;
}

void
words_sharing (const part &part, std::vector<member> *found)
{
	auto shares = [&part] (const member &m) {
		return is_word (m.where.type) && m.at < part.first + part.size
		       && m.at + m.bits > part.first;
	};
	std::vector<cell> cells;

	for (const member &m : members_of_object (part.object))
		if (shares (m))
			found->push_back (m);
	if (is_scalar (TREE_TYPE (part.object)) && is_word (TREE_TYPE (part.object))) {
		member whole = {};

		cells_of (part.object, &cells);
		if (cells.size () == 1 && is_whole_cell (part.object, cells)) {
			whole.where = cells[0];
			whole.element = -1;
			whole.bits = word_type (TREE_TYPE (part.object)).bits;
			if (shares (whole))
				found->push_back (whole);
		}
	}
}

/* The lowest BITS bits of VALUE as a number. */
static int
lowest (function_lowering &l, int value, unsigned bits)
{
	lockprog_type type = l.program->values[value].type;

	type.is_signed = type.is_pointer = false;
	value = l.cast (value, type);
	if (bits >= (unsigned) type.bits)
		return value;
	return l.add (type, LOCKPROG_AND, value,
		      l.constant (type, (long long) ((HOST_WIDE_INT_1U << bits) - 1)));
}

/* VALUE, a number, moved by BITS bits up, or down where that is below 0. */
static int
moved (function_lowering &l, int value, HOST_WIDE_INT bits)
{
	lockprog_type type = l.program->values[value].type;

	if (!bits)
		return value;
	return l.add (type, bits > 0 ? LOCKPROG_SHL : LOCKPROG_SHR, value,
		      l.constant (type, bits > 0 ? bits : -bits));
}

/* The type of numbers of BITS bits. */
static lockprog_type
number_type (unsigned bits)
{
	lockprog_type type = {};

	type.bits = bits;
	return type;
}

/* VALUE, a number that has no more bits than TYPE, in TYPE. */
static int
in_type (function_lowering &l, int value, lockprog_type type)
{
	const lockprog_type from = l.program->values[value].type;

	return from.bits == 1 && type.bits == 1 ? value : l.cast (value, type);
}

/* The BITS bits from bit FIRST on of VALUE, in TYPE. */
static int
taken (function_lowering &l, int value, HOST_WIDE_INT first, unsigned bits, lockprog_type type)
{
	const unsigned all = l.program->values[value].type.bits;

	return in_type (l, lowest (l, moved (l, lowest (l, value, all), -first), bits), type);
}

int
load_part (function_lowering &l, const part &part, lockprog_type type)
{
	std::vector<member> words;
	const member *around = NULL;
	HOST_WIDE_INT at = part.first, end = part.first + part.size;
	int made = -1;

	words_sharing (part, &words);
	for (const member &m : words)
		if (m.at <= part.first && m.at + m.bits >= end
		    && (!around || m.bits < around->bits))
			around = &m;
	if (around)
		return taken (l, load_member (l, part.object, *around, NULL),
			      part.first - around->at, part.size, type);
	while (at < end && part.size <= 64) {
		const member *next = NULL;

		for (const member &m : words)
			if (m.at == at && at + m.bits <= end && (!next || m.bits > next->bits))
				next = &m;
		if (!next)
			return -1;
		int value = load_member (l, part.object, *next, NULL);
		value = l.cast (lowest (l, value, next->bits), number_type (part.size));
		value = moved (l, value, at - part.first);
		made = made < 0 ? value : l.add (number_type (part.size), LOCKPROG_OR, made, value);
		at += next->bits;
	}
	return at == end ? in_type (l, made, type) : -1;
}

int
member_after_store (function_lowering &l, const part &part, int value, const member &m)
{
	const HOST_WIDE_INT end = part.first + part.size;
	lockprog_type type = word_type (m.where.type);

	type.bits = m.bits;
	if (value < 0)
		return -1;
	if (m.at >= part.first && m.at + m.bits <= end)
		return m.at == part.first && m.bits == part.size
			? value : taken (l, value, m.at - part.first, m.bits, type);
	if (m.at > part.first || m.at + m.bits < end)
		return -1;
	const lockprog_type whole = number_type (m.bits);
	const unsigned HOST_WIDE_INT mask = ((HOST_WIDE_INT_1U << part.size) - 1)
					    << (part.first - m.at);
	int old = l.add (whole, LOCKPROG_AND,
			 lowest (l, load_member (l, part.object, m, NULL), m.bits),
			 l.constant (whole, ~(long long) mask));
	int now = moved (l, l.cast (lowest (l, value, part.size), whole), part.first - m.at);

	return l.cast (l.add (whole, LOCKPROG_OR, old, now), type);
}
