/* read-unit.c - reads the lines of lock programs that are about the unit.
 *
 * The grammar is at the top of read.c.
 *
 * SPDX-License-Identifier: MIT
 */

#include "lockprog/read-unit.h"

#include <string.h>

#include "lockprog/text.h"

static void read_class_line(struct scan *in, struct lockprog_unit *unit)
{
	struct lockprog_class class_ = { .name = scan_name(in) };

	bool is_pointer = scan_accept(in, "pointer"), is_system = scan_accept(in, "system");

	if (scan_accept(in, "processor"))
		class_.lifetime = LOCKPROG_PROCESSOR;
	else if (scan_accept(in, "private"))
		class_.lifetime = LOCKPROG_PRIVATE;
	else if (is_pointer)
		class_.lifetime = is_system ? LOCKPROG_SYSTEM : LOCKPROG_DRIVER;
	if (scan_accept(in, "layout"))
		class_.layout = scan_name(in);
	if (scan_accept(in, "pointed"))
		class_.pointed = scan_name(in);
	lockprog_class(unit, &class_);
}

static void read_unit_line(struct scan *in, struct lockprog_unit *unit)
{
	unit->name = scan_name(in);
	if (scan_accept(in, "in"))
		unit->directory = scan_name(in);
	if (scan_accept(in, "for"))
		unit->target = scan_name(in);
	if (scan_accept(in, "with"))
		unit->options = scan_name(in);
}

/* What follows the word "role". */
static struct lockprog_role read_role(struct scan *in)
{
	struct lockprog_role role = { .name = scan_name(in) };

	role.enters_with_cancel_lock = scan_accept(in, "cancel");
	role.is_at_dispatch = scan_accept(in, "dispatch");
	if (scan_accept(in, "entered"))
		role.entry = scan_name(in);
	return role;
}

static void read_symbol_line(struct scan *in, struct lockprog_unit *unit)
{
	struct lockprog_symbol symbol = { .name = scan_name(in) };
	int linkage = 0;

	symbol.link_name = scan_name(in);
	while (linkage < LOCKPROG_LINKAGES && !scan_is(in, lockprog_linkage_words[linkage]))
		linkage++;
	if (linkage == LOCKPROG_LINKAGES) {
		scan_fail(in, "a linkage expected at '%.40s'", in->token_start);
		return;
	}
	scan_next(in);
	symbol.linkage = (enum lockprog_linkage)linkage;
	symbol.is_taken = scan_accept(in, "taken");
	symbol.is_system = scan_accept(in, "system");
	if (scan_accept(in, "type"))
		symbol.type = scan_name(in);
	if (scan_accept(in, "role"))
		symbol.role = read_role(in);
	if (scan_accept(in, "alias"))
		symbol.alias_of = scan_name(in);
	lockprog_add_symbol(unit, &symbol);
}

static int read_parameter_number(struct scan *in)
{
	long long number = scan_number(in);

	if (number < 0 || number > 1000)
		scan_fail(in, "no parameter has the number %lld", number);
	return (int)number;
}

static void read_parameter_line(struct scan *in, struct lockprog_unit *unit)
{
	struct lockprog_role_parameter parameter = { .function = scan_name(in) };

	parameter.number = read_parameter_number(in);
	scan_expect(in, "role");
	parameter.role = read_role(in);
	lockprog_add_role_parameter(unit, &parameter);
}

static void read_silenced_line(struct scan *in, struct lockprog_unit *unit)
{
	struct lockprog_silenced silenced = { 0 };
	const char *id = scan_name(in);

	while (silenced.id < SPINRULE_VIOLATIONS &&
	       (silenced.id == SPINRULE_NONE ||
		strcmp(spinrule_id((enum spinrule_violation)silenced.id), id)))
		silenced.id++;
	if (silenced.id == SPINRULE_VIOLATIONS)
		scan_fail(in, "'%s' is no id of a violation", id);
	silenced.place = scan_place(in);
	lockprog_add_silenced(unit, &silenced);
}

static void read_stays_line(struct scan *in, struct lockprog_unit *unit)
{
	const char *name = scan_name(in);
	bool has_more;

	lockprog_add_stays(unit, name,
			   scan_accept(in, "parameter") ? read_parameter_number(in) : -1);
	has_more = scan_accept(in, "if");
	while (has_more) {
		name = scan_name(in);
		lockprog_add_need(unit, name, read_parameter_number(in));
		has_more = scan_accept(in, ",");
	}
}

static void read_object_line(struct scan *in, struct lockprog_unit *unit)
{
	const char *name = scan_name(in);
	int number = lockprog_object(unit, name, scan_accept(in, "local"));

	unit->objects[number].is_contained = scan_accept(in, "contained");
	unit->objects[number].is_constant = scan_accept(in, "constant");
	unit->objects[number].is_thread = scan_accept(in, "thread");
}

/* Go past WORD if it starts a line for the linker; it is no value that is defined. */
static bool starts_line(struct scan *in, const char *word)
{
	return !scan_is_defined(in) && scan_accept(in, word);
}

bool read_unit_part(struct scan *in, struct lockprog_unit *unit, bool *has_unit)
{
	if (scan_accept(in, "unit")) {
		read_unit_line(in, unit);
		*has_unit = true;
	} else if (starts_line(in, "symbol")) {
		read_symbol_line(in, unit);
	} else if (starts_line(in, "kept")) {
		const char *function = scan_name(in);

		lockprog_add_kept(unit, function, scan_name(in));
	} else if (starts_line(in, "converts")) {
		const char *from = scan_name(in);

		lockprog_add_conversion(unit, from, scan_name(in));
	} else if (starts_line(in, "parameter")) {
		read_parameter_line(in, unit);
	} else if (starts_line(in, "silenced")) {
		read_silenced_line(in, unit);
	} else if (starts_line(in, "levels")) {
		const char *first = scan_name(in);

		lockprog_add_levels(unit, first, scan_name(in));
	} else if (starts_line(in, "stays")) {
		read_stays_line(in, unit);
	} else if (scan_accept(in, "class")) {
		read_class_line(in, unit);
	} else if (scan_accept(in, "object")) {
		read_object_line(in, unit);
	} else {
		return false;
	}
	return true;
}
