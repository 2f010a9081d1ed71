/* stmt.cc - statements and comparisons.
 *
 * SPDX-License-Identifier: MIT
 */

#include "compat.h"
#include "source/lockname.h"
#include "source/place.h"
#include "lower/bits.h"
#include "lower/builtin.h"
#include "lower/call.h"
#include "lower/guard.h"
#include "lower/memory.h"
#include "lower/opaque.h"
#include "lower/processor.h"
#include "lower/stmt.h"

void
lower_params (function_lowering &l)
{
	int n = 0;

	for (tree parm = DECL_ARGUMENTS (l.fun->decl); parm; parm = DECL_CHAIN (parm))
		n++;
	/* The function that a nested one lies in is its last parameter. */
	l.program->n_params = n + (l.fun->static_chain_decl != NULL_TREE);
	n = 0;
	for (tree parm = DECL_ARGUMENTS (l.fun->decl); parm; parm = DECL_CHAIN (parm), n++) {
		std::vector<cell> cells;

		if (tree name = ssa_default_def (l.fun, parm)) {
			if (is_word (TREE_TYPE (name)))
				l.ssa_value (name);
			continue;
		}
		/* A parameter whose address is taken lives in memory. */
		cells_of (parm, &cells);
		if (!TREE_ADDRESSABLE (parm) || TREE_THIS_VOLATILE (parm)
		    || !is_whole_cell (parm, cells))
			continue;
		std::string name = DECL_NAME (parm) ? IDENTIFIER_POINTER (DECL_NAME (parm))
						    : "parm";
		int value = lockprog_add_value (l.program, (name + ".param").c_str (),
						expr_text (parm),
						word_type (TREE_TYPE (parm)), LOCKPROG_PARAM, -1,
						-1);
		l.program->values[value].constant = n;
		int to = l.address (parm), number = class_number (l, cells[0]);
		lockprog_op *op = lockprog_add_op (l.program, l.at, LOCKPROG_STORE,
						   lockprog_place ());
		op->address = to;
		op->class_ = number;
		op->value = value;
	}
}

static bool
comparison_expr (tree_code code, lockprog_expr *expr)
{
	switch (code) {
	case EQ_EXPR: *expr = LOCKPROG_EQ; return true;
	case NE_EXPR: *expr = LOCKPROG_NE; return true;
	case LT_EXPR: *expr = LOCKPROG_LT; return true;
	case LE_EXPR: *expr = LOCKPROG_LE; return true;
	case GT_EXPR: *expr = LOCKPROG_GT; return true;
	case GE_EXPR: *expr = LOCKPROG_GE; return true;
	default: return false;
	}
}

/* Signed arithmetic that wraps around (-fwrapv); a lock program's does not. */
static bool
wraps (tree type)
{
	return INTEGRAL_TYPE_P (type) && !TYPE_UNSIGNED (type) && TYPE_OVERFLOW_WRAPS (type);
}

static bool
arithmetic_expr (tree_code code, lockprog_expr *expr)
{
	switch (code) {
	case PLUS_EXPR: case POINTER_PLUS_EXPR: *expr = LOCKPROG_ADD; return true;
	case MINUS_EXPR: case POINTER_DIFF_EXPR: *expr = LOCKPROG_SUB; return true;
	case MULT_EXPR: *expr = LOCKPROG_MUL; return true;
	case BIT_AND_EXPR: case TRUTH_AND_EXPR: *expr = LOCKPROG_AND; return true;
	case BIT_IOR_EXPR: case TRUTH_OR_EXPR: *expr = LOCKPROG_OR; return true;
	case BIT_XOR_EXPR: case TRUTH_XOR_EXPR: *expr = LOCKPROG_XOR; return true;
	case LSHIFT_EXPR: *expr = LOCKPROG_SHL; return true;
	case RSHIFT_EXPR: *expr = LOCKPROG_SHR; return true;
	default: return comparison_expr (code, expr);
	}
}

int
lower_comparison (function_lowering &l, tree_code code, tree a, tree b)
{
	lockprog_expr expr;

	int fields = compare_members (l, code, a, b);
	if (fields >= 0)
		return fields;
	if (!comparison_expr (code, &expr) || !is_word (TREE_TYPE (a)) || !is_word (TREE_TYPE (b)))
		return opaque_comparison (l, code, a, b);
	if (expr == LOCKPROG_NE && integer_zerop (b))
		return l.operand (a);
	int x = l.operand (a), y = l.operand (b);
	return l.add (truth_type, expr, x, y);
}

void
lower_phi (function_lowering &l, gphi *phi)
{
	tree result = gimple_phi_result (phi);

	if (is_word (TREE_TYPE (result)) || is_opaque (TREE_TYPE (result)))
		l.define (l.ssa_value (result), LOCKPROG_PHI, -1, -1);
}

/* The struct that REF is, where that is accessed as an array of bytes: memcpy as GCC
 * writes it on 32-bit targets.  Otherwise REF. */
static tree
struct_of_bytes (tree ref)
{
	if (TREE_CODE (ref) != MEM_REF || TREE_CODE (TREE_TYPE (ref)) != ARRAY_TYPE
	    || TREE_CODE (TREE_OPERAND (ref, 0)) != ADDR_EXPR
	    || !integer_zerop (TREE_OPERAND (ref, 1)))
		return ref;
	tree object = object_of_size (TREE_OPERAND (ref, 0), TYPE_SIZE_UNIT (TREE_TYPE (ref)));
	return object && RECORD_OR_UNION_TYPE_P (TREE_TYPE (object)) ? object : ref;
}

static void
lower_assign (function_lowering &l, gassign *assign)
{
	tree lhs = gimple_assign_lhs (assign), rhs1 = gimple_assign_rhs1 (assign),
	     rhs2 = gimple_assign_rhs2 (assign);
	tree_code code = gimple_assign_rhs_code (assign);
	lockprog_expr expr;

	if (gimple_assign_single_p (assign)) {
		tree to = struct_of_bytes (lhs), from = struct_of_bytes (rhs1);

		/* Both, or all of it becomes zero. */
		if (to != lhs && (from != rhs1 || code == CONSTRUCTOR)) {
			lhs = to;
			rhs1 = from;
		}
	}
	if (gimple_clobber_p (assign))
		return;
	if (TREE_CODE (lhs) != SSA_NAME) {
		bool is_value = is_word (TREE_TYPE (rhs1)) && is_gimple_val (rhs1);

		if (gimple_assign_single_p (assign) && lower_copy_words (l, assign))
			return;
		if (!RECORD_OR_UNION_TYPE_P (TREE_TYPE (lhs))
		    && TREE_CODE (TREE_TYPE (lhs)) != ARRAY_TYPE)
			lower_store (l, assign, lhs, is_value ? l.operand (rhs1) : -1);
		else if (code == CONSTRUCTOR && !CONSTRUCTOR_NELTS (rhs1))
			lower_store_object (l, assign, lhs, NULL_TREE);
		else if (gimple_assign_single_p (assign) && code != CONSTRUCTOR
			 && code != WITH_SIZE_EXPR
			 && (TYPE_MAIN_VARIANT (TREE_TYPE (rhs1))
			     == TYPE_MAIN_VARIANT (TREE_TYPE (lhs))))
			lower_store_object (l, assign, lhs, rhs1);
		else
			lower_store (l, assign, lhs, -1);
		return;
	}
	if (!is_word (TREE_TYPE (lhs))) {
		if (is_opaque (TREE_TYPE (lhs)) && gimple_assign_load_p (assign))
			opaque_load (l, l.ssa_value (lhs), rhs1);
		else if (is_opaque (TREE_TYPE (lhs)))
			opaque_assign (l, l.ssa_value (lhs), assign);
		return;
	}

	int value = l.ssa_value (lhs);
	lockprog_type type = word_type (TREE_TYPE (lhs));
	if (gimple_assign_load_p (assign)) {
		if (opaque_load (l, value, rhs1))
			return;
		lower_load (l, rhs1, value);
		if (TREE_CODE (rhs1) == BIT_FIELD_REF)
			load_members (l, lhs, rhs1);
		return;
	}
	if (TREE_CODE_CLASS (code) == tcc_comparison) {
		l.define (value, LOCKPROG_COPY, lower_comparison (l, code, rhs1, rhs2), -1);
		return;
	}
	if (code == ADDR_EXPR) {
		l.define (value, LOCKPROG_COPY, l.address (TREE_OPERAND (rhs1, 0)), -1);
		return;
	}
	/* VIEW_CONVERT_EXPR has its operand inside. */
	if (code == VIEW_CONVERT_EXPR
	    && same_size (TREE_TYPE (lhs), TREE_TYPE (TREE_OPERAND (rhs1, 0))))
		rhs1 = TREE_OPERAND (rhs1, 0);
	bool words = is_word (TREE_TYPE (rhs1)) && is_gimple_val (rhs1)
		     && (!rhs2 || (is_word (TREE_TYPE (rhs2)) && is_gimple_val (rhs2)))
		     && !gimple_assign_rhs3 (assign);

	if (!words) {
		opaque_assign (l, value, assign);
	} else if (!rhs2) {
		int a = l.operand (rhs1);

		if (code == BIT_NOT_EXPR)
			l.define (value, LOCKPROG_NOT, a, -1);
		else if (code == NEGATE_EXPR && wraps (TREE_TYPE (lhs)))
			l.define_wrapping (value, LOCKPROG_SUB, l.constant (type, 0), a);
		else if (code == NEGATE_EXPR)
			l.define (value, LOCKPROG_NEG, a, -1);
		else if (code == TRUTH_NOT_EXPR)
			l.define (value, LOCKPROG_EQ, a, l.constant (l.program->values[a].type, 0));
		else if (code == ABS_EXPR || code == ABSU_EXPR)
			lower_opaque (l, value, get_tree_code_name (code), a, a);
		else if (CONVERT_EXPR_CODE_P (code) || code == VIEW_CONVERT_EXPR
			 || gimple_assign_single_p (assign))
			l.define (value, LOCKPROG_COPY, a, -1);
		else
			l.define (value, LOCKPROG_UNKNOWN, -1, -1);
	} else if (arithmetic_expr (code, &expr)) {
		int a = l.operand (rhs1), b = l.operand (rhs2);

		/* Both sides of arithmetic have the result's type; shifts and comparisons
		 * differ. */
		if (code == POINTER_DIFF_EXPR) {
			a = l.cast (a, type);
			b = l.cast (b, type);
		}
		if ((code == PLUS_EXPR || code == MINUS_EXPR || code == MULT_EXPR)
		    && wraps (TREE_TYPE (lhs)))
			l.define_wrapping (value, expr, a, b);
		else
			l.define (value, expr, a, b);
	} else {
		int a = l.operand (rhs1), b = l.operand (rhs2);

		lower_opaque (l, value, get_tree_code_name (code), a, b);
	}
}

static void
lower_asm (function_lowering &l, gasm *stmt)
{
	lockprog_place place = place_at (place_of (stmt));
	std::vector<int> outputs;

	/* Like a call into the system: another thread's data may have come in, and
	 * pointers have not changed. */
	if (gimple_asm_clobbers_memory_p (stmt)) {
		lockprog_op *op = lockprog_add_op (l.program, l.at, LOCKPROG_CALL, place);

		op->text = "asm";
		op->is_system = true;
	}
	for (unsigned i = 0; i < gimple_asm_noutputs (stmt); i++) {
		tree output = TREE_VALUE (gimple_asm_output_op (stmt, i));

		if (TREE_CODE (output) != SSA_NAME)
			lower_store (l, stmt, output, -1);
		else if (is_word (TREE_TYPE (output)))
			outputs.push_back (l.ssa_value (output));
	}
	if (lower_processor_read (l, stmt, outputs.size () == 1 ? outputs[0] : -1))
		return;
	for (int output : outputs)
		l.define (output, LOCKPROG_UNKNOWN, -1, -1);
}

bool
lower_stmt (function_lowering &l, gimple *stmt)
{
	bool goes_on = true;

	lower_guards (l, stmt);
	switch (gimple_code (stmt)) {
	case GIMPLE_ASSIGN:
		lower_assign (l, as_a<gassign *> (stmt));
		break;
	case GIMPLE_CALL:
		goes_on = lower_call (l, as_a<gcall *> (stmt));
		break;
	case GIMPLE_ASM:
		lower_asm (l, as_a<gasm *> (stmt));
		break;
	default:
		break;
	}
	define_others (l, stmt);
	return goes_on;
}
