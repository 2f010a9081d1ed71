/* promise.cc - annotations of spin locks as promises in a lock program.
 *
 * SPDX-License-Identifier: MIT
 */

#include "compat.h"
#include "source/annotations.h"
#include "source/ddi.h"
#include "source/place.h"
#include "source/roles.h"
#include "source/storport.h"
#include "lower/expression.h"
#include "lower/lock-call.h"
#include "lower/memory.h"
#include "lower/promise.h"

static bool
mentions_result (const std::string &text)
{
	for (size_t at = text.find ("return"); at != std::string::npos;
	     at = text.find ("return", at + 1)) {
		bool starts = !at || !(ISALNUM (text[at - 1]) || text[at - 1] == '_');
		char after = at + 6 < text.size () ? text[at + 6] : ' ';

		if (starts && !ISALNUM (after) && after != '_')
			return true;
	}
	return false;
}

const char *
lock_words (std::string text)
{
	size_t first = text.find_first_not_of (" \t&"), last = text.find_last_not_of (" \t");

	text = first == std::string::npos ? text : text.substr (first, last - first + 1);
	if (text.size () > 1 && text[0] == '*' && text.find_first_of (" .-[(") == std::string::npos)
		text = text.substr (1);
	if (text == "_Global_cancel_spin_lock_")
		text = LOCKPROG_CANCEL_LOCK;
	return lockprog_string (text.c_str ());
}

/* True if an annotation of KIND is about a lock that is held at the entry. */
static bool
is_held_at_entry (annotation_kind kind)
{
	return kind == ANNOTATION_RELEASES || kind == ANNOTATION_REQUIRES_HELD;
}

static bool
changes_lock (annotation_kind kind)
{
	return kind == ANNOTATION_ACQUIRES || kind == ANNOTATION_RELEASES;
}

/* True if P says in which state the lock is at a return. */
static bool
is_about_return (const promise &p)
{
	return changes_lock (p.what.kind) || p.stays_held;
}

static bool
is_held_at_return (const promise &p)
{
	return p.what.kind == ANNOTATION_ACQUIRES || p.stays_held;
}

/* Who keeps P at the entry.  The system calls a callback with the lock held; a driver may
 * call it without, as long as the function does not release it. */
static lockprog_promise
at_entry (const promise &p)
{
	return changes_lock (p.what.kind) || p.stays_held ? LOCKPROG_ENTERS : LOCKPROG_REQUIRES;
}

static void
add_promise (function_lowering &l, const promise &p, lockprog_promise when, bool is_held,
	     promised_lock lock, int entry_lock,
	     int irql, lockprog_place place)
{
	lockprog_op *op = lockprog_add_op (l.program, l.at, LOCKPROG_PROMISE, place);

	op->promise = when;
	op->is_held = is_held;
	op->address = lock.address;
	op->class_ = lock.class_;
	op->level = lock.level;
	op->handle = entry_lock;
	op->irql = irql;
	op->text = lock_words (p.what.lock);
	op->written = p.word ? p.word : annotation_word (p.what.kind);
}

/* The cell at parameter PARAM of DECL, which is a pointer to an IRQL; false if it is
 * something else. */
static bool
irql_cell (tree decl, int param, cell *found)
{
	tree type = NULL_TREE;

	for (tree arg = TYPE_ARG_TYPES (annotated_type (decl)); arg; arg = TREE_CHAIN (arg))
		if (param-- == 0)
			type = TREE_VALUE (arg);
	if (!type || !POINTER_TYPE_P (type) || !is_word (TREE_TYPE (type))
	    || word_type (TREE_TYPE (type)).bits != 8)
		return false;
	*found = typed_cell (TREE_TYPE (type));
	return true;
}

std::vector<int>
irql_parameters (tree decl)
{
	std::vector<annotation> found;
	std::vector<int> params;
	cell c;

	annotations_of (decl, &found);
	for (const annotation &what : found)
		if ((what.kind == ANNOTATION_IRQL_SAVES || what.kind == ANNOTATION_IRQL_RESTORES)
		    && what.param >= 0 && irql_cell (decl, what.param, &c))
			params.push_back (what.param);
	return params;
}

/* The IRQL that parameter PARAM is, or points to. */
static int
load_irql (function_lowering &l, tree decl, int param, lockprog_place place)
{
	int to = expression (&l, decl, param, -1).parameter_value (param);
	cell c;

	if (to < 0 || !irql_cell (decl, param, &c))
		return to;
	int value = lockprog_add_value (l.program, NULL, NULL, word_type (c.type), LOCKPROG_LOAD,
					to, -1);
	l.program->values[value].class_ = class_number (l, c);
	lockprog_define (l.program, l.at, value, place);
	return value;
}

/* The IRQL that a function without a body stores through parameter PARAM; -1: it is not
 * followed. */
static int
save_irql (function_lowering &l, tree decl, int param, lockprog_place place)
{
	int to = expression (&l, decl, param, -1).parameter_value (param);
	cell c;

	if (to < 0 || !l.program->is_external || !irql_cell (decl, param, &c))
		return -1;
	int value = l.unknown (word_type (c.type)), number = class_number (l, c);
	lockprog_op *op = lockprog_add_op (l.program, l.at, LOCKPROG_STORE, place);
	op->address = to;
	op->class_ = number;
	op->value = value;
	return value;
}

/* The name of parameter NUMBER of DECL, a function or the type of some; or OTHERWISE. */
static std::string
name_of_parameter (tree decl, int number, const std::string &otherwise)
{
	tree parm = TREE_CODE (decl) == FUNCTION_DECL ? DECL_ARGUMENTS (decl) : NULL_TREE;

	while (parm && number--)
		parm = DECL_CHAIN (parm);
	return parm && DECL_NAME (parm) ? IDENTIFIER_POINTER (DECL_NAME (parm)) : otherwise;
}

/* LOCK with the name of DECL's first parameter in place of _Curr_. */
static std::string
with_first_parameter (tree decl, std::string lock)
{
	static const std::string current = "_Curr_";
	std::string name = name_of_parameter (decl, 0, current);

	if (name != current)
		for (size_t at; (at = lock.find (current)) != std::string::npos;)
			lock.replace (at, current.size (), name);
	return lock;
}

/* That the system holds LOCK around a callback, as WORD says; the lock's address and
 * class are still to be set. */
static promise
held_around (const std::string &lock, const char *word)
{
	promise p = promise ();

	p.what = annotation { ANNOTATION_REQUIRES_HELD, lock, "", 0, "" };
	p.word = lockprog_string (word);
	p.condition = -1;
	p.stays_held = true;
	return p;
}

/* The same for a lock of an adapter, which is at ADDRESS. */
static promise
held_around (function_lowering &l, const std::string &lock, int address, const char *word)
{
	promise p = held_around (lock, word);

	p.lock.address = address;
	p.lock.class_ = class_of_adapter_locks (l);
	return p;
}

/* Add what callbacks of ROLE promise about the locks that they are entered with; WORD
 * says who promises it.  False if the lock has no meaning where DECL is; then *NAMED is
 * the lock and *BAD the part that is not understood. */
static bool
promises_of_role (function_lowering &l, tree decl, const spinrule_role *role, const char *word,
		  std::string *named, std::string *bad)
{
	expression e (&l, decl, 0, -1);
	int kind = storport_entry_kind (role->entry_lock), first = -1, second = -1;

	*named = with_first_parameter (decl, role->held ? role->held : "_Curr_");
	promise p = held_around (*named, word);
	if (role->entry_lock == SPINRULE_ENTRY_NAMED) {
		if (!e.lock (*named, &p.lock)) {
			*bad = e.bad;
			return false;
		}
		p.has_load = e.has_load;
		l.promises.push_back (p);
		return true;
	}
	first = e.parameter_value (0);
	if (first < 0)
		return false;
	switch (role->entry_lock) {
	case SPINRULE_ENTRY_NONE:
	case SPINRULE_ENTRY_NAMED:
		break;
	case SPINRULE_ENTRY_HANDLE: {
		tree type = TREE_VALUE (TYPE_ARG_TYPES (annotated_type (decl)));

		/* A pointer to anything is no handle: not the system's own type. */
		if (POINTER_TYPE_P (type) && VOID_TYPE_P (TREE_TYPE (type)))
			break;
		p.lock.address = first;
		p.lock.class_ = class_of_handle (l, type);
		l.promises.push_back (p);
		break;
	}
	case SPINRULE_ENTRY_MESSAGE:
		second = e.parameter_value (1);
		if (second >= 0)
			l.promises.push_back (
				held_around (l, "message " + name_of_parameter (decl, 1, "id"),
					     lock_of_message (l, first, second), word));
		/* Fall through. */
	case SPINRULE_ENTRY_START_IO:
	case SPINRULE_ENTRY_INTERRUPT:
		l.promises.push_back (held_around (l, storport_kind_name (kind),
						   lock_of_kind (l, first, kind), word));
		break;
	}
	return true;
}

void
lower_entry_promises (function_lowering &l, tree decl)
{
	std::vector<annotation> found;
	lockprog_place place = place_at (DECL_SOURCE_LOCATION (decl));

	l.irql_restored = l.irql_saved = -1;
	l.saves_irql_as_result = false;
	/* The row of a lock function says what it does; an inline body leads there. */
	if (!ddi_of_decl (decl))
		annotations_of (decl, &found);
	for (const annotation &what : found) {
		promise p = promise ();
		expression e (&l, decl, what.param, -1);

		p.what = what;
		p.condition = -1;
		if (what.kind == ANNOTATION_IRQL_SAVES || what.kind == ANNOTATION_IRQL_RESTORES) {
			if (what.param < 0)
				l.saves_irql_as_result |= what.kind == ANNOTATION_IRQL_SAVES;
			else if (what.kind == ANNOTATION_IRQL_RESTORES)
				l.irql_restored = load_irql (l, decl, what.param, place);
			else
				l.irql_saved = save_irql (l, decl, what.param, place);
			continue;
		}
		p.lock_is_result = mentions_result (what.lock);
		p.condition_is_result = mentions_result (what.condition);
		if ((p.lock_is_result || p.condition_is_result)
		    && !is_word (TREE_TYPE (annotated_type (decl)))) {
			annotation_warn (decl, p.lock_is_result ? what.lock : what.condition,
					 "return");
			continue;
		}
		if (!p.lock_is_result && !e.lock (what.lock, &p.lock)) {
			if (!e.bad.empty ())
				annotation_warn (decl, what.lock, e.bad);
			continue;
		}
		p.has_load = e.has_load;
		if (!what.condition.empty () && !p.condition_is_result) {
			p.condition = e.condition (what.condition);
			if (p.condition < 0) {
				annotation_warn (decl, what.condition, e.bad);
				continue;
			}
		}
		l.promises.push_back (p);
	}

	const spinrule_role *role = l.fun ? role_of (decl) : NULL;
	if (role && role_holds_lock (role)) {
		std::string named, bad;

		if (!promises_of_role (l, decl, role, role_name_of (decl), &named, &bad)
		    && !bad.empty ())
			annotation_warn (decl, named, bad);
	}

	/* Annotations that contradict each other are ignored. */
	for (promise &p : l.promises)
		for (const promise &other : l.promises)
			if (p.what.lock == other.what.lock
			    && is_held_at_entry (p.what.kind) != is_held_at_entry (other.what.kind))
				p.is_void = true;
	l.promises.erase (std::remove_if (l.promises.begin (), l.promises.end (),
					  [] (const promise &p) { return p.is_void; }),
			  l.promises.end ());

	for (const promise &p : l.promises) {
		bool is_held = is_held_at_entry (p.what.kind);
		int on_true, after = -1;

		if (p.lock_is_result || (p.condition_is_result && !changes_lock (p.what.kind)))
			continue;
		if (p.condition >= 0) {
			l.branch_on (p.condition, place, &on_true, &after);
			l.at = on_true;
		}
		add_promise (l, p, at_entry (p), is_held, p.lock, -1,
			     is_held ? l.irql_restored : -1, place);
		if (after >= 0) {
			lockprog_add_edge (l.program, l.at, after);
			l.at = after;
		}
	}
}

void
lower_return_promises (function_lowering &l, tree decl, int value, lockprog_place place)
{
	std::set<std::string> done;
	int irql = l.saves_irql_as_result ? value : l.irql_saved;

	for (size_t i = 0; i < l.promises.size (); i++) {
		int join = -1;
		bool is_decided = false, enters_so = false;

		if (!is_about_return (l.promises[i])
		    || !done.insert (l.promises[i].what.lock).second)
			continue;
		for (size_t j = i; j < l.promises.size () && !is_decided; j++) {
			const promise &p = l.promises[j];
			promised_lock lock = p.lock;
			int condition = p.condition, on_true, on_false = -1, entry_lock = -1;
			expression e (&l, decl, p.what.param, value);

			if (p.what.lock != l.promises[i].what.lock || !is_about_return (p))
				continue;
			if (p.condition_is_result)
				condition = e.condition (p.what.condition);
			if (condition < 0 && p.condition_is_result) {
				annotation_warn (decl, p.what.condition, e.bad);
				is_decided = true;
				break;
			}
			if (condition >= 0 && l.program->values[condition].expr == LOCKPROG_CONST) {
				enters_so |= p.condition_is_result;
				if (!l.program->values[condition].constant)
					continue;
				condition = -1;
			}
			if (condition >= 0) {
				enters_so |= p.condition_is_result;
				l.branch_on (condition, place, &on_true, &on_false);
				if (join < 0)
					join = lockprog_add_block (l.program);
				l.at = on_true;
			}
			if (p.lock_is_result || (p.has_load && !l.program->is_external)) {
				entry_lock = p.lock_is_result ? -1 : p.lock.address;
				if (!e.lock (p.what.lock, &lock)) {
					if (!e.bad.empty ())
						annotation_warn (decl, p.what.lock, e.bad);
					lock.address = -2;
				}
			}
			if (lock.address != -2)
				add_promise (l, p, LOCKPROG_RETURNS,
					     is_held_at_return (p), lock, entry_lock,
					     p.what.kind == ANNOTATION_ACQUIRES ? irql : -1, place);
			if (on_false >= 0) {
				lockprog_add_edge (l.program, l.at, join);
				l.at = on_false;
			} else {
				is_decided = true;
			}
		}
		/* None of the results for which the lock changes: it is as it was at the
		 * entry. */
		if (!is_decided && enters_so && !l.promises[i].lock_is_result)
			add_promise (l, l.promises[i], LOCKPROG_RETURNS,
				     is_held_at_entry (l.promises[i].what.kind), l.promises[i].lock,
				     -1, -1, place);
		if (join >= 0) {
			lockprog_add_edge (l.program, l.at, join);
			l.at = join;
		}
	}
}

/* ---- roles, for other files ---- */

const char *
entry_name (const spinrule_role *role)
{
	return lockprog_string ((std::string ("role ") + role->function_type).c_str ());
}

/* Let the program state which lock callbacks of ROLE are entered with.  False if the file
 * does not say what lock that is. */
static bool
lower_role_entry (function_lowering &l, const spinrule_role *role)
{
	tree type = type_of_role (role);
	lockprog_place nowhere = lockprog_place ();
	std::string named, bad;

	if (!type)
		type = build_function_type_list (void_type_node, ptr_type_node, NULL_TREE);
	tree decl = build_decl (UNKNOWN_LOCATION, TYPE_DECL, NULL_TREE, type);
	l.at = lockprog_add_block (l.program);
	if (!promises_of_role (l, decl, role, role->function_type, &named, &bad))
		return false;
	for (const promise &p : l.promises)
		add_promise (l, p, at_entry (p), true, p.lock, -1, -1, nowhere);
	lower_return_promises (l, decl, -1, nowhere);
	l.program->blocks[l.at].exit = LOCKPROG_RETURN;
	l.program->is_external = true;
	return true;
}

void
lower_role_entries (lockprog_unit *unit)
{
	std::vector<const spinrule_role *> roles = roles_of_arguments ();
	cgraph_node *node;

	FOR_EACH_FUNCTION (node)
		if (const spinrule_role *role = role_of (node->decl))
			if (!gimple_has_body_p (node->decl))
				roles.push_back (role);
	for (const role_parameter &one : role_parameters ())
		roles.push_back (one.known.role);
	std::set<std::string> done;
	for (const spinrule_role *role : roles) {
		if (!role_holds_lock (role) || !done.insert (role->function_type).second)
			continue;
		function_lowering lowering (unit, NULL,
					    lockprog_add_function (unit, entry_name (role)));
		if (!lower_role_entry (lowering, role))
			lockprog_free_function (unit->functions[--unit->n_functions]);
	}
}
