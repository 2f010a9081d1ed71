/* lower-call.cc - GIMPLE in SSA form to lock programs: calls.
 *
 * A call of a DDI is a lock operation, a builtin mostly a value, and everything else a call,
 * after which the cells whose addresses it got are unknown.
 *
 * SPDX-License-Identifier: MIT
 */

#include "compat.h"
#include "source/lockname.h"
#include "lower/lower.h"
#include "lower/function.h"
#include "source/names.h"
#include "source/ddi.h"
#include "source/place.h"
#include "source/roles.h"

/* The value for the call's result, or -1 when there is none to speak of. */
int
function_lowering::call_result (gcall *call)
{
	tree lhs = gimple_call_lhs (call);

	if (!lhs || !is_word (TREE_TYPE (lhs)))
		return -1;
	if (TREE_CODE (lhs) == SSA_NAME) {
		int value = ssa_value (lhs);

		defined.insert (value);
		return value;
	}
	return lockprog_add_value (program, NULL, NULL, word_type (TREE_TYPE (lhs)), LOCKPROG_UNKNOWN, -1, -1);
}

void
function_lowering::store_call_result (gcall *call, int value)
{
	tree lhs = gimple_call_lhs (call);

	if (lhs && TREE_CODE (lhs) != SSA_NAME)
		lower_store (call, lhs, value);
}

/* A call of which nothing is known but that it gives something. */
void
function_lowering::define_call_result (gcall *call)
{
	int value = call_result (call);

	if (value >= 0)
		lockprog_define (program, at, value, lockprog_place ());
	store_call_result (call, value);
}

/* The callee may have written what its arguments point to; not the arguments BUT. */
void
function_lowering::clobber_arguments (gcall *call, const std::vector<int> &but)
{
	tree fntype = gimple_call_fntype (call);
	tree types = fntype ? TYPE_ARG_TYPES (fntype) : NULL_TREE;
	lockprog_place place = place_at (place_of (call));

	for (int i = 0; i < (int) gimple_call_num_args (call); i++) {
		tree arg = gimple_call_arg (call, i);
		tree type = types && TREE_VALUE (types) != void_type_node ? TREE_VALUE (types) : NULL_TREE;
		std::vector<cell> cells;

		types = types ? TREE_CHAIN (types) : NULL_TREE;
		if (std::count (but.begin (), but.end (), i) || !POINTER_TYPE_P (TREE_TYPE (arg)) || integer_zerop (arg)
		    || (type && POINTER_TYPE_P (type) && TYPE_READONLY (TREE_TYPE (type))))
			continue;
		/* Only where an address is made here: what a pointer from elsewhere leads to is
		 * the callee's own business. */
		known_cells_at (arg, &cells);
		if (!cells.empty ())
			clobber_pointed (arg, place);
	}
	if (tree chain = gimple_call_chain (call))
		clobber_pointed (chain, place);
}

/* A lock operation.  False if it does not come back. */
bool
function_lowering::lower_ddi (gcall *call, const spinrule_ddi *ddi)
{
	lockprog_place place = place_at (place_of (call));
	int lock = -1, handle = -1, irql = -1, class_ = -1, value = -1, saved = -1;
	cell c;

	if (ddi->lock != SPINRULE_NO_ARG) {
		lock = operand (gimple_call_arg (call, ddi->lock));
		if (POINTER_TYPE_P (TREE_TYPE (gimple_call_arg (call, ddi->lock)))
		    && cell_at (gimple_call_arg (call, ddi->lock), &c) && c.is_known)
			class_ = class_number (c);
	}
	if (ddi->handle != SPINRULE_NO_ARG)
		handle = operand (gimple_call_arg (call, ddi->handle));
	if (ddi->irql_arg != SPINRULE_NO_ARG)
		irql = operand (gimple_call_arg (call, ddi->irql_arg));
	if (ddi->op == SPINRULE_OP_TRY || ddi->irql == SPINRULE_IRQL_RETURNED)
		value = call_result (call);
	else if (ddi->irql == SPINRULE_IRQL_THROUGH)
		saved = lockprog_add_value (program, NULL, NULL, (lockprog_type) { 8, false, false }, LOCKPROG_UNKNOWN, -1, -1);

	int before = ddi->op == SPINRULE_OP_ACQUIRE && (saved >= 0 || value >= 0) ? irql_before () : -1;
	lockprog_op *op = lockprog_add_op (program, at, LOCKPROG_LOCKOP, place);
	op->ddi = ddi;
	op->text = lock_text (call, ddi);
	op->written = ddi_written (call, ddi);
	op->address = lock;
	op->class_ = class_;
	op->handle = handle;
	op->irql = irql;
	op->value = saved >= 0 ? saved : value;
	if (ddi->op != SPINRULE_OP_MOMENTARY && ddi->op != SPINRULE_OP_INIT && ddi->group != SPINRULE_GROUP_DPC
	    && ddi->group != SPINRULE_GROUP_QUEUED_DPC)
		change_irql (before, op->value, place);

	if (ddi->irql == SPINRULE_IRQL_THROUGH)
		store_through (call, gimple_call_arg (call, ddi->irql_arg), saved);
	if (ddi->op == SPINRULE_OP_MOMENTARY)
		clobber_arguments (call, { ddi->lock });
	if (value >= 0)
		store_call_result (call, value);
	else
		define_call_result (call);
	return ddi->op != SPINRULE_OP_LEAVE;
}

/* The role whose type the pointer has that CALL goes through, and *NAME of the type; or NULL. */
static const spinrule_role *
role_of_pointer (gcall *call, const char **name)
{
	tree pointer = gimple_call_fn (call);
	const spinrule_role *role;

	if (!pointer || gimple_call_fndecl (call))
		return NULL;
	role = role_of_type (TREE_TYPE (pointer), name);
	if (!role && TREE_CODE (pointer) == SSA_NAME) {
		gimple *stmt = SSA_NAME_DEF_STMT (pointer);

		if (SSA_NAME_VAR (pointer))
			role = role_of_type (TREE_TYPE (SSA_NAME_VAR (pointer)), name);
		else if (gimple_assign_load_p (stmt))
			role = role_of_type (TREE_TYPE (gimple_assign_rhs1 (stmt)), name);
	}
	return role;
}

/* RULE: who calls a cancel routine through a pointer hands it the cancel spin lock. */
void
function_lowering::lower_cancel_contract (gcall *call)
{
	const char *name;
	const spinrule_role *role = role_of_pointer (call, &name);

	if (!role || !role->enters_with_cancel_lock)
		return;

	const spinrule_ddi *ddi = spinrule_ddi_by_name ("IoReleaseCancelSpinLock");
	const char *text = expr_text (gimple_call_fn (call));
	lockprog_op *op = lockprog_add_op (program, at, LOCKPROG_LOCKOP, place_at (place_of (call)));
	op->ddi = ddi;
	op->text = "the cancel spin lock";
	op->written = text ? text : lockprog_string (name);
}

/* The struct or union of SIZE bytes that POINTER points to, or NULL if it is none or of another size. */
static tree
object_at (tree pointer, tree size)
{
	tree object = NULL_TREE;

	STRIP_NOPS (pointer);
	for (int i = 0; i < 8 && TREE_CODE (pointer) == SSA_NAME; i++) {
		gimple *stmt = SSA_NAME_DEF_STMT (pointer);

		if (!gimple_assign_single_p (stmt) && !gimple_assign_cast_p (stmt))
			break;
		tree from = gimple_assign_rhs1 (stmt);
		if ((TREE_CODE (from) != SSA_NAME && TREE_CODE (from) != ADDR_EXPR) || !POINTER_TYPE_P (TREE_TYPE (from)))
			break;
		pointer = from;
	}
	if (TREE_CODE (pointer) == ADDR_EXPR)
		object = TREE_OPERAND (pointer, 0);
	else if (POINTER_TYPE_P (TREE_TYPE (pointer)) && RECORD_OR_UNION_TYPE_P (TREE_TYPE (TREE_TYPE (pointer))))
		object = build2 (MEM_REF, TREE_TYPE (TREE_TYPE (pointer)), pointer, build_int_cst (TREE_TYPE (pointer), 0));
	if (!object || !RECORD_OR_UNION_TYPE_P (TREE_TYPE (object)) || !TYPE_SIZE_UNIT (TREE_TYPE (object))
	    || !tree_int_cst_equal (TYPE_SIZE_UNIT (TREE_TYPE (object)), size))
		return NULL_TREE;
	return object;
}

/* memset (&x, 0, sizeof x), memcpy (&x, &y, sizeof x): all of an object.  False if CALL is something else. */
bool
function_lowering::lower_block_move (gcall *call)
{
	bool is_set = strstr (IDENTIFIER_POINTER (DECL_NAME (gimple_call_fndecl (call))), "set") != NULL;
	tree object, from = NULL_TREE;

	if (gimple_call_num_args (call) < 3 || TREE_CODE (gimple_call_arg (call, 2)) != INTEGER_CST)
		return false;
	object = object_at (gimple_call_arg (call, 0), gimple_call_arg (call, 2));
	if (!object)
		return false;
	if (is_set && !integer_zerop (gimple_call_arg (call, 1)))
		return false;
	if (!is_set) {
		from = object_at (gimple_call_arg (call, 1), gimple_call_arg (call, 2));
		if (!from || TYPE_MAIN_VARIANT (TREE_TYPE (from)) != TYPE_MAIN_VARIANT (TREE_TYPE (object)))
			return false;
	}
	store_object (call, object, from);
	return true;
}

/* Arithmetic that -fsanitize=undefined checks, and that is what it was.  False if CALL is something else. */
bool
function_lowering::lower_checked_arithmetic (gcall *call)
{
	tree lhs = gimple_call_lhs (call);
	lockprog_expr expr;

	switch (gimple_call_internal_fn (call)) {
	case IFN_UBSAN_CHECK_ADD: expr = LOCKPROG_ADD; break;
	case IFN_UBSAN_CHECK_SUB: expr = LOCKPROG_SUB; break;
	case IFN_UBSAN_CHECK_MUL: expr = LOCKPROG_MUL; break;
	default: return false;
	}
	if (!lhs || TREE_CODE (lhs) != SSA_NAME || !is_word (TREE_TYPE (lhs)))
		return false;
	int a = operand (gimple_call_arg (call, 0)), b = operand (gimple_call_arg (call, 1));

	define (ssa_value (lhs), expr, a, b);
	return true;
}

/* A builtin that is no call.  False if CALL is another function. */
bool
function_lowering::lower_builtin (gcall *call)
{
	tree fndecl = gimple_call_fndecl (call), lhs = gimple_call_lhs (call);
	lockprog_place place = place_at (place_of (call));

	if (gimple_call_internal_p (call)) {
		if (!lower_checked_arithmetic (call))
			define_call_result (call);
		return true;
	}
	if (!fndecl || !fndecl_built_in_p (fndecl))
		return false;
	if (!fndecl_built_in_p (fndecl, BUILT_IN_NORMAL)) {
		define_call_result (call);
		return true;
	}

	const char *name = IDENTIFIER_POINTER (DECL_NAME (fndecl));
	if (!strncmp (name, "__atomic_", 9) || !strncmp (name, "__sync_", 7)) {
		for (unsigned i = 0; i < gimple_call_num_args (call); i++)
			if (POINTER_TYPE_P (TREE_TYPE (gimple_call_arg (call, i)))) {
				std::vector<cell> cells;

				if (clobber_pointed (gimple_call_arg (call, i), place))
					continue;
				/* A cell known by its type alone. */
				tree mem = TREE_TYPE (TREE_TYPE (gimple_call_arg (call, i)));
				if (is_word (mem)) {
					cell c = typed_cell (mem);

					clobber (c, place);
					overlapping_cells (c, &cells);
					for (size_t j = 0; j < cells.size (); j++)
						clobber (cells[j], place);
				}
			}
		define_call_result (call);
		return true;
	}
	switch (DECL_FUNCTION_CODE (fndecl)) {
	case BUILT_IN_EXPECT: case BUILT_IN_EXPECT_WITH_PROBABILITY: case BUILT_IN_ASSUME_ALIGNED:
		if (!lhs || TREE_CODE (lhs) != SSA_NAME || !is_word (TREE_TYPE (lhs)) || !gimple_call_num_args (call))
			break;
		{
			int from = operand (gimple_call_arg (call, 0));

			define (ssa_value (lhs), LOCKPROG_COPY, from, -1);
		}
		return true;
	case BUILT_IN_MEMSET: case BUILT_IN_MEMCPY: case BUILT_IN_MEMMOVE:
	case BUILT_IN_MEMSET_CHK: case BUILT_IN_MEMCPY_CHK: case BUILT_IN_MEMMOVE_CHK:
		if (!lower_block_move (call)
		    && (!gimple_call_num_args (call) || !clobber_pointed (gimple_call_arg (call, 0), place)))
			return false;
		if (lhs && TREE_CODE (lhs) == SSA_NAME && is_word (TREE_TYPE (lhs))) {
			int from = operand (gimple_call_arg (call, 0));

			define (ssa_value (lhs), LOCKPROG_COPY, from, -1);
			return true;
		}
		break;
	case BUILT_IN_VA_START: case BUILT_IN_VA_COPY: case BUILT_IN_VA_END:
		clobber_arguments (call, {});
		break;
	default:
		if (!(gimple_call_flags (call) & (ECF_CONST | ECF_PURE | ECF_NOVOPS)))
			return false;
	}
	define_call_result (call);
	return true;
}

/* True if TYPE is a pointer to a spin lock by its own name or that of what it points to:
   <wdm.h> has "typedef ULONG_PTR KSPIN_LOCK, *PKSPIN_LOCK".  */
static bool
points_to_lock (tree type)
{
	if (!POINTER_TYPE_P (type))
		return false;
	for (tree named : { type, TREE_TYPE (type) })
		if (TYPE_IDENTIFIER (named) && strstr (IDENTIFIER_POINTER (TYPE_IDENTIFIER (named)), "SPIN_LOCK"))
			return true;
	return false;
}

/* Which parameters of a call by FNTYPE are declared as pointers to spin locks, a bit each. */
static unsigned long long
lock_parameters (tree fntype)
{
	function_args_iterator i;
	unsigned long long bits = 0;
	unsigned n = 0;
	tree type;

	FOREACH_FUNCTION_ARGS (fntype, type, i) {
		if (n < 64 && points_to_lock (type))
			bits |= 1ull << n;
		n++;
	}
	return bits;
}

/* True if calls of FNDECL are calls of a function that the unit has a program of. */
static bool
has_program (tree fndecl)
{
	cgraph_node *node = cgraph_node::get (fndecl);

	if (!node)
		return false;
	node = node->ultimate_alias_target ();
	return node->has_gimple_body_p () && !DECL_STATIC_CHAIN (node->decl);
}

/* The argument ARG is the address of VARIABLE, which has two names: its own here, and in the callee the one that all
 * memory of its type has which only a pointer leads to.  Before the call (IN) the one gets what the other
 * holds, after it the other way round. */
void
function_lowering::pass_variable (tree arg, const cell &variable, bool in, lockprog_place place)
{
	cell typed = typed_cell (variable.type);
	int to = operand (arg), from_class = class_number (in ? variable : typed);
	int value = lockprog_add_value (program, NULL, NULL, word_type (variable.type), LOCKPROG_LOAD, to, -1);

	program->values[value].class_ = from_class;
	lockprog_define (program, at, value, place);
	int to_class = class_number (in ? typed : variable);
	lockprog_op *op = lockprog_add_op (program, at, LOCKPROG_STORE, place);
	op->address = to;
	op->class_ = to_class;
	op->value = value;
}

/* Variables whose addresses are arguments, at the call of a function that has a program. */
void
function_lowering::pass_variables (gcall *call, bool in)
{
	lockprog_place place = place_at (place_of (call));

	for (unsigned i = 0; i < gimple_call_num_args (call); i++) {
		tree arg = gimple_call_arg (call, i);
		std::vector<cell> cells;

		if (!POINTER_TYPE_P (TREE_TYPE (arg)))
			continue;
		known_cells_at (arg, &cells);
		for (size_t j = 0; j < cells.size (); j++) {
			/* Fields have one name everywhere. */
			if (cells[j].owner)
				continue;
			if (is_word (cells[j].type) && cells.size () == 1)
				pass_variable (arg, cells[j], in, place);
			else if (!in && !RECORD_OR_UNION_TYPE_P (cells[j].type))
				clobber (cells[j], place);
		}
	}
}

/* IRQLs that an annotated callee is handed, or hands out, through the pointers ARGS. */
void
function_lowering::pass_irqls (gcall *call, const std::vector<int> &args, bool in)
{
	lockprog_place place = place_at (place_of (call));

	for (int i : args) {
		std::vector<cell> cells;

		if (i >= (int) gimple_call_num_args (call))
			continue;
		known_cells_at (gimple_call_arg (call, i), &cells);
		if (cells.size () == 1 && is_word (cells[0].type) && word_type (cells[0].type).bits == 8)
			pass_variable (gimple_call_arg (call, i), cells[0], in, place);
		else if (!in)
			for (const cell &c : cells)
				clobber (c, place);
	}
}

/* True if functions of types X and Y, which are compatible for GIMPLE, to which all pointers are, take pointers to the same. */
static bool
takes_the_same (tree x, tree y)
{
	for (x = TYPE_ARG_TYPES (x), y = TYPE_ARG_TYPES (y); x && y; x = TREE_CHAIN (x), y = TREE_CHAIN (y)) {
		if (!POINTER_TYPE_P (TREE_VALUE (x)) || !POINTER_TYPE_P (TREE_VALUE (y)))
			continue;

		tree to = TREE_TYPE (TREE_VALUE (x)), other = TREE_TYPE (TREE_VALUE (y));
		if (!VOID_TYPE_P (to) && TYPE_MAIN_VARIANT (to) != TYPE_MAIN_VARIANT (other))
			return false;
	}
	return true;
}

/* The functions of this unit whose address is taken and that CALL's pointer may point to. */
static std::vector<tree>
targets_of (gcall *call)
{
	std::vector<tree> targets;
	tree type = gimple_call_fntype (call);
	const char *name;
	const spinrule_role *role = role_of_pointer (call, &name);
	cgraph_node *node;

	FOR_EACH_FUNCTION_WITH_GIMPLE_BODY (node) {
		if (!node->address_taken || !type || !types_compatible_p (type, TREE_TYPE (node->decl)))
			continue;

		/* What a cancel routine does to the cancel spin lock is said where it is called as one; no other role's
		 * pointer leads to it. */
		const spinrule_role *own = role_of (node->decl);
		if (own && own->enters_with_cancel_lock && (role || !takes_the_same (type, TREE_TYPE (node->decl))))
			continue;
		targets.push_back (node->decl);
	}
	std::reverse (targets.begin (), targets.end ());
	return targets;
}

/* True if FNDECL gives the same answer whenever one thread asks: locks that count their owner's visits compare it. */
static bool
answers_by_thread (tree fndecl)
{
	static const char *const names[] = {
		"KeGetCurrentThread", "PsGetCurrentThread", "PsGetCurrentThreadId",
		"PsGetCurrentProcess", "PsGetCurrentProcessId", "IoGetCurrentProcess",
	};

	for (const char *name : names)
		if (DECL_NAME (fndecl) && !strcmp (IDENTIFIER_POINTER (DECL_NAME (fndecl)), name))
			return true;
	return false;
}

/* A call of a function whose result depends on its arguments alone.  False if CALL is another one. */
bool
function_lowering::lower_const_call (gcall *call)
{
	tree fndecl = gimple_call_fndecl (call), lhs = gimple_call_lhs (call);
	int operands[2] = { -1, -1 };

	if (!fndecl || !(gimple_call_flags (call) & ECF_CONST || answers_by_thread (fndecl)) || (gimple_call_flags (call) & ECF_NORETURN)
	    || gimple_call_num_args (call) > 2 || !lhs || TREE_CODE (lhs) != SSA_NAME || !is_word (TREE_TYPE (lhs)))
		return false;
	/* An object of its own, so never null either. */
	if (answers_by_thread (fndecl)) {
		int thread = object (function_name (fndecl), false);

		unit->objects[program->values[thread].object].is_thread = true;
		define (ssa_value (lhs), LOCKPROG_COPY, thread, -1);
		return true;
	}
	for (unsigned i = 0; i < gimple_call_num_args (call); i++) {
		tree arg = gimple_call_arg (call, i);

		if (!is_word (TREE_TYPE (arg)) || !is_gimple_val (arg))
			return false;
		operands[i] = operand (arg);
	}
	for (int i = 0; i < 2; i++)
		if (operands[i] < 0)
			operands[i] = constant (word_type (sizetype), 0);
	opaque (ssa_value (lhs), function_name (fndecl), operands[0], operands[1]);
	return true;
}

/* A call.  False if it does not come back. */
bool
function_lowering::lower_call (gcall *call)
{
	bool comes_back = !(gimple_call_flags (call) & ECF_NORETURN);
	tree fndecl = gimple_call_fndecl (call);
	lockprog_place place = place_at (place_of (call));
	std::vector<int> args;

	if (lower_assumption (call))
		return true;
	if (const spinrule_ddi *ddi = ddi_of_call (call))
		return lower_ddi (call, ddi);
	if (lower_atomic (call) || lower_builtin (call) || lower_const_call (call) || lower_irql_call (call))
		return comes_back;
	const char *name = "*";
	tree annotated = annotated_callee (call, &name);
	if (!annotated)
		lower_cancel_contract (call);
	for (unsigned i = 0; i < gimple_call_num_args (call); i++) {
		tree arg = gimple_call_arg (call, i);

		args.push_back (is_word (TREE_TYPE (arg)) && is_gimple_val (arg) ? operand (arg) : -1);
	}
	/* What a function of this unit writes, its own program says. */
	bool has_own_program = fndecl && has_program (fndecl);
	if (has_own_program)
		pass_variables (call, true);
	else if (annotated)
		pass_irqls (call, irql_parameters (annotated, ANNOTATION_IRQL_RESTORES), true);
	int value = call_result (call);
	if (fndecl) {
		cgraph_node *node = cgraph_node::get (fndecl);

		name = function_name (node ? node->ultimate_alias_target ()->decl : fndecl);
	}
	lockprog_op *op = lockprog_add_op (program, at, LOCKPROG_CALL, place);
	op->text = lockprog_string (name);
	op->value = value;
	op->is_system = fndecl && (fndecl_built_in_p (fndecl) || in_system_header_at (DECL_SOURCE_LOCATION (fndecl)));
	op->lock_args = lock_parameters (gimple_call_fntype (call));
	for (size_t i = 0; i < args.size (); i++)
		lockprog_add_arg (op, args[i]);
	if (!fndecl && !annotated)
		for (tree target : targets_of (call))
			lockprog_add_target (op, function_name (target));

	if (has_own_program) {
		pass_variables (call, false);
	} else {
		std::vector<int> saved;

		if (annotated)
			saved = irql_parameters (annotated, ANNOTATION_IRQL_SAVES);
		clobber_arguments (call, saved);
		pass_irqls (call, saved, false);
	}
	store_call_result (call, value);
	return comes_back;
}
