/* lower-annotation.cc - annotations to lock programs: promises about locks, and what is assumed.
 *
 * A function with a body gets what its annotations say at its entry and before each return.
 * One without gets blocks that say just that:
 *
 *     _When_(return != 0, _Acquires_lock_(ext->lock)) BOOLEAN try_take(EXT *ext);
 *
 *     b0: lock = ext + 8; enters free lock; r = ?; t = r != 0; if t -> b1 b2
 *     b1: returns held lock -> b3
 *     b2: returns free lock -> b3
 *     b3: return r
 *
 * SPDX-License-Identifier: MIT
 */

#include "compat.h"
#include "source/annotations.h"
#include "lower/expression.h"
#include "source/names.h"
#include "source/lockname.h"
#include "lower/lower.h"
#include "lower/function.h"
#include "source/ddi.h"
#include "source/place.h"

/* ---- promises ---- */

static bool
mentions_result (const std::string &text)
{
	for (size_t at = text.find ("return"); at != std::string::npos; at = text.find ("return", at + 1)) {
		bool starts = !at || !(ISALNUM (text[at - 1]) || text[at - 1] == '_');
		char after = at + 6 < text.size () ? text[at + 6] : ' ';

		if (starts && !ISALNUM (after) && after != '_')
			return true;
	}
	return false;
}

/* The lock as messages name it: without & and the * of a pointer, as for a DDI's argument. */
static const char *
lock_words (std::string text)
{
	size_t first = text.find_first_not_of (" \t&"), last = text.find_last_not_of (" \t");

	text = first == std::string::npos ? text : text.substr (first, last - first + 1);
	if (text.size () > 1 && text[0] == '*' && text.find_first_of (" .-[(") == std::string::npos)
		text = text.substr (1);
	if (text == "_Global_cancel_spin_lock_")
		text = "the cancel spin lock";
	return lockprog_string (text.c_str ());
}

/* The state of the lock at the entry that WHAT is about. */
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

void
function_lowering::add_promise (const promise &p, lockprog_promise when, bool is_held, promised_lock lock, int entry_lock,
				int irql, lockprog_place place)
{
	lockprog_op *op = lockprog_add_op (program, at, LOCKPROG_PROMISE, place);

	op->promise = when;
	op->is_held = is_held;
	op->address = lock.address;
	op->class_ = lock.class_;
	op->handle = entry_lock;
	op->irql = irql;
	op->text = lock_words (p.what.lock);
	op->written = annotation_word (p.what.kind);
}

/* Block AT ends in a branch on CONDITION: two new blocks. */
void
function_lowering::branch_on (int condition, lockprog_place place, int *on_true, int *on_false)
{
	*on_true = lockprog_add_block (program);
	*on_false = lockprog_add_block (program);
	lockprog_add_edge (program, at, *on_true);
	lockprog_add_edge (program, at, *on_false);
	program->blocks[at].exit = LOCKPROG_IF;
	program->blocks[at].value = condition;
	program->blocks[at].place = place;
}

/* The cell at parameter PARAM of DECL, which is a pointer to an IRQL; false if it is something else. */
static bool
irql_cell (tree decl, int param, cell *found)
{
	tree type = NULL_TREE;

	for (tree arg = TYPE_ARG_TYPES (annotated_type (decl)); arg; arg = TREE_CHAIN (arg))
		if (param-- == 0)
			type = TREE_VALUE (arg);
	if (!type || !POINTER_TYPE_P (type) || !is_word (TREE_TYPE (type)) || word_type (TREE_TYPE (type)).bits != 8)
		return false;
	*found = typed_cell (TREE_TYPE (type));
	return true;
}

std::vector<int>
irql_parameters (tree decl, annotation_kind kind)
{
	std::vector<annotation> found;
	std::vector<int> params;
	cell c;

	annotations_of (decl, &found);
	for (const annotation &what : found)
		if (what.kind == kind && what.param >= 0 && irql_cell (decl, what.param, &c))
			params.push_back (what.param);
	return params;
}

/* The IRQL that is given back by parameter PARAM or through it. */
int
function_lowering::load_irql (tree decl, int param, lockprog_place place)
{
	int to = expression (this, decl, param, -1).parameter_value (param);
	cell c;

	if (to < 0 || !irql_cell (decl, param, &c))
		return to;
	int value = lockprog_add_value (program, NULL, NULL, word_type (c.type), LOCKPROG_LOAD, to, -1);
	program->values[value].class_ = class_number (c);
	lockprog_define (program, at, value, place);
	return value;
}

/* The IRQL that a function that nobody sees stores through parameter PARAM; -1: it is followed no further. */
int
function_lowering::save_irql (tree decl, int param, lockprog_place place)
{
	int to = expression (this, decl, param, -1).parameter_value (param);
	cell c;

	if (to < 0 || !program->is_external || !irql_cell (decl, param, &c))
		return -1;
	int value = unknown (word_type (c.type)), number = class_number (c);
	lockprog_op *op = lockprog_add_op (program, at, LOCKPROG_STORE, place);
	op->address = to;
	op->class_ = number;
	op->value = value;
	return value;
}

/* The annotations of DECL that are about spin locks, with what they say at the entry; AT
 * moves on where that depends on a condition. */
void
function_lowering::lower_entry_promises (tree decl)
{
	std::vector<annotation> found;
	lockprog_place place = place_at (DECL_SOURCE_LOCATION (decl));

	irql_restored = irql_saved = -1;
	saves_irql_as_result = false;
	annotations_of (decl, &found);
	for (const annotation &what : found) {
		promise p = promise ();
		expression e (this, decl, what.param, -1);

		p.what = what;
		p.condition = -1;
		if (what.kind == ANNOTATION_IRQL_SAVES || what.kind == ANNOTATION_IRQL_RESTORES) {
			if (what.param < 0)
				saves_irql_as_result |= what.kind == ANNOTATION_IRQL_SAVES;
			else if (what.kind == ANNOTATION_IRQL_RESTORES)
				irql_restored = load_irql (decl, what.param, place);
			else
				irql_saved = save_irql (decl, what.param, place);
			continue;
		}
		p.lock_is_result = mentions_result (what.lock);
		p.condition_is_result = mentions_result (what.condition);
		if ((p.lock_is_result || p.condition_is_result) && !is_word (TREE_TYPE (annotated_type (decl)))) {
			annotation_warn (decl, p.lock_is_result ? what.lock : what.condition, "return");
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
		promises.push_back (p);
	}

	/* What contradicts itself says nothing. */
	for (size_t i = 0; i < promises.size (); i++)
		for (size_t j = 0; j < promises.size (); j++)
			if (promises[i].what.lock == promises[j].what.lock
			    && is_held_at_entry (promises[i].what.kind) != is_held_at_entry (promises[j].what.kind))
				promises[i].is_void = true;
	promises.erase (std::remove_if (promises.begin (), promises.end (), [] (const promise &p) { return p.is_void; }),
			promises.end ());

	for (const promise &p : promises) {
		bool is_held = is_held_at_entry (p.what.kind);
		int on_true, after = -1;

		if (p.lock_is_result || (p.condition_is_result && !changes_lock (p.what.kind)))
			continue;
		if (p.condition >= 0) {
			branch_on (p.condition, place, &on_true, &after);
			at = on_true;
		}
		add_promise (p, changes_lock (p.what.kind) ? LOCKPROG_ENTERS : LOCKPROG_REQUIRES, is_held, p.lock, -1,
			     is_held ? irql_restored : -1, place);
		if (after >= 0) {
			lockprog_add_edge (program, at, after);
			at = after;
		}
	}
}

/* What the annotations say when VALUE (-1: nothing that is known) is returned from block AT, which moves on. */
void
function_lowering::lower_return_promises (tree decl, int value, lockprog_place place)
{
	std::set<std::string> done;
	int irql = saves_irql_as_result ? value : irql_saved;

	for (size_t i = 0; i < promises.size (); i++) {
		int join = -1;
		bool is_decided = false, enters_so = false;

		if (!changes_lock (promises[i].what.kind) || !done.insert (promises[i].what.lock).second)
			continue;
		for (size_t j = i; j < promises.size () && !is_decided; j++) {
			const promise &p = promises[j];
			promised_lock lock = p.lock;
			int condition = p.condition, on_true, on_false = -1, entry_lock = -1;
			expression e (this, decl, p.what.param, value);

			if (p.what.lock != promises[i].what.lock || !changes_lock (p.what.kind))
				continue;
			if (p.condition_is_result)
				condition = e.condition (p.what.condition);
			if (condition < 0 && p.condition_is_result) {
				annotation_warn (decl, p.what.condition, e.bad);
				is_decided = true;
				break;
			}
			if (condition >= 0 && program->values[condition].expr == LOCKPROG_CONST) {
				enters_so |= p.condition_is_result;
				if (!program->values[condition].constant)
					continue;
				condition = -1;
			}
			if (condition >= 0) {
				enters_so |= p.condition_is_result;
				branch_on (condition, place, &on_true, &on_false);
				if (join < 0)
					join = lockprog_add_block (program);
				at = on_true;
			}
			if (p.lock_is_result || (p.has_load && !program->is_external)) {
				entry_lock = p.lock_is_result ? -1 : p.lock.address;
				if (!e.lock (p.what.lock, &lock)) {
					if (!e.bad.empty ())
						annotation_warn (decl, p.what.lock, e.bad);
					lock.address = -2;
				}
			}
			if (lock.address != -2)
				add_promise (p, LOCKPROG_RETURNS, p.what.kind == ANNOTATION_ACQUIRES, lock, entry_lock,
					     p.what.kind == ANNOTATION_ACQUIRES ? irql : -1, place);
			if (on_false >= 0) {
				lockprog_add_edge (program, at, join);
				at = on_false;
			} else {
				is_decided = true;
			}
		}
		/* None of the results for which it changes: it is as it was. */
		if (!is_decided && enters_so && !promises[i].lock_is_result)
			add_promise (promises[i], LOCKPROG_RETURNS, is_held_at_entry (promises[i].what.kind), promises[i].lock,
				     -1, -1, place);
		if (join >= 0) {
			lockprog_add_edge (program, at, join);
			at = join;
		}
	}
}

bool
function_lowering::lower_external (tree decl)
{
	tree result = TREE_TYPE (annotated_type (decl));
	lockprog_place place = place_at (DECL_SOURCE_LOCATION (decl));
	int value = -1;

	program->place = place;
	program->is_external = true;
	if (is_word (result))
		program->result = word_type (result);
	at = lockprog_add_block (program);
	lower_entry_promises (decl);
	if (promises.empty ())
		return false;
	if (is_word (result))
		value = unknown (word_type (result));
	lower_return_promises (decl, value, place);
	program->blocks[at].exit = LOCKPROG_RETURN;
	program->blocks[at].value = value;
	program->blocks[at].place = place;
	return true;
}

/* ---- what has no body ---- */

static std::map<unsigned, bool> have_promises;		/* by DECL_UID */
static std::vector<tree> called_pointers;

/* One that says nothing of spin locks is a function like any other. */
static bool
has_promises (tree decl)
{
	auto known = have_promises.find (DECL_UID (decl));
	std::vector<annotation> found;

	if (known != have_promises.end ())
		return known->second;
	annotations_of (decl, &found);
	if (found.empty ())
		return have_promises[DECL_UID (decl)] = false;
	lockprog_unit *unit = lockprog_new_unit ("trial");
	function_lowering trial (unit, NULL, lockprog_add_function (unit, "trial"));
	bool has = trial.lower_external (decl);
	lockprog_free_unit (unit);
	return have_promises[DECL_UID (decl)] = has;
}

/* The declaration with the annotations that hold for what POINTER points to: where it comes from, or that of its type. */
static tree
annotated_origin (tree pointer)
{
	tree found = NULL_TREE;

	for (int i = 0; i < 8 && pointer && !found; i++) {
		gimple *stmt;

		if (TREE_CODE (pointer) != SSA_NAME) {
			while (TREE_CODE (pointer) == ARRAY_REF)
				pointer = TREE_OPERAND (pointer, 0);
			if (TREE_CODE (pointer) == COMPONENT_REF)
				pointer = TREE_OPERAND (pointer, 1);
			return DECL_P (pointer) ? annotated_pointer (pointer) : annotated_pointer_type (TREE_TYPE (pointer));
		}
		found = SSA_NAME_VAR (pointer) ? annotated_pointer (SSA_NAME_VAR (pointer))
					       : annotated_pointer_type (TREE_TYPE (pointer));
		stmt = SSA_NAME_DEF_STMT (pointer);
		if (!gimple_assign_single_p (stmt) && !gimple_assign_cast_p (stmt))
			break;
		pointer = gimple_assign_rhs1 (stmt);
	}
	return found;
}

tree
annotated_callee (gcall *call, const char **name)
{
	tree decl = gimple_call_fndecl (call);

	if (decl) {
		*name = function_name (decl);
		return !gimple_has_body_p (decl) && has_promises (decl) ? decl : NULL_TREE;
	}
	decl = gimple_call_fn (call) ? annotated_origin (gimple_call_fn (call)) : NULL_TREE;
	if (!decl || !has_promises (decl))
		return NULL_TREE;
	if (std::find (called_pointers.begin (), called_pointers.end (), decl) == called_pointers.end ())
		called_pointers.push_back (decl);
	*name = pointer_name (decl);
	return decl;
}

void
lower_externals (lockprog_unit *unit, const std::vector<tree> &called, std::vector<tree> *decls)
{
	std::vector<tree> all = called_pointers;

	for (tree fndecl : called)
		if (!ddi_of_decl (fndecl))
			all.push_back (fndecl);
	for (tree decl : all) {
		bool is_function = TREE_CODE (decl) == FUNCTION_DECL;

		if (!has_promises (decl))
			continue;
		function_lowering lowering (unit, NULL, lockprog_add_function (unit, is_function ? function_name (decl)
												 : pointer_name (decl)));
		lowering.lower_external (decl);
		decls->push_back (decl);
	}
	have_promises.clear ();
	called_pointers.clear ();
}

/* ---- assumptions ---- */

/* An assumption in a function that has nothing to do with locks tells nothing. */
static void
note_assumptions (const lockprog_function *program)
{
	bool has_locks = false;

	for (int pass = 0; pass < 2; pass++)
		for (int b = 0; b < program->n_blocks; b++)
			for (int i = 0; i < program->blocks[b].n_ops; i++) {
				const lockprog_op *op = &program->blocks[b].ops[i];
				bool is_lock_assumed = op->kind == LOCKPROG_PROMISE && op->promise == LOCKPROG_ASSUMES;

				has_locks |= op->kind == LOCKPROG_LOCKOP || op->kind == LOCKPROG_PROMISE
					     || (op->kind == LOCKPROG_CALL && !op->is_system);
				if (pass == 1 && (is_lock_assumed || op->kind == LOCKPROG_ASSUME))
					annotation_note_use (is_lock_assumed ? "assume-lock" : "assume", op->place, has_locks);
			}
}

void
lower_note_assumptions (const lockprog_unit *unit)
{
	for (int f = 0; f < unit->n_functions; f++)
		note_assumptions (unit->functions[f]);
}

static const char *
string_of (tree arg)
{
	STRIP_NOPS (arg);
	if (TREE_CODE (arg) != ADDR_EXPR)
		return NULL;
	arg = TREE_OPERAND (arg, 0);
	if (TREE_CODE (arg) == ARRAY_REF)
		arg = TREE_OPERAND (arg, 0);
	return TREE_CODE (arg) == STRING_CST ? lockprog_string (TREE_STRING_POINTER (arg)) : NULL;
}

/* The call STMT assumes something; true if it was one. */
bool
function_lowering::lower_assumption (gcall *stmt)
{
	lockprog_place place = place_at (place_of (stmt));
	assumption which = assumption_of (stmt);

	if (which == ASSUMPTION_NONE)
		return false;
	if (which == ASSUMPTION_FACT) {
		int value = operand (gimple_call_arg (stmt, 0));

		lockprog_add_arg (lockprog_add_op (program, at, LOCKPROG_ASSUME, place), value);
		return true;
	}

	const char *word = string_of (gimple_call_arg (stmt, 0)), *text = string_of (gimple_call_arg (stmt, 1));
	tree lock = gimple_call_arg (stmt, 3), object = NULL_TREE;
	int class_ = -1, to;
	std::vector<cell> cells;

	/* The lock is handed over itself, or its address is. */
	if (TREE_CODE (lock) == SSA_NAME && !POINTER_TYPE_P (TREE_TYPE (lock))
	    && gimple_assign_load_p (SSA_NAME_DEF_STMT (lock)))
		object = gimple_assign_rhs1 (SSA_NAME_DEF_STMT (lock));
	else if (TREE_CODE (lock) != SSA_NAME && !is_gimple_min_invariant (lock))
		object = lock;
	if (object) {
		to = address (object);
		cells_of (object, &cells);
	} else if (POINTER_TYPE_P (TREE_TYPE (lock))) {
		cell c;

		to = operand (lock);
		if (cell_at (lock, &c))
			cells.push_back (c);
	} else {
		return true;
	}
	if (cells.size () == 1 && cells[0].is_known)
		class_ = class_number (cells[0]);
	lockprog_op *op = lockprog_add_op (program, at, LOCKPROG_PROMISE, place);
	op->promise = LOCKPROG_ASSUMES;
	op->is_held = integer_nonzerop (gimple_call_arg (stmt, 2));
	op->address = to;
	op->class_ = class_;
	op->text = lock_words (text ? text : "lock");
	op->written = word;
	return true;
}
