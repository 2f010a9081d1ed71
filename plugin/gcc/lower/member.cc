/* member.cc - words of objects: their classes, addresses, loads and stores.
 *
 * SPDX-License-Identifier: MIT
 */

#include "compat.h"
#include "lower/escape.h"
#include "lower/layout.h"
#include "lower/member.h"

int
class_in_unit (lockprog_unit *unit, const cell &c)
{
	struct lockprog_class made = {};

	made.name = c.class_name;
	made.lifetime = c.lifetime;
	if (is_for_link () && c.owner && !is_private (c))
		made.layout = layout_of (c.owner);
	return lockprog_class (unit, &made);
}

int
class_number (function_lowering &l, const cell &c)
{
	return class_in_unit (l.unit, c);
}

int
member_at (function_lowering &l, int base, const member &m)
{
	if (HOST_WIDE_INT offset = m.at / BITS_PER_UNIT)
		return l.add (pointer_type (), LOCKPROG_ADD, base,
			      l.constant (offset_type (), offset));
	return base;
}

int
member_address (function_lowering &l, tree object, const member &m)
{
	return member_at (l, l.address (object), m);
}

int
load_at (function_lowering &l, int from, const member &m, const char *text)
{
	lockprog_type type = word_type (m.where.type);
	int class_ = class_number (l, m.where);

	type.bits = m.bits;
	int value = lockprog_add_value (l.program, NULL, text, type, LOCKPROG_LOAD, from, -1);
	l.program->values[value].class_ = class_;
	lockprog_define (l.program, l.at, value, lockprog_place ());
	return value;
}

int
load_member (function_lowering &l, tree object, const member &m, const char *text)
{
	return load_at (l, member_address (l, object, m), m, text);
}

int
load_member_at (function_lowering &l, int base, const member &m)
{
	return load_at (l, member_at (l, base, m), m, NULL);
}

void
store_at (function_lowering &l, int to, const member &m, int value, lockprog_place place)
{
	lockprog_type type = word_type (m.where.type);
	int number = class_number (l, m.where);

	type.bits = m.bits;
	if (value < 0)
		value = l.unknown (type);
	lockprog_op *op = lockprog_add_op (l.program, l.at, LOCKPROG_STORE, place);
	op->address = to;
	op->class_ = number;
	op->value = value;
}
