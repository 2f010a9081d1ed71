/* lockname.cc - GIMPLE expressions in the programmer's words.
 *
 * GIMPLE has taken expressions apart; user variables keep their names, and everything
 * between them is put together again from the statements that compute it.
 *
 * SPDX-License-Identifier: MIT
 */

#include "compat.h"
#include "source/lockname.h"
#include "source/place.h"
#include "lockprog/lockprog.h"

/* Longer texts do not help, and a chain of statements can make them very long. */
static const size_t max_text = 120;
static const int max_depth = 24;

/* ---- the source line ---- */

static bool
is_identifier_char (char c)
{
	return ISALNUM (c) || c == '_' || c == '$';
}

/* The source text at LOC to the end of its line. */
static bool
source_at (location_t loc, std::string *text)
{
	expanded_location at = expand_location (loc);

	if (!at.file || at.line < 1 || at.column < 1
	    || !compat_source_line (at.file, at.line, text))
		return false;
	if ((size_t) at.column > text->size ())
		return false;
	text->erase (0, at.column - 1);
	return true;
}

/* A name that a call of a DDI may be written with: the DDI's, or a macro's of another
 * header (NDIS, Ex...). */
static bool
is_written_name (const char *name)
{
	return spinrule_is_ddi_name (name) || strstr (name, "SpinLock");
}

/* The name at LOC that a DDI may be called with; or the only such name in its line, since
 * the columns of preprocessed input are those of the preprocessed text; else "". */
static std::string
written_name_in_line (location_t loc)
{
	expanded_location at = expand_location (loc);
	std::string line, found;
	bool several = false;
	size_t i = 0;

	if (!at.file || at.line < 1 || !compat_source_line (at.file, at.line, &line))
		return "";
	while (i < line.size ()) {
		size_t start = i;

		while (i < line.size () && is_identifier_char (line[i]))
			i++;
		if (i == start) {
			i++;
			continue;
		}
		std::string name = line.substr (start, i - start);
		size_t next = i;
		while (next < line.size () && ISSPACE (line[next]))
			next++;
		if (!is_written_name (name.c_str ()) || next == line.size () || line[next] != '(')
			continue;
		if ((int) start + 1 == at.column)
			return name;
		if (name == found)
			continue;
		several |= !found.empty ();
		found = name;
	}
	return several ? "" : found;
}

const char *
ddi_written (gimple *stmt, const spinrule_ddi *ddi)
{
	location_t loc = gimple_location (stmt);
	const char *written = NULL;

	while (linemap_location_from_macro_expansion_p (line_table, loc)) {
		const line_map *map = linemap_lookup (line_table, loc);
		const char *name = linemap_map_get_macro_name (linemap_check_macro (map));

		if (is_written_name (name))
			written = name;
		loc = linemap_unwind_toward_expansion (line_table, loc, &map);
	}
	if (written)
		return lockprog_string (written);

	/* -save-temps and -ftrack-macro-expansion=0 leave no macros, but the line is
	 * still there. */
	std::string here = written_name_in_line (loc);
	return here.empty () ? ddi->written : lockprog_string (here.c_str ());
}

/* Argument ARG as it stands in the source at the call STMT, or "": only when the call is
 * written on one line, by a name we know. */
static std::string
source_argument (gimple *stmt, int arg)
{
	std::string text;
	size_t i = 0, start;
	int depth = 0;

	if (!source_at (place_of (stmt), &text))
		return "";
	while (i < text.size () && is_identifier_char (text[i]))
		i++;
	if (!is_written_name (text.substr (0, i).c_str ()))
		return "";
	while (i < text.size () && ISSPACE (text[i]))
		i++;
	if (i >= text.size () || text[i] != '(')
		return "";
	for (start = ++i; i < text.size (); i++) {
		if (strchr ("([{", text[i]))
			depth++;
		else if (depth && strchr (")]}", text[i]))
			depth--;
		else if (!depth && (text[i] == ',' || text[i] == ')')) {
			if (!arg--) {
				while (start < i && (ISSPACE (text[start]) || text[start] == '&'))
					start++;
				while (i > start && ISSPACE (text[i - 1]))
					i--;
				return text.substr (start, i - start);
			}
			start = i + 1;
		}
	}
	return "";
}

/* ---- expressions ---- */

static bool add_expr (std::string *text, tree expr, int depth);

static bool
add_constant (std::string *text, tree cst)
{
	char number[40];

	if (!tree_fits_shwi_p (cst) && !tree_fits_uhwi_p (cst))
		return false;
	if (tree_fits_shwi_p (cst))
		snprintf (number, sizeof number, HOST_WIDE_INT_PRINT_DEC, tree_to_shwi (cst));
	else
		snprintf (number, sizeof number, HOST_WIDE_INT_PRINT_UNSIGNED, tree_to_uhwi (cst));
	*text += number;
	return true;
}

/* Needs parentheses as the left side of "->", "[" and as an operand: has a space that is
 * in no parentheses of its own. */
static bool
is_compound (const std::string &text)
{
	int depth = 0;

	for (size_t i = 0; i < text.size (); i++) {
		depth += text[i] == '(' || text[i] == '[';
		depth -= text[i] == ')' || text[i] == ']';
		/* That of a call stands before its arguments. */
		if (text[i] == ' ' && depth == 0 && text[i + 1] != '(')
			return true;
	}
	return false;
}

static bool
add_operand (std::string *text, tree expr, int depth)
{
	std::string operand;

	if (!add_expr (&operand, expr, depth))
		return false;
	*text += is_compound (operand) ? "(" + operand + ")" : operand;
	return true;
}

/* If TEXT is "a + b" at its outermost, make it "a[b]": *(a + b) is what GCC makes of
 * a[b]. */
static bool
make_element (std::string *text)
{
	int depth = 0;

	for (size_t i = 0; i + 2 < text->size (); i++) {
		char c = (*text)[i];

		depth += c == '(' || c == '[';
		depth -= c == ')' || c == ']';
		if (c != ' ' || depth != 0 || (*text)[i + 1] == '(')
			continue;
		if (text->compare (i, 3, " + ") != 0)
			return false;
		std::string index = text->substr (i + 3);
		if (index.size () > 1 && index[0] == '(' && index[index.size () - 1] == ')')
			index = index.substr (1, index.size () - 2);
		*text = text->substr (0, i) + "[" + index + "]";
		return true;
	}
	return false;
}

/* What POINTER points to, followed by a way into it: "p->" or "var.". */
static bool
add_pointed (std::string *text, tree pointer, const char *arrow, int depth)
{
	std::string base;

	if (!add_expr (&base, pointer, depth))
		return false;
	if (base[0] == '&' && base[1] != '&' && !is_compound (base)) {
		*text += base.substr (1);
		*text += *arrow ? "." : "";
	} else if (base[0] != '*' && base[0] != '&' && make_element (&base)) {
		*text += base;
		*text += *arrow ? "." : "";
	} else if (!*arrow) {
		*text += "*";
		*text += is_compound (base) ? "(" + base + ")" : base;
	} else {
		*text += is_compound (base) || base[0] == '*'
			 || base[0] == '&' ? "(" + base + ")" : base;
		*text += arrow;
	}
	return true;
}

static bool
is_zero_offset_mem (tree ref)
{
	return TREE_CODE (ref) == MEM_REF && integer_zerop (TREE_OPERAND (ref, 1));
}

/* *__closure, the object of a C++ lambda. */
static bool
is_closure (tree ref)
{
	tree pointer = TREE_CODE (ref) == MEM_REF ? TREE_OPERAND (ref, 0) : NULL_TREE;
	tree var = pointer && TREE_CODE (pointer) == SSA_NAME ? SSA_NAME_VAR (pointer) : pointer;

	return var && TREE_CODE (var) == PARM_DECL && DECL_NAME (var)
	       && !strcmp (IDENTIFIER_POINTER (DECL_NAME (var)), "__closure");
}

/* The variables that nested functions share with the function that they are in; no
 * struct of a driver has such a name. */
static bool
is_frame (tree ref)
{
	tree name = TYPE_NAME (TREE_TYPE (ref));

	return name && TREE_CODE (name) == IDENTIFIER_NODE
	       && !strncmp (IDENTIFIER_POINTER (name), "FRAME.", 6);
}

static bool
add_component (std::string *text, tree ref, int depth)
{
	tree base = TREE_OPERAND (ref, 0), field = TREE_OPERAND (ref, 1);

	/* Members of an anonymous member are written as the outer struct's own. */
	while (TREE_CODE (base) == COMPONENT_REF && !DECL_NAME (TREE_OPERAND (base, 1)))
		base = TREE_OPERAND (base, 0);
	if (!DECL_NAME (field))
		return add_expr (text, base, depth);
	if (is_closure (base)) {
		/* What a lambda captured is written with its own name: "__this",
		 * "__lock". */
		const char *name = IDENTIFIER_POINTER (DECL_NAME (field));

		*text += strncmp (name, "__", 2) ? name : name + 2;
		return true;
	}
	if (is_frame (base)) {
		*text += IDENTIFIER_POINTER (DECL_NAME (field));
		return true;
	}
	if (is_zero_offset_mem (base)) {
		if (!add_pointed (text, TREE_OPERAND (base, 0), "->", depth))
			return false;
	} else {
		if (!add_operand (text, base, depth))
			return false;
		*text += ".";
	}
	*text += IDENTIFIER_POINTER (DECL_NAME (field));
	return true;
}

static const char *
operator_text (tree_code code)
{
	switch (code) {
	case PLUS_EXPR: case POINTER_PLUS_EXPR: return " + ";
	case MINUS_EXPR: case POINTER_DIFF_EXPR: return " - ";
	case MULT_EXPR: return " * ";
	case TRUNC_DIV_EXPR: case EXACT_DIV_EXPR: return " / ";
	case TRUNC_MOD_EXPR: return " % ";
	case BIT_AND_EXPR: case TRUTH_AND_EXPR: return " & ";
	case BIT_IOR_EXPR: case TRUTH_OR_EXPR: return " | ";
	case BIT_XOR_EXPR: case TRUTH_XOR_EXPR: return " ^ ";
	case LSHIFT_EXPR: return " << ";
	case RSHIFT_EXPR: return " >> ";
	case EQ_EXPR: return " == ";
	case NE_EXPR: return " != ";
	case LT_EXPR: return " < ";
	case LE_EXPR: return " <= ";
	case GT_EXPR: return " > ";
	case GE_EXPR: return " >= ";
	default: return NULL;
	}
}

/* OFFSET bytes in elements of UNIT bytes each: i for (sizetype) i * 8. */
static bool
add_scaled (std::string *text, tree offset, HOST_WIDE_INT unit, int depth)
{
	gimple *stmt = TREE_CODE (offset) == SSA_NAME ? SSA_NAME_DEF_STMT (offset) : NULL;
	char number[40];

	if (depth == 0)
		return false;
	if (unit <= 1 || !stmt || !is_gimple_assign (stmt) || !gimple_assign_rhs2 (stmt)
	    || TREE_CODE (gimple_assign_rhs2 (stmt)) != INTEGER_CST)
		return add_operand (text, offset, depth);

	HOST_WIDE_INT constant = wi::to_wide (gimple_assign_rhs2 (stmt)).to_shwi ();
	if (constant % unit != 0)
		return add_operand (text, offset, depth);
	constant /= unit;
	if (gimple_assign_rhs_code (stmt) == PLUS_EXPR) {
		if (!add_scaled (text, gimple_assign_rhs1 (stmt), unit, depth - 1))
			return false;
		snprintf (number, sizeof number, " %c " HOST_WIDE_INT_PRINT_DEC,
			  constant < 0 ? '-' : '+', constant < 0 ? -constant : constant);
		*text += number;
		return true;
	}
	if (gimple_assign_rhs_code (stmt) != MULT_EXPR)
		return add_operand (text, offset, depth);
	if (!add_operand (text, gimple_assign_rhs1 (stmt), depth))
		return false;
	if (constant != 1) {
		snprintf (number, sizeof number, " * " HOST_WIDE_INT_PRINT_DEC, constant);
		*text += number;
	}
	return true;
}

/* POINTER + OFFSET bytes as the programmer wrote it: in elements of what POINTER points
 * to. */
static bool
add_pointer_plus (std::string *text, tree pointer, tree offset, int depth)
{
	tree size = TYPE_SIZE_UNIT (TREE_TYPE (TREE_TYPE (pointer)));
	HOST_WIDE_INT unit = size && tree_fits_shwi_p (size) ? tree_to_shwi (size) : 0;
	char number[40];

	if (TREE_CODE (pointer) == ADDR_EXPR
	    && TREE_CODE (TREE_TYPE (TREE_OPERAND (pointer, 0))) == ARRAY_TYPE) {
		size = TYPE_SIZE_UNIT (TREE_TYPE (TREE_TYPE (TREE_OPERAND (pointer, 0))));
		unit = size && tree_fits_shwi_p (size) ? tree_to_shwi (size) : 0;
		if (!add_expr (text, TREE_OPERAND (pointer, 0), depth))
			return false;
	} else if (!add_operand (text, pointer, depth)) {
		return false;
	}
	if (TREE_CODE (offset) == INTEGER_CST) {
		HOST_WIDE_INT bytes = wi::to_wide (offset).to_shwi ();

		if (unit > 0 && bytes % unit == 0)
			bytes /= unit;
		snprintf (number, sizeof number, " %c " HOST_WIDE_INT_PRINT_DEC,
			  bytes < 0 ? '-' : '+', bytes < 0 ? -bytes : bytes);
		*text += number;
		return true;
	}
	*text += " + ";
	return add_scaled (text, offset, unit, depth);
}

/* The parameter that VALUE is, or the address of the start of what it points to: the same
 * address.  NULL_TREE if it is something else. */
static tree
parameter_behind (tree value, int depth)
{
	if (depth-- <= 0)
		return NULL_TREE;
	if (TREE_CODE (value) == ADDR_EXPR) {
		poly_int64 offset;
		tree base = get_addr_base_and_unit_offset (TREE_OPERAND (value, 0), &offset);

		return base && TREE_CODE (base) == MEM_REF && known_eq (offset, 0)
			       ? parameter_behind (TREE_OPERAND (base, 0), depth)
			       : NULL_TREE;
	}
	if (TREE_CODE (value) != SSA_NAME)
		return NULL_TREE;
	if (SSA_NAME_IS_DEFAULT_DEF (value)) {
		tree var = SSA_NAME_VAR (value);
		return var && TREE_CODE (var) == PARM_DECL ? var : NULL_TREE;
	}
	gimple *stmt = SSA_NAME_DEF_STMT (value);
	return !gimple_assign_load_p (stmt)
			       && (gimple_assign_single_p (stmt) || gimple_assign_cast_p (stmt))
		       ? parameter_behind (gimple_assign_rhs1 (stmt), depth)
		       : NULL_TREE;
}

/* The argument of CALL that the function called only gives back, as spinlock_check does;
 * or NULL_TREE. */
static tree
argument_given_back (gcall *call, tree fndecl)
{
	function *fun = DECL_STRUCT_FUNCTION (fndecl);
	unsigned number = 0;
	basic_block bb;

	if (!fun || !fun->cfg || !gimple_in_ssa_p (fun) || n_basic_blocks_for_fn (fun) > 4)
		return NULL_TREE;
	tree given = NULL_TREE;
	FOR_EACH_BB_FN (bb, fun)
		for (gimple_stmt_iterator i = gsi_start_bb (bb); !gsi_end_p (i); gsi_next (&i)) {
			greturn *ret = dyn_cast<greturn *> (gsi_stmt (i));

			if (ret && gimple_return_retval (ret))
				given = parameter_behind (gimple_return_retval (ret), max_depth);
		}
	for (tree parm = DECL_ARGUMENTS (fndecl); parm && parm != given; parm = DECL_CHAIN (parm))
		number++;
	return given && number < gimple_call_num_args (call) ? gimple_call_arg (call, number)
							     : NULL_TREE;
}

static bool
add_call (std::string *text, gcall *call, int depth)
{
	tree fndecl = gimple_call_fndecl (call);

	if (!fndecl || !DECL_NAME (fndecl))
		return false;
	if (fndecl_built_in_p (fndecl, BUILT_IN_EXPECT) && gimple_call_num_args (call) > 0)
		return add_expr (text, gimple_call_arg (call, 0), depth);
	if (fndecl_built_in_p (fndecl))
		return false;
	if (tree argument = argument_given_back (call, fndecl))
		return add_expr (text, argument, depth);
	*text += IDENTIFIER_POINTER (DECL_NAME (fndecl));
	*text += " (";
	for (unsigned i = 0; i < gimple_call_num_args (call); i++) {
		if (i)
			*text += ", ";
		if (!add_expr (text, gimple_call_arg (call, i), depth))
			return false;
	}
	*text += ")";
	return true;
}

static bool
add_ssa_name (std::string *text, tree name, int depth)
{
	tree var = SSA_NAME_VAR (name);
	gimple *stmt = SSA_NAME_DEF_STMT (name);

	if (var && DECL_NAME (var) && !DECL_ARTIFICIAL (var)) {
		*text += IDENTIFIER_POINTER (DECL_NAME (var));
		return true;
	}
	/* C++'s this */
	if (var && DECL_NAME (var) && TREE_CODE (var) == PARM_DECL) {
		*text += IDENTIFIER_POINTER (DECL_NAME (var));
		return true;
	}
	if (gcall *call = dyn_cast<gcall *> (stmt))
		return add_call (text, call, depth);
	if (!is_gimple_assign (stmt))
		return false;

	tree_code code = gimple_assign_rhs_code (stmt);
	tree rhs1 = gimple_assign_rhs1 (stmt);
	if (gimple_assign_single_p (stmt) || CONVERT_EXPR_CODE_P (code))
		return add_expr (text, rhs1, depth);
	if (code == POINTER_PLUS_EXPR)
		return add_pointer_plus (text, rhs1, gimple_assign_rhs2 (stmt), depth);
	if (code == BIT_NOT_EXPR || code == NEGATE_EXPR || code == TRUTH_NOT_EXPR) {
		*text += code == BIT_NOT_EXPR
			 && TREE_CODE (TREE_TYPE (name)) != BOOLEAN_TYPE ? "~" : code == NEGATE_EXPR
			 ? "-" : "!";
		return add_operand (text, rhs1, depth);
	}
	if (!operator_text (code) || !add_operand (text, rhs1, depth))
		return false;
	*text += operator_text (code);
	return add_operand (text, gimple_assign_rhs2 (stmt), depth);
}

/* Add EXPR in source words to TEXT; false if it has none, and TEXT is of no use then. */
static bool
add_expr (std::string *text, tree expr, int depth)
{
	if (depth-- == 0 || text->size () > max_text)
		return false;
	switch (TREE_CODE (expr)) {
	case SSA_NAME:
		return add_ssa_name (text, expr, depth);
	case INTEGER_CST:
		return add_constant (text, expr);
	case VAR_DECL: case PARM_DECL: case FUNCTION_DECL: case LABEL_DECL:
		if (!DECL_NAME (expr) || (DECL_ARTIFICIAL (expr) && TREE_CODE (expr) != PARM_DECL))
			return false;
		*text += IDENTIFIER_POINTER (DECL_NAME (expr));
		return true;
	case ADDR_EXPR:
		/* &p->array[0] and &*p are what the programmer wrote as p->array and p,
		 * mostly. */
		if (is_zero_offset_mem (TREE_OPERAND (expr, 0)))
			return add_expr (text, TREE_OPERAND (TREE_OPERAND (expr, 0), 0), depth);
		if (TREE_CODE (TREE_OPERAND (expr, 0)) != FUNCTION_DECL)
			*text += "&";
		return add_expr (text, TREE_OPERAND (expr, 0), depth);
	case MEM_REF:
		if (integer_zerop (TREE_OPERAND (expr, 1)))
			return add_pointed (text, TREE_OPERAND (expr, 0), "", depth);
		*text += "*(";
		if (!add_pointer_plus (text, TREE_OPERAND (expr, 0), TREE_OPERAND (expr, 1), depth))
			return false;
		*text += ")";
		return true;
	case COMPONENT_REF:
		return add_component (text, expr, depth);
	case ARRAY_REF: {
		tree base = TREE_OPERAND (expr, 0);
		bool is_added;

		if (is_zero_offset_mem (base))
			is_added = add_pointed (text, TREE_OPERAND (base, 0), "", depth);
		else
			is_added = add_operand (text, base, depth);
		if (!is_added)
			return false;
		*text += "[";
		if (!add_expr (text, TREE_OPERAND (expr, 1), depth))
			return false;
		*text += "]";
		return true;
	}
	case VIEW_CONVERT_EXPR: case NON_LVALUE_EXPR: CASE_CONVERT:
		return add_expr (text, TREE_OPERAND (expr, 0), depth);
	default:
		return false;
	}
}

const char *
expr_text (tree expr)
{
	std::string text;

	if (!expr || !add_expr (&text, expr, max_depth) || text.empty ())
		return NULL;
	return lockprog_string (text.c_str ());
}

/* "StartIoLock" or "message 2" of the object that STMT, a call of DDI, names.  */
static const char *
text_of_kind (gimple *stmt, const spinrule_ddi *ddi)
{
	std::string text = source_argument (stmt, ddi->kind);

	if (text.empty ())
		text = "this lock";
	else if (ddi->group == SPINRULE_GROUP_STORPORT_MSI)
		text = "message " + text;
	return lockprog_string (text.c_str ());
}

/* True if TYPE is called a spin lock, in any system. */
static bool
is_called_lock (tree type)
{
	std::string name;

	if (!TYPE_IDENTIFIER (type))
		return false;
	for (const char *c = IDENTIFIER_POINTER (TYPE_IDENTIFIER (type)); *c; c++)
		if (*c != '_')
			name += TOLOWER (*c);
	return name.find ("spinlock") != std::string::npos;
}

/* What the programmer calls the lock at ARG: where that is the first field of a spin lock
 * of another type, as in spinlock_t and NDIS_SPIN_LOCK, the address of the whole. */
static tree
whole_lock (tree arg)
{
	tree address = arg, whole = NULL_TREE;

	if (TREE_CODE (arg) == SSA_NAME && gimple_assign_single_p (SSA_NAME_DEF_STMT (arg)))
		address = gimple_assign_rhs1 (SSA_NAME_DEF_STMT (arg));
	if (TREE_CODE (address) != ADDR_EXPR)
		return arg;
	for (tree ref = TREE_OPERAND (address, 0); TREE_CODE (ref) == COMPONENT_REF;) {
		tree field = TREE_OPERAND (ref, 1);

		ref = TREE_OPERAND (ref, 0);
		if (!integer_zerop (byte_position (field)))
			break;
		if (is_called_lock (TREE_TYPE (ref)))
			whole = ref;
	}
	if (!whole)
		return arg;
	return TREE_CODE (whole) == MEM_REF && integer_zerop (TREE_OPERAND (whole, 1))
		       ? TREE_OPERAND (whole, 0)
		       : build_fold_addr_expr (whole);
}

const char *
lock_text (gimple *stmt, const spinrule_ddi *ddi)
{
	int arg = ddi->lock != SPINRULE_NO_ARG ? ddi->lock : ddi->handle;
	std::string text;

	if (ddi->group == SPINRULE_GROUP_CANCEL)
		return LOCKPROG_CANCEL_LOCK;
	if (ddi->global)
		return lockprog_string (ddi->global);
	if (ddi->kind != SPINRULE_NO_ARG)
		return text_of_kind (stmt, ddi);
	if (arg == SPINRULE_NO_ARG)
		return "";
	if (!add_expr (&text, whole_lock (gimple_call_arg (stmt, arg)), max_depth) || text.empty ())
		text = source_argument (stmt, arg);
	if (text.empty ())
		return "this lock";
	if (text[0] == '&')
		text.erase (0, 1);
	return lockprog_string (text.c_str ());
}
