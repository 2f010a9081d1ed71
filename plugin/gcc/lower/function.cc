/* function.cc - the values of one function's lock program.
 *
 * An address is a base, indices times sizes, and one constant last.
 *
 * SPDX-License-Identifier: MIT
 */

#include "compat.h"
#include "args.h"
#include "source/ddi.h"
#include "source/lockname.h"
#include "source/names.h"
#include "lower/constant.h"
#include "lower/escape.h"
#include "lower/function.h"

int
function_lowering::constant (lockprog_type type, long long number)
{
	if (type.bits < 64) {
		unsigned shift = 64 - type.bits;
		unsigned long long top = (unsigned long long) number << shift;

		number = type.is_signed ? (long long) top >> shift : (long long) (top >> shift);
	}
	auto key = std::make_pair (type.bits * 4 + type.is_signed * 2 + type.is_pointer, number);
	auto known = constants.find (key);
	if (known != constants.end ())
		return known->second;
	return constants[key] = lockprog_const (program, type, number);
}

int
function_lowering::object (const char *name, bool is_local)
{
	auto known = objects.find (name);

	if (known != objects.end ())
		return known->second;
	int number = lockprog_object (unit, name, is_local);
	int value = lockprog_add_value (program, NULL, NULL, pointer_type (), LOCKPROG_OBJECT, -1,
					-1);
	program->values[value].object = number;
	return objects[name] = value;
}

/* A struct that is a parameter or a result outlives its function: one hands it over to
 * another. */
int
function_lowering::variable (tree decl)
{
	bool is_handed = TREE_CODE (decl) == RESULT_DECL
			 || (TREE_CODE (decl) == PARM_DECL && AGGREGATE_TYPE_P (TREE_TYPE (decl)));
	int value = object (object_name (decl), !is_global_var (decl) && !is_handed);

	struct lockprog_object *made = &unit->objects[program->values[value].object];
	made->is_contained = is_contained_variable (decl);
	made->is_constant = is_constant_variable (decl);
	return value;
}

int
function_lowering::unknown (lockprog_type type)
{
	return add (type, LOCKPROG_UNKNOWN, -1, -1);
}

int
function_lowering::add (lockprog_type type, lockprog_expr expr, int a, int b)
{
	int value = lockprog_add_value (program, NULL, NULL, type, expr, a, b);

	lockprog_define (program, at, value, lockprog_place ());
	return value;
}

int
function_lowering::cast (int value, lockprog_type type)
{
	lockprog_type from = program->values[value].type;

	if (from.bits == type.bits && from.is_signed == type.is_signed
	    && from.is_pointer == type.is_pointer)
		return value;
	if (program->values[value].expr == LOCKPROG_CONST)
		return constant (type, program->values[value].constant);
	return add (type, LOCKPROG_COPY, value, -1);
}

void
function_lowering::define (int value, lockprog_expr expr, int a, int b)
{
	gcc_assert (value >= 0);
	program->values[value].expr = expr;
	program->values[value].a = a;
	program->values[value].b = b;
	lockprog_define (program, at, value, lockprog_place ());
	note_defined (value);
}

void
function_lowering::note_defined (int value)
{
	if ((size_t) value >= defined.size ())
		defined.resize (program->n_values);
	defined[value] = true;
}

void
function_lowering::define_wrapping (int value, lockprog_expr expr, int a, int b)
{
	lockprog_type type = program->values[value].type;

	type.is_signed = false;
	a = cast (a, type);
	b = cast (b, type);
	define (value, LOCKPROG_COPY, add (type, expr, a, b), -1);
}

static bool
is_used (tree name)
{
	return !has_zero_uses (name);
}

/* What a dump calls the value of NAME, an SSA name. */
static const char *
name_in_dump (tree name)
{
	tree identifier = SSA_NAME_IDENTIFIER (name);
	std::string text = identifier ? IDENTIFIER_POINTER (identifier) : "";

	return lockprog_string ((text + "_" + std::to_string (SSA_NAME_VERSION (name))).c_str ());
}

int
function_lowering::ssa_value (tree name)
{
	unsigned version = SSA_NAME_VERSION (name);
	tree var = SSA_NAME_VAR (name);
	gimple *stmt = SSA_NAME_DEF_STMT (name);
	const char *text = NULL;

	if (values.size () <= version)
		values.resize (num_ssa_names, -1);
	if (values[version] >= 0)
		return values[version];
	/* The address of a result that is returned by reference. */
	if (SSA_NAME_IS_DEFAULT_DEF (name) && var && TREE_CODE (var) == RESULT_DECL
	    && DECL_BY_REFERENCE (var)) {
		values[version] = variable (var);
		note_defined (values[version]);
		return values[version];
	}
	const spinrule_ddi *ddi = ddi_of_call (stmt);
	if ((var && DECL_NAME (var) && !DECL_ARTIFICIAL (var)) || gimple_assign_load_p (stmt)
	    || (is_gimple_call (stmt) && (!ddi || spinrule_is_try (ddi))))
		text = expr_text (name);

	lockprog_type type = { 64, false, false };
	if (is_word (TREE_TYPE (name)))
		type = word_type (TREE_TYPE (name));
	const char *called = args.dump ? name_in_dump (name) : NULL;
	int value = lockprog_add_value (program, called, text, type, LOCKPROG_UNKNOWN, -1, -1);
	program->values[value].used = is_used (name);
	values[version] = value;

	if (SSA_NAME_IS_DEFAULT_DEF (name) && var && TREE_CODE (var) == PARM_DECL) {
		int number = 0;

		for (tree parm = DECL_ARGUMENTS (fun->decl); parm && parm != var;
		     parm = DECL_CHAIN (parm))
			number++;
		if (number < program->n_params) {
			program->values[value].expr = LOCKPROG_PARAM;
			program->values[value].constant = number;
			note_defined (value);
		}
	}
	return value;
}

/* The variable that NAME, an SSA name, is while nothing was written to it, if it may hold
 * an IRQL; else NULL. */
static tree
unset_byte (tree name)
{
	tree var = SSA_NAME_IS_DEFAULT_DEF (name) ? SSA_NAME_VAR (name) : NULL_TREE;

	return var && VAR_P (var) && DECL_NAME (var) && INTEGRAL_TYPE_P (TREE_TYPE (var))
	       && word_type (TREE_TYPE (var)).bits == 8 ? var : NULL_TREE;
}

/* A name that no lowered statement defines has one unknown value.  That of a byte is what
 * its variable holds at the entry: an IRQL that is given back and was never written is
 * recognised by it. */
void
function_lowering::define_undefined ()
{
	at = 0;
	for (unsigned version = 0; version < values.size (); version++) {
		int value = values[version];

		if (value < 0 || is_defined (value))
			continue;
		tree var = unset_byte (ssa_name (version));
		if (!var) {
			define (value, LOCKPROG_UNKNOWN, -1, -1);
			continue;
		}
		struct lockprog_class own = {};
		own.name = object_name (var);
		own.lifetime = LOCKPROG_PRIVATE;
		int from = object (own.name, true);
		program->values[value].class_ = lockprog_class (unit, &own);
		define (value, LOCKPROG_LOAD, from, -1);
	}
}

int
function_lowering::operand (tree value)
{
	STRIP_NOPS (value);
	if (!is_word (TREE_TYPE (value)))
		return unknown (offset_type ());
	switch (TREE_CODE (value)) {
	case SSA_NAME:
		return ssa_value (value);
	case INTEGER_CST:
		return constant (word_type (TREE_TYPE (value)), word_constant (value));
	case ADDR_EXPR:
		return address (TREE_OPERAND (value, 0));
	default:
		return unknown (word_type (TREE_TYPE (value)));
	}
}

/* The address of REF but for *OFFSET bytes, to which REF's own are added. */
int
function_lowering::base_address (tree ref, HOST_WIDE_INT *offset)
{
	int base;

	switch (TREE_CODE (ref)) {
	case VAR_DECL: case PARM_DECL: case RESULT_DECL:
		if (VAR_P (ref) && DECL_WEAK (ref))
			break;	/* may be null */
		return variable (ref);
	case FUNCTION_DECL:
		if (DECL_WEAK (ref) && DECL_EXTERNAL (ref))
			break;
		return object (function_name (ref), false);
	case LABEL_DECL:
		return object (object_name (ref), false);
	case STRING_CST: case CONST_DECL: {
		const char *&name = literals[ref];

		if (!name)
			name = lockprog_string (("constant~"
						 + std::to_string (unit->n_objects)).c_str ());
		return object (name, false);
	}
	case MEM_REF:
		*offset += wi::to_wide (TREE_OPERAND (ref, 1)).to_shwi ();
		if (TREE_CODE (TREE_OPERAND (ref, 0)) == ADDR_EXPR)
			return base_address (TREE_OPERAND (TREE_OPERAND (ref, 0), 0), offset);
		return operand (TREE_OPERAND (ref, 0));
	case COMPONENT_REF: {
		tree field = TREE_OPERAND (ref, 1);

		if (TREE_OPERAND (ref, 2) || !tree_fits_shwi_p (DECL_FIELD_OFFSET (field)))
			break;
		base = base_address (TREE_OPERAND (ref, 0), offset);
		*offset += tree_to_shwi (DECL_FIELD_OFFSET (field))
			   + tree_to_uhwi (DECL_FIELD_BIT_OFFSET (field)) / BITS_PER_UNIT;
		return base;
	}
	case ARRAY_REF: {
		tree size = array_ref_element_size (ref), low = array_ref_low_bound (ref),
		     index = TREE_OPERAND (ref, 1);

		if (!tree_fits_shwi_p (size) || !tree_fits_shwi_p (low))
			break;
		base = base_address (TREE_OPERAND (ref, 0), offset);
		*offset -= tree_to_shwi (low) * tree_to_shwi (size);
		if (tree_fits_shwi_p (index)) {
			*offset += tree_to_shwi (index) * tree_to_shwi (size);
			return base;
		}
		int number = cast (operand (index), offset_type ());
		if (tree_to_shwi (size) != 1)
			number = add (offset_type (), LOCKPROG_MUL, number,
				      constant (offset_type (), tree_to_shwi (size)));
		return add (pointer_type (), LOCKPROG_ADD, base, number);
	}
	case VIEW_CONVERT_EXPR: case REALPART_EXPR:
		return base_address (TREE_OPERAND (ref, 0), offset);
	default:
		break;
	}
	return unknown (pointer_type ());
}

int
function_lowering::address (tree ref)
{
	HOST_WIDE_INT offset = 0;
	int base = base_address (ref, &offset);

	if (offset == 0)
		return base;
	return add (pointer_type (), LOCKPROG_ADD, base, constant (offset_type (), offset));
}

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

void
function_lowering::mark_unless_seen (int n, const char *callee)
{
	lockprog_block *block = &program->blocks[at];

	for (; n < block->n_ops; n++) {
		block->ops[n].unless_seen = true;
		block->ops[n].text = callee;
	}
}
