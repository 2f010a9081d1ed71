/* lower-stmt.cc - GIMPLE in SSA form to lock programs: statements and values.
 *
 * What a statement computes becomes a value when a lock program can say it, and an unknown
 * when it cannot.  What it writes becomes a store where one cell is meant, and a clobber
 * where more may be.
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

static const lockprog_place nowhere = lockprog_place ();

/* Fields of one object that are followed when all of it is written at once. */
static const size_t max_members = 64;

/* ---- types and constants ---- */

bool
is_word (tree type)
{
	return (INTEGRAL_TYPE_P (type) || POINTER_TYPE_P (type) || TREE_CODE (type) == NULLPTR_TYPE)
	       && TYPE_PRECISION (type) >= 1 && TYPE_PRECISION (type) <= 64;
}

bool
is_opaque (tree type)
{
	return !is_word (type) && is_gimple_reg_type (type);
}

lockprog_type
word_type (tree type)
{
	lockprog_type word = lockprog_type ();

	word.bits = TYPE_PRECISION (type);
	word.is_pointer = !INTEGRAL_TYPE_P (type);
	word.is_signed = !word.is_pointer && !TYPE_UNSIGNED (type);
	return word;
}

static lockprog_type
pointer_type ()
{
	return word_type (ptr_type_node);
}

/* The type that addresses are computed in. */
static lockprog_type
offset_type ()
{
	return word_type (sizetype);
}

long long
word_constant (tree cst)
{
	tree type = TREE_TYPE (cst);

	if (TYPE_UNSIGNED (type) || !INTEGRAL_TYPE_P (type))
		return (long long) wi::to_wide (cst).to_uhwi ();
	return wi::to_wide (cst).to_shwi ();
}

/* ---- values ---- */

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
	int value = lockprog_add_value (program, NULL, NULL, pointer_type (), LOCKPROG_OBJECT, -1, -1);
	program->values[value].object = number;
	return objects[name] = value;
}

/* A new value, defined here. */
int
function_lowering::add (lockprog_type type, lockprog_expr expr, int a, int b)
{
	int value = lockprog_add_value (program, NULL, NULL, type, expr, a, b);

	lockprog_define (program, at, value, nowhere);
	return value;
}

int
function_lowering::unknown (lockprog_type type)
{
	return add (type, LOCKPROG_UNKNOWN, -1, -1);
}

int
function_lowering::cast (int value, lockprog_type type)
{
	lockprog_type from = program->values[value].type;

	if (from.bits == type.bits && from.is_signed == type.is_signed && from.is_pointer == type.is_pointer)
		return value;
	if (program->values[value].expr == LOCKPROG_CONST)
		return constant (type, program->values[value].constant);
	return add (type, LOCKPROG_COPY, value, -1);
}

/* Make VALUE, which stands for an SSA name, what EXPR says, defined here. */
void
function_lowering::define (int value, lockprog_expr expr, int a, int b)
{
	program->values[value].expr = expr;
	program->values[value].a = a;
	program->values[value].b = b;
	lockprog_define (program, at, value, nowhere);
	defined.insert (value);
}

static bool
is_used (tree name)
{
	return !has_zero_uses (name);
}

int
function_lowering::ssa_value (tree name)
{
	auto known = values.find (SSA_NAME_VERSION (name));
	tree var = SSA_NAME_VAR (name);
	gimple *stmt = SSA_NAME_DEF_STMT (name);
	const char *text = NULL;

	if (known != values.end ())
		return known->second;
	const spinrule_ddi *ddi = ddi_of_call (stmt);
	if ((var && DECL_NAME (var) && !DECL_ARTIFICIAL (var)) || gimple_assign_load_p (stmt)
	    || (is_gimple_call (stmt) && (!ddi || ddi->op == SPINRULE_OP_TRY)))
		text = expr_text (name);

	lockprog_type type = { 64, false, false };
	if (is_word (TREE_TYPE (name)))
		type = word_type (TREE_TYPE (name));
	std::string called = var && DECL_NAME (var) ? IDENTIFIER_POINTER (DECL_NAME (var)) : "";
	called += "_" + std::to_string (SSA_NAME_VERSION (name));
	int value = lockprog_add_value (program, called.c_str (), text, type, LOCKPROG_UNKNOWN, -1, -1);
	program->values[value].used = is_used (name);
	values[SSA_NAME_VERSION (name)] = value;

	if (SSA_NAME_IS_DEFAULT_DEF (name) && var && TREE_CODE (var) == PARM_DECL) {
		int number = 0;

		for (tree parm = DECL_ARGUMENTS (fun->decl); parm && parm != var; parm = DECL_CHAIN (parm))
			number++;
		if (number < program->n_params) {
			program->values[value].expr = LOCKPROG_PARAM;
			program->values[value].constant = number;
			defined.insert (value);
		}
	}
	return value;
}

/* What no statement on the way defines is unknown, and the same all the time. */
void
function_lowering::define_undefined ()
{
	at = 0;
	for (auto &entry : values)
		if (!defined.count (entry.second))
			define (entry.second, LOCKPROG_UNKNOWN, -1, -1);
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

/* ---- addresses: a base, indices times sizes, and one constant last ---- */

/* The address of REF but for *OFFSET bytes, to which REF's own are added. */
int
function_lowering::base_address (tree ref, HOST_WIDE_INT *offset)
{
	int base;

	switch (TREE_CODE (ref)) {
	case VAR_DECL: case PARM_DECL: case RESULT_DECL:
		if (VAR_P (ref) && DECL_WEAK (ref))
			break;	/* may be null */
		return object (object_name (ref), !is_global_var (ref));
	case FUNCTION_DECL:
		if (DECL_WEAK (ref) && DECL_EXTERNAL (ref))
			break;
		return object (function_name (ref), false);
	case LABEL_DECL:
		return object (object_name (ref), false);
	case STRING_CST: case CONST_DECL:
		return object (lockprog_string (("constant~" + std::to_string (unit->n_objects)).c_str ()), false);
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
		tree size = array_ref_element_size (ref), low = array_ref_low_bound (ref), index = TREE_OPERAND (ref, 1);

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
			number = add (offset_type (), LOCKPROG_MUL, number, constant (offset_type (), tree_to_shwi (size)));
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

/* ---- cells ---- */

int
function_lowering::class_number (const cell &c)
{
	struct lockprog_class made = {};

	made.name = c.class_name;
	made.lifetime = c.lifetime;
	return lockprog_class (unit, &made);
}

static bool
same_size (tree a, tree b)
{
	return TYPE_SIZE (a) && TYPE_SIZE (b) && tree_int_cst_equal (TYPE_SIZE (a), TYPE_SIZE (b));
}

bool
is_whole_cell (tree ref, const std::vector<cell> &cells)
{
	if (cells.size () != 1 || TREE_CODE (ref) == BIT_FIELD_REF || TREE_CODE (ref) == REALPART_EXPR
	    || TREE_CODE (ref) == IMAGPART_EXPR || !is_word (TREE_TYPE (ref)))
		return false;

	tree type = cells[0].type;
	while (TREE_CODE (type) == ARRAY_TYPE)
		type = TREE_TYPE (type);
	return is_word (type) && same_size (type, TREE_TYPE (ref));
}

/* What REF holds, as VALUE. */
int
function_lowering::load (tree ref, int value)
{
	std::vector<cell> cells;

	cells_of (ref, &cells);
	if (TREE_THIS_VOLATILE (ref) || !is_whole_cell (ref, cells)) {
		define (value, LOCKPROG_UNKNOWN, -1, -1);
		return value;
	}
	int from = address (ref);
	program->values[value].class_ = class_number (cells[0]);
	define (value, LOCKPROG_LOAD, from, -1);
	return value;
}

void
function_lowering::clobber (const cell &changed, lockprog_place place)
{
	int number = class_number (changed);

	lockprog_add_op (program, at, LOCKPROG_CLOBBER, place)->class_ = number;
}

/* The address of member M of OBJECT. */
int
function_lowering::member_address (tree object, const member &m)
{
	int to = address (object);

	if (HOST_WIDE_INT offset = m.at / BITS_PER_UNIT)
		to = add (pointer_type (), LOCKPROG_ADD, to, constant (offset_type (), offset));
	return to;
}

/* Member M of OBJECT as a value; TEXT is how it is written, or NULL. */
int
function_lowering::load_member (tree object, const member &m, const char *text)
{
	lockprog_type type = word_type (m.where.type);
	int from = member_address (object, m), class_ = class_number (m.where);

	type.bits = m.bits;
	int value = lockprog_add_value (program, NULL, text, type, LOCKPROG_LOAD, from, -1);
	program->values[value].class_ = class_;
	lockprog_define (program, at, value, nowhere);
	return value;
}

/* What is stored in all of OBJECT at once: zeros, a string, or what FROM, of the same type, holds.  Fields that somebody
 * reads are stored one by one; the rest has changed. */
void
function_lowering::store_object (gimple *stmt, tree object, tree from)
{
	lockprog_place place = place_at (place_of (stmt));
	std::vector<member> fields;
	std::vector<int> stored;

	if (!TREE_THIS_VOLATILE (object) && tree_fits_shwi_p (TYPE_SIZE (TREE_TYPE (object))))
		members_of (object, 0, tree_to_shwi (TYPE_SIZE (TREE_TYPE (object))), true, &fields);
	for (size_t i = 0; i < fields.size (); i++)
		if (!is_word (fields[i].where.type) || !is_loaded (fields[i].where))
			fields.erase (fields.begin () + i--);
	if (fields.size () > max_members)
		fields.clear ();
	for (size_t i = 0; i < fields.size (); i++) {
		std::vector<member> same;

		if (!from || TREE_CODE (from) == STRING_CST) {
			lockprog_type type = word_type (fields[i].where.type);
			HOST_WIDE_INT byte = fields[i].at / BITS_PER_UNIT;
			bool is_in_string = from && byte < TREE_STRING_LENGTH (from);

			type.bits = fields[i].bits;
			if (from && type.bits != BITS_PER_UNIT)
				stored.push_back (-1);
			else
				stored.push_back (constant (type, is_in_string ? TREE_STRING_POINTER (from)[byte] : 0));
			continue;
		}
		members_of (from, fields[i].at, fields[i].bits, true, &same);
		for (size_t j = 0; j < same.size (); j++)
			if (same[j].path != fields[i].path || same[j].at != fields[i].at)
				same.erase (same.begin () + j--);
		stored.push_back (same.empty () || TREE_THIS_VOLATILE (from) ? -1 : load_member (from, same[0], NULL));
	}
	clobber_object (object, place);
	for (size_t i = 0; i < fields.size (); i++) {
		int to = member_address (object, fields[i]), number = class_number (fields[i].where);
		lockprog_op *op = lockprog_add_op (program, at, LOCKPROG_STORE, place);

		op->address = to;
		op->class_ = number;
		op->value = stored[i];
	}
}

/* All that REF is or has in it has changed. */
void
function_lowering::clobber_object (tree ref, lockprog_place place)
{
	std::vector<cell> cells, inside;

	cells_of (ref, &cells);
	if (TREE_CODE (TREE_TYPE (ref)) == ARRAY_TYPE || RECORD_OR_UNION_TYPE_P (TREE_TYPE (ref)))
		loaded_cells_in (TREE_TYPE (ref), &inside);
	for (size_t i = 0; i < cells.size (); i++) {
		if (cells[i].variable)
			loaded_cells_of_variable (cells[i].variable, &inside);
		else if (RECORD_OR_UNION_TYPE_P (cells[i].type))
			loaded_cells_in (cells[i].type, &inside);
		overlapping_cells (cells[i], &inside);
		inside.push_back (cells[i]);
	}
	std::set<const char *> done;
	for (size_t i = 0; i < inside.size (); i++)
		if (is_word (inside[i].type) || is_opaque (inside[i].type) || TREE_CODE (inside[i].type) == ARRAY_TYPE)
			if (done.insert (inside[i].class_name).second)
				clobber (inside[i], place);
}

/* All that POINTER points to has changed.  False if nobody knows what that is. */
bool
function_lowering::clobber_pointed (tree pointer, lockprog_place place)
{
	std::vector<cell> cells;

	known_cells_at (pointer, &cells);
	for (size_t i = 0; i < cells.size (); i++) {
		std::vector<cell> inside;
		std::set<const char *> done;

		if (cells[i].variable)
			loaded_cells_of_variable (cells[i].variable, &inside);
		else
			loaded_cells_in (cells[i].type, &inside);
		overlapping_cells (cells[i], &inside);
		if (!RECORD_OR_UNION_TYPE_P (cells[i].type))
			inside.push_back (cells[i]);
		for (size_t j = 0; j < inside.size (); j++)
			if (done.insert (inside[j].class_name).second)
				clobber (inside[j], place);
	}
	if (!cells.empty ())
		return true;

	tree type = POINTER_TYPE_P (TREE_TYPE (pointer)) ? TREE_TYPE (TREE_TYPE (pointer)) : void_type_node;
	if (!RECORD_OR_UNION_TYPE_P (type))
		return false;
	loaded_cells_in (type, &cells);
	for (size_t i = 0; i < cells.size (); i++)
		clobber (cells[i], place);
	return true;
}

/* REF, a member of a union, was made zero: so were the members of the union that lie in it. */
void
function_lowering::zero_union (tree ref, lockprog_place place)
{
	HOST_WIDE_INT first = 0;
	tree object = ref, size = TYPE_SIZE (TREE_TYPE (ref));
	std::vector<member> fields;

	while (TREE_CODE (object) == COMPONENT_REF && TREE_CODE (TREE_TYPE (object)) != UNION_TYPE) {
		tree field = TREE_OPERAND (object, 1);

		if (!tree_fits_shwi_p (bit_position (field)))
			return;
		if (object == ref)
			size = DECL_SIZE (field);
		first += tree_to_shwi (bit_position (field));
		object = TREE_OPERAND (object, 0);
	}
	if (TREE_CODE (TREE_TYPE (object)) != UNION_TYPE || !tree_fits_shwi_p (size))
		return;
	members_of (object, first, tree_to_shwi (size), true, &fields);
	for (size_t i = 0; i < fields.size () && i < max_members; i++) {
		if (!is_word (fields[i].where.type) || !is_loaded (fields[i].where))
			continue;
		lockprog_type type = word_type (fields[i].where.type);
		type.bits = fields[i].bits;
		int to = member_address (object, fields[i]), number = class_number (fields[i].where), zero = constant (type, 0);
		lockprog_op *op = lockprog_add_op (program, at, LOCKPROG_STORE, place);
		op->address = to;
		op->class_ = number;
		op->value = zero;
	}
}

/* REF is assigned VALUE, or -1: something. */
void
function_lowering::lower_store (gimple *stmt, tree ref, int value)
{
	lockprog_place place = place_at (place_of (stmt));
	std::vector<cell> cells, others;

	cells_of (ref, &cells);
	if (!is_whole_cell (ref, cells)) {
		clobber_object (ref, place);
		return;
	}
	int to = address (ref), number = class_number (cells[0]);
	lockprog_op *op = lockprog_add_op (program, at, LOCKPROG_STORE, place);
	op->address = to;
	op->class_ = number;
	op->value = TREE_THIS_VOLATILE (ref) ? -1 : value;
	overlapping_cells (cells[0], &others);
	for (size_t i = 0; i < others.size (); i++)
		clobber (others[i], place);
	if (cells[0].in_union && value >= 0 && program->values[value].expr == LOCKPROG_CONST
	    && !program->values[value].constant)
		zero_union (ref, place);
}

/* What POINTER points to is assigned VALUE, or -1: something. */
void
function_lowering::store_through (gimple *stmt, tree pointer, int value)
{
	tree type = TREE_TYPE (pointer);

	if (value < 0 || !POINTER_TYPE_P (type) || !is_word (TREE_TYPE (type)) || word_type (TREE_TYPE (type)).bits != 8)
		clobber_pointed (pointer, place_at (place_of (stmt)));
	else if (TREE_CODE (pointer) == ADDR_EXPR)
		lower_store (stmt, TREE_OPERAND (pointer, 0), value);
	else
		lower_store (stmt, build2 (MEM_REF, TREE_TYPE (type), pointer, build_int_cst (type, 0)), value);
}

void
function_lowering::lower_params ()
{
	int n = 0;

	for (tree parm = DECL_ARGUMENTS (fun->decl); parm; parm = DECL_CHAIN (parm))
		n++;
	program->n_params = n;
	n = 0;
	for (tree parm = DECL_ARGUMENTS (fun->decl); parm; parm = DECL_CHAIN (parm), n++) {
		std::vector<cell> cells;

		if (tree name = ssa_default_def (fun, parm)) {
			if (is_word (TREE_TYPE (name)))
				ssa_value (name);
			continue;
		}
		/* A parameter whose address is taken lives in memory. */
		cells_of (parm, &cells);
		if (!TREE_ADDRESSABLE (parm) || TREE_THIS_VOLATILE (parm) || !is_whole_cell (parm, cells))
			continue;
		std::string name = DECL_NAME (parm) ? IDENTIFIER_POINTER (DECL_NAME (parm)) : "parm";
		int value = lockprog_add_value (program, (name + ".param").c_str (), expr_text (parm),
						word_type (TREE_TYPE (parm)), LOCKPROG_PARAM, -1, -1);
		program->values[value].constant = n;
		int to = address (parm), number = class_number (cells[0]);
		lockprog_op *op = lockprog_add_op (program, at, LOCKPROG_STORE, nowhere);
		op->address = to;
		op->class_ = number;
		op->value = value;
	}
}

/* ---- expressions ---- */

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

/* Make VALUE what EXPR says, modulo the size of its type: unsigned arithmetic does that. */
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

/* ---- comparisons of fields that GCC makes comparisons of the bytes they lie in ----
 *
 *     ext->busy              (BIT_FIELD_REF <*ext, 8, 64> & 1) != 0
 *     p->a == 1 && p->b == 2       BIT_FIELD_REF <*p, 16, 0> == 0x201
 *
 * are taken apart again, so that a field is one and the same cell however it is read. */

/* NAME is loaded from REF, a BIT_FIELD_REF: load the fields that lie in it. */
void
function_lowering::load_members (tree name, tree ref)
{
	HOST_WIDE_INT first = tree_to_uhwi (TREE_OPERAND (ref, 2)), size = tree_to_uhwi (TREE_OPERAND (ref, 1));
	std::vector<member> found;
	const char *object = expr_text (TREE_OPERAND (ref, 0));

	if (BYTES_BIG_ENDIAN || TREE_THIS_VOLATILE (ref) || size > 64)
		return;
	members_of (TREE_OPERAND (ref, 0), first, size, false, &found);
	for (size_t i = 0; i < found.size (); i++) {
		std::string text = object ? object : "";

		text = text[0] == '*' ? text.substr (1) + "->" + found[i].path : text + "." + found[i].path;
		int value = load_member (TREE_OPERAND (ref, 0), found[i], object ? text.c_str () : NULL);
		loaded_member m = { value, (unsigned) (found[i].at - first), (unsigned) found[i].bits };
		members[SSA_NAME_VERSION (name)].push_back (m);
	}
}

/* The fields that VALUE, a BIT_FIELD_REF with or without a mask on it, is made of; NULL if it is none. */
const std::vector<loaded_member> *
function_lowering::members_in (tree value, unsigned HOST_WIDE_INT *mask)
{
	*mask = HOST_WIDE_INT_M1U;
	for (int i = 0; i < 4 && TREE_CODE (value) == SSA_NAME; i++) {
		auto known = members.find (SSA_NAME_VERSION (value));
		gimple *stmt = SSA_NAME_DEF_STMT (value);

		if (known != members.end ())
			return &known->second;
		if (!is_gimple_assign (stmt))
			return NULL;
		if (gimple_assign_rhs_code (stmt) == BIT_AND_EXPR && tree_fits_uhwi_p (gimple_assign_rhs2 (stmt)))
			*mask &= tree_to_uhwi (gimple_assign_rhs2 (stmt));
		else if ((!CONVERT_EXPR_CODE_P (gimple_assign_rhs_code (stmt)) && gimple_assign_rhs_code (stmt) != SSA_NAME)
			 || TYPE_PRECISION (TREE_TYPE (value)) < TYPE_PRECISION (TREE_TYPE (gimple_assign_rhs1 (stmt))))
			return NULL;
		value = gimple_assign_rhs1 (stmt);
	}
	return NULL;
}

/* A == B or A != B, field by field; -1 if it is no comparison of whole fields with a constant. */
int
function_lowering::compare_members (tree_code code, tree a, tree b)
{
	lockprog_type truth = { 1, false, false };
	unsigned HOST_WIDE_INT mask, number, covered = 0;
	const std::vector<loaded_member> *fields;
	int all = -1;

	if ((code != EQ_EXPR && code != NE_EXPR) || TREE_CODE (b) != INTEGER_CST || !(fields = members_in (a, &mask)))
		return -1;
	if (TYPE_PRECISION (TREE_TYPE (a)) < 64)
		mask &= (HOST_WIDE_INT_1U << TYPE_PRECISION (TREE_TYPE (a))) - 1;
	number = wi::to_wide (b).to_uhwi ();
	for (size_t i = 0; i < fields->size (); i++) {
		const loaded_member &field = (*fields)[i];
		unsigned HOST_WIDE_INT bits = field.bits < 64 ? ((HOST_WIDE_INT_1U << field.bits) - 1) << field.shift
							      : HOST_WIDE_INT_M1U;

		if ((mask & bits) == bits)
			covered |= bits;
	}
	if (covered != mask || (number & ~mask))
		return -1;
	for (size_t i = 0; i < fields->size (); i++) {
		loaded_member field = (*fields)[i];

		if (!(mask >> field.shift & 1))
			continue;
		int with = constant (program->values[field.value].type, (long long) (number >> field.shift));
		int one = add (truth, code == EQ_EXPR ? LOCKPROG_EQ : LOCKPROG_NE, field.value, with);
		all = all < 0 ? one : add (truth, code == EQ_EXPR ? LOCKPROG_AND : LOCKPROG_OR, all, one);
	}
	return all;
}

/* The truth value of A CODE B. */
int
function_lowering::comparison (tree_code code, tree a, tree b)
{
	lockprog_type truth = { 1, false, false };
	lockprog_expr expr;

	int fields = compare_members (code, a, b);
	if (fields >= 0)
		return fields;
	if (!comparison_expr (code, &expr) || !is_word (TREE_TYPE (a)) || !is_word (TREE_TYPE (b)))
		return opaque_comparison (code, a, b);
	if (expr == LOCKPROG_NE && integer_zerop (b))
		return operand (a);
	int x = operand (a), y = operand (b);
	return add (truth, expr, x, y);
}

void
function_lowering::lower_phi (gphi *phi)
{
	tree result = gimple_phi_result (phi);

	if (is_word (TREE_TYPE (result)) || is_opaque (TREE_TYPE (result)))
		define (ssa_value (result), LOCKPROG_PHI, -1, -1);
}

void
function_lowering::lower_assign (gassign *assign)
{
	tree lhs = gimple_assign_lhs (assign), rhs1 = gimple_assign_rhs1 (assign), rhs2 = gimple_assign_rhs2 (assign);
	tree_code code = gimple_assign_rhs_code (assign);
	lockprog_expr expr;

	if (gimple_clobber_p (assign))
		return;
	if (TREE_CODE (lhs) != SSA_NAME) {
		bool is_value = is_word (TREE_TYPE (rhs1)) && is_gimple_val (rhs1);

		if (!RECORD_OR_UNION_TYPE_P (TREE_TYPE (lhs)) && TREE_CODE (TREE_TYPE (lhs)) != ARRAY_TYPE)
			lower_store (assign, lhs, is_value ? operand (rhs1) : -1);
		else if (code == CONSTRUCTOR && !CONSTRUCTOR_NELTS (rhs1))
			store_object (assign, lhs, NULL_TREE);
		else if (gimple_assign_single_p (assign) && code != CONSTRUCTOR && code != WITH_SIZE_EXPR
			 && TYPE_MAIN_VARIANT (TREE_TYPE (rhs1)) == TYPE_MAIN_VARIANT (TREE_TYPE (lhs)))
			store_object (assign, lhs, rhs1);
		else
			lower_store (assign, lhs, -1);
		return;
	}
	if (!is_word (TREE_TYPE (lhs))) {
		if (is_opaque (TREE_TYPE (lhs)) && gimple_assign_load_p (assign))
			opaque_load (ssa_value (lhs), rhs1);
		else if (is_opaque (TREE_TYPE (lhs)))
			opaque_assign (ssa_value (lhs), assign);
		return;
	}

	int value = ssa_value (lhs);
	lockprog_type type = word_type (TREE_TYPE (lhs));
	if (gimple_assign_load_p (assign)) {
		if (opaque_load (value, rhs1))
			return;
		load (rhs1, value);
		if (TREE_CODE (rhs1) == BIT_FIELD_REF)
			load_members (lhs, rhs1);
		return;
	}
	if (TREE_CODE_CLASS (code) == tcc_comparison) {
		define (value, LOCKPROG_COPY, comparison (code, rhs1, rhs2), -1);
		return;
	}
	if (code == ADDR_EXPR) {
		define (value, LOCKPROG_COPY, address (TREE_OPERAND (rhs1, 0)), -1);
		return;
	}
	/* VIEW_CONVERT_EXPR has its operand inside. */
	if (code == VIEW_CONVERT_EXPR && same_size (TREE_TYPE (lhs), TREE_TYPE (TREE_OPERAND (rhs1, 0))))
		rhs1 = TREE_OPERAND (rhs1, 0);
	bool words = is_word (TREE_TYPE (rhs1)) && is_gimple_val (rhs1)
		     && (!rhs2 || (is_word (TREE_TYPE (rhs2)) && is_gimple_val (rhs2))) && !gimple_assign_rhs3 (assign);

	if (!words) {
		opaque_assign (value, assign);
	} else if (!rhs2) {
		int a = operand (rhs1);

		if (code == BIT_NOT_EXPR)
			define (value, LOCKPROG_NOT, a, -1);
		else if (code == NEGATE_EXPR && wraps (TREE_TYPE (lhs)))
			define_wrapping (value, LOCKPROG_SUB, constant (type, 0), a);
		else if (code == NEGATE_EXPR)
			define (value, LOCKPROG_NEG, a, -1);
		else if (code == TRUTH_NOT_EXPR)
			define (value, LOCKPROG_EQ, a, constant (program->values[a].type, 0));
		else if (code == ABS_EXPR || code == ABSU_EXPR)
			opaque (value, get_tree_code_name (code), a, a);
		else if (CONVERT_EXPR_CODE_P (code) || code == VIEW_CONVERT_EXPR || gimple_assign_single_p (assign))
			define (value, LOCKPROG_COPY, a, -1);
		else
			define (value, LOCKPROG_UNKNOWN, -1, -1);
	} else if (arithmetic_expr (code, &expr)) {
		int a = operand (rhs1), b = operand (rhs2);

		/* Both sides of arithmetic have the result's type; shifts and comparisons differ. */
		if (code == POINTER_DIFF_EXPR) {
			a = cast (a, type);
			b = cast (b, type);
		}
		if ((code == PLUS_EXPR || code == MINUS_EXPR || code == MULT_EXPR) && wraps (TREE_TYPE (lhs)))
			define_wrapping (value, expr, a, b);
		else
			define (value, expr, a, b);
	} else {
		int a = operand (rhs1), b = operand (rhs2);

		opaque (value, get_tree_code_name (code), a, b);
	}
}

void
function_lowering::lower_asm (gasm *stmt)
{
	lockprog_place place = place_at (place_of (stmt));

	/* Like a call into the system: another thread's data may have come in, and pointers have not changed. */
	if (gimple_asm_clobbers_memory_p (stmt)) {
		lockprog_op *op = lockprog_add_op (program, at, LOCKPROG_CALL, place);

		op->text = "asm";
		op->is_system = true;
	}
	for (unsigned i = 0; i < gimple_asm_noutputs (stmt); i++) {
		tree output = TREE_VALUE (gimple_asm_output_op (stmt, i));

		if (TREE_CODE (output) != SSA_NAME)
			lower_store (stmt, output, -1);
		else if (is_word (TREE_TYPE (output)))
			define (ssa_value (output), LOCKPROG_UNKNOWN, -1, -1);
	}
}

bool
function_lowering::lower_stmt (gimple *stmt)
{
	bool goes_on = true;

	switch (gimple_code (stmt)) {
	case GIMPLE_ASSIGN:
		lower_assign (as_a<gassign *> (stmt));
		break;
	case GIMPLE_CALL:
		goes_on = lower_call (as_a<gcall *> (stmt));
		break;
	case GIMPLE_ASM:
		lower_asm (as_a<gasm *> (stmt));
		break;
	default:
		break;
	}
	define_others (stmt);
	return goes_on;
}
