/* roles.cc - which functions are callbacks.
 *
 * A role's type names a function in one of three ways: the function is declared with it,
 * a cast to it is in the function's source, or the function's address goes where it is
 * expected. The first is lost after parsing and is noted while parsing; so are casts,
 * which GIMPLE does not keep between pointers.
 *
 * Roles are kept by number and by name of their functions, which outlive garbage
 * collection.
 *
 * SPDX-License-Identifier: MIT
 */

#include "compat.h"
#include "args.h"
#include "lockprog/lockprog.h"
#include "source/functype.h"
#include "source/keep.h"
#include "source/names.h"
#include "source/roles.h"
#include "source/scope.h"
#include "source/typename.h"
#include "source/storport.h"

static std::map<unsigned, known_role> roles_by_uid;
static std::map<std::string, known_role> roles_by_name;

/* A function that has a role keeps it; the IRQL at its entry is the lower one. */
static void
meet_irql (known_role *known, spinrule_entry_irql irql)
{
	if (spinrule_entry_lowest (irql) < spinrule_entry_lowest (known->irql))
		known->irql = irql;
}

static void
note_role (tree fndecl, const known_role &known)
{
	meet_irql (&roles_by_uid.emplace (DECL_UID (fndecl), known).first->second, known.irql);
	if (has_plain_name (fndecl)) {
		const char *name = IDENTIFIER_POINTER (DECL_NAME (fndecl));
		meet_irql (&roles_by_name.emplace (name, known).first->second, known.irql);
	}
}

static void
note_role (tree fndecl, const spinrule_role *role, const char *name)
{
	note_role (fndecl, known_role { role, name, role->irql });
}

/* Roles that an argument or an attribute of the driver's makes, by the name of their
   type. */
static std::map<std::string, spinrule_role *> own_roles;

const spinrule_role *
role_add (const char *type, const spinrule_role &like)
{
	spinrule_role *&role = own_roles[type];

	if (!role) {
		role = new spinrule_role (like);
		role->function_type = role->pointer_type = lockprog_string (type);
	}
	return role;
}

bool
role_holds_lock (const spinrule_role *role)
{
	return role->entry_lock != SPINRULE_ENTRY_NONE;
}

bool
role_stays_at_dispatch (const spinrule_role *role, int irql)
{
	return !role->enters_with_cancel_lock && irql >= SPINRULE_DISPATCH_LEVEL;
}

/* Types of functions, by role. */
static std::map<const spinrule_role *, tree> types_of_roles;

static void
note_type (const spinrule_role *role, tree function)
{
	if (role_holds_lock (role) && !types_of_roles.count (role)) {
		keep_tree (function);
		types_of_roles[role] = function;
	}
}

std::vector<const spinrule_role *>
roles_of_arguments ()
{
	std::vector<const spinrule_role *> roles;

	for (const own_role &own : args.roles)
		roles.push_back (own_roles[own.type]);
	return roles;
}

tree
type_of_role (const spinrule_role *role)
{
	auto found = types_of_roles.find (role);

	return found == types_of_roles.end () ? NULL_TREE : found->second;
}

/* spinrule_role_by_type (), for each type of each statement. */
static const spinrule_role *
role_named (const char *name)
{
	if (!own_roles.empty ()) {
		auto own = own_roles.find (name);
		if (own != own_roles.end ())
			return own->second;
	}

	/* A chain of rows a bucket: quick to build, as most files ask for few types. */
	struct row {
		const char *name;
		const spinrule_role *role;
		int next;
	};
	static std::vector<row> rows;
	static int first[256];
	auto bucket_of = [] (const char *text) {
		size_t n = strlen (text);
		return (unsigned char) (text[0] + 3 * text[n / 2] + 5 * text[n / 3] + 7 * n);
	};

	if (rows.empty ()) {
		std::fill (first, first + ARRAY_SIZE (first), -1);
		for (const spinrule_role *role = spinrule_roles; role->function_type; role++)
			for (const char *type : { role->function_type, role->pointer_type }) {
				int &bucket = first[bucket_of (type)];
				rows.push_back (row { type, role, bucket });
				bucket = rows.size () - 1;
			}
	}
	for (int i = first[bucket_of (name)]; i >= 0; i = rows[i].next)
		if (!strcmp (rows[i].name, name))
			return rows[i].role;
	return NULL;
}

const spinrule_role *
role_of_type (tree type, const char **name)
{
	if (!type || !TYPE_P (type))
		return NULL;
	tree function = POINTER_TYPE_P (type) ? TREE_TYPE (type) : type;
	if (!FUNC_OR_METHOD_TYPE_P (function))
		return NULL;
	for (tree named = type; ; named = function) {
		for (const type_name &one : type_names (named))
			if (const spinrule_role *role = role_named (one.name)) {
				*name = one.name;
				note_type (role, function);
				return role;
			}
		if (named == function)
			return NULL;
	}
}

/* ---- functions that an expression may be the address of ---- */

/* Those whose callers are not yet searched. */
static std::vector<role_parameter> new_parameters;
static std::vector<role_parameter> all_parameters;
static std::set<std::pair<unsigned, unsigned> > known_parameters;	/* by DECL_UID and number */

struct origins {
	std::vector<tree> functions, parameters;
};

static void
add_origins (tree value, origins *found, std::set<tree> *seen)
{
	while (CONVERT_EXPR_P (value) || TREE_CODE (value) == NON_LVALUE_EXPR)
		value = TREE_OPERAND (value, 0);
	if (TREE_CODE (value) == ADDR_EXPR) {
		if (TREE_CODE (TREE_OPERAND (value, 0)) == FUNCTION_DECL)
			found->functions.push_back (TREE_OPERAND (value, 0));
		return;
	}
	if (TREE_CODE (value) != SSA_NAME || seen->size () > 100 || !seen->insert (value).second)
		return;

	tree var = SSA_NAME_VAR (value);
	if (SSA_NAME_IS_DEFAULT_DEF (value) && var && TREE_CODE (var) == PARM_DECL)
		found->parameters.push_back (var);

	gimple *stmt = SSA_NAME_DEF_STMT (value);
	if (gphi *phi = dyn_cast<gphi *> (stmt)) {
		for (unsigned i = 0; i < gimple_phi_num_args (phi); i++)
			add_origins (gimple_phi_arg_def (phi, i), found, seen);
	} else if (is_gimple_assign (stmt)
		   && (gimple_assign_single_p (stmt) || gimple_assign_cast_p (stmt))) {
		add_origins (gimple_assign_rhs1 (stmt), found, seen);
	}
}

static void
note_parameter (tree parm, const known_role &known)
{
	tree fndecl = DECL_CONTEXT (parm);
	unsigned number = 0;

	for (tree other = DECL_ARGUMENTS (fndecl); other != parm; other = DECL_CHAIN (other)) {
		if (!other)
			return;
		number++;
	}
	if (known_parameters.insert (std::make_pair (DECL_UID (fndecl), number)).second) {
		new_parameters.push_back (role_parameter { fndecl, number, known });
		all_parameters.push_back (new_parameters.back ());
	}
}

static void
expect_role (const known_role &known, tree value)
{
	origins found;
	std::set<tree> seen;

	add_origins (value, &found, &seen);
	for (size_t i = 0; i < found.functions.size (); i++)
		note_role (found.functions[i], known);
	for (size_t i = 0; i < found.parameters.size (); i++)
		note_parameter (found.parameters[i], known);
}

/* IS_THREADED: as the routine of a threaded DPC. */
static void
expect_type (tree type, tree value, bool is_threaded = false)
{
	const char *name;
	const spinrule_role *role;

	if (!value || !type || !POINTER_TYPE_P (type) || !(role = role_of_type (type, &name)))
		return;
	known_role known = { role, name, role->irql };
	if (is_threaded)
		meet_irql (&known, SPINRULE_ENTERED_AT_UPTO_DISPATCH);
	expect_role (known, value);
}

/* Callers of helpers, and of the helpers' helpers. */
static void
collect_parameters ()
{
	while (!new_parameters.empty ()) {
		role_parameter parameter = new_parameters.back ();
		cgraph_node *node = cgraph_node::get (parameter.fndecl);

		new_parameters.pop_back ();
		for (cgraph_edge *e = node ? node->callers : NULL; e; e = e->next_caller)
			if (e->call_stmt && parameter.number < gimple_call_num_args (e->call_stmt))
				expect_role (parameter.known,
					     gimple_call_arg (e->call_stmt, parameter.number));
	}
}

static void
collect_call (gcall *call)
{
	tree fntype = gimple_call_fntype (call);
	tree types = fntype ? TYPE_ARG_TYPES (fntype) : NULL_TREE;
	tree callee = gimple_call_fndecl (call);
	int threaded = SPINRULE_NO_ARG;

	if (callee && DECL_NAME (callee))
		threaded = spinrule_threaded (IDENTIFIER_POINTER (DECL_NAME (callee)));
	for (unsigned i = 0; i < gimple_call_num_args (call); i++) {
		tree arg = gimple_call_arg (call, i);

		if (types && TREE_VALUE (types) != void_type_node) {
			expect_type (TREE_VALUE (types), arg, (int) i == threaded);
			types = TREE_CHAIN (types);
		}
		/* InterlockedExchangePointer (&irp->CancelRoutine, f), as
		 * IoSetCancelRoutine does */
		tree cell = arg;
		if (TREE_CODE (cell) == SSA_NAME
		    && gimple_assign_single_p (SSA_NAME_DEF_STMT (cell)))
			cell = gimple_assign_rhs1 (SSA_NAME_DEF_STMT (cell));
		if (TREE_CODE (cell) == ADDR_EXPR)
			for (unsigned j = 0; j < gimple_call_num_args (call); j++)
				if (j != i)
					expect_type (TREE_TYPE (TREE_OPERAND (cell, 0)),
						     gimple_call_arg (call, j));
	}
}

static void
collect_stmt (function *fun, gimple *stmt)
{
	if (gcall *call = dyn_cast<gcall *> (stmt)) {
		collect_call (call);
	} else if (greturn *ret = dyn_cast<greturn *> (stmt)) {
		expect_type (TREE_TYPE (TREE_TYPE (fun->decl)), gimple_return_retval (ret));
	} else if (is_gimple_assign (stmt)
		   && (gimple_assign_single_p (stmt) || gimple_assign_cast_p (stmt))) {
		expect_type (TREE_TYPE (gimple_assign_lhs (stmt)), gimple_assign_rhs1 (stmt));
	}
}

static void
collect_initialiser (tree type, tree init)
{
	unsigned HOST_WIDE_INT i;
	tree index, value;

	if (!init)
		return;
	if (TREE_CODE (init) != CONSTRUCTOR) {
		expect_type (type, init);
		for (; CONVERT_EXPR_P (init); init = TREE_OPERAND (init, 0))
			expect_type (TREE_TYPE (init), TREE_OPERAND (init, 0));
		return;
	}
	FOR_EACH_CONSTRUCTOR_ELT (CONSTRUCTOR_ELTS (init), i, index, value) {
		bool is_field = index && TREE_CODE (index) == FIELD_DECL;

		collect_initialiser (is_field ? TREE_TYPE (index) : TREE_TYPE (TREE_TYPE (init)),
				     value);
	}
}

/* ---- while parsing ---- */

void
roles_note_declaration (tree fndecl)
{
	const char *name;

	if (const spinrule_role *role = role_of_type (type_as_declared (fndecl), &name))
		note_role (fndecl, role, name);
}

/* An expression that is seen again is not looked into again: bodies share them.  Most of
   what walk_tree comes to is declarations and constants, which are not kept for that.  */
static tree
note_cast (tree *expr, int *walk_subtrees, void *seen)
{
	tree inner = *expr;

	if (DECL_P (inner) || CONSTANT_CLASS_P (inner) || TYPE_P (inner))
		return NULL_TREE;
	if (((hash_set<tree> *) seen)->add (inner)) {
		*walk_subtrees = 0;
		return NULL_TREE;
	}
	functype_note_expression (inner);
	if (!CONVERT_EXPR_P (inner) || !POINTER_TYPE_P (TREE_TYPE (inner)))
		return NULL_TREE;
	tree type = TREE_TYPE (inner);
	while (CONVERT_EXPR_P (inner) || TREE_CODE (inner) == NON_LVALUE_EXPR)
		inner = TREE_OPERAND (inner, 0);
	if (TREE_CODE (inner) == ADDR_EXPR)
		expect_type (type, inner);
	return NULL_TREE;
}

/* Expressions of a function, of most. */
static const size_t most_expressions = 200;

static void
on_function (void *event_data, void *)
{
	tree fndecl = (tree) event_data;
	hash_set<tree> seen (most_expressions);

	/* What the locks that own roles hold are, can be found only while parsing. */
	for (const own_role &own : args.roles)
		scope_note_names (own.held);

	functype_begin ();
	if (DECL_SAVED_TREE (fndecl))
		walk_tree (&DECL_SAVED_TREE (fndecl), note_cast, &seen, NULL);
	functype_end ();
}

/* "spinrule_role (TYPE)" at a function says that it is a callback of that role; at a
   typedef of functions or pointers to them, that the typedef is a role. */
static tree
on_role_attribute (tree *node, tree name, tree args, int, bool *no_add_attrs)
{
	tree text = TREE_VALUE (args);

	*no_add_attrs = true;
	if (TREE_CODE (text) != STRING_CST) {
		error ("the argument of attribute %qE is a string", name);
		return NULL_TREE;
	}
	const spinrule_role *role = role_named (TREE_STRING_POINTER (text));
	/* SAL has classes of functions that are no callbacks of a driver.  */
	if (!role && is_attribute_p ("spinrule_function_class", name))
		return NULL_TREE;
	if (!role)
		role = role_add (TREE_STRING_POINTER (text), spinrule_role ());
	if (TREE_CODE (*node) == FUNCTION_DECL)
		note_role (*node, role, TREE_STRING_POINTER (text));
	else if (TREE_CODE (*node) == TYPE_DECL && DECL_NAME (*node))
		role_add (IDENTIFIER_POINTER (DECL_NAME (*node)), *role);
	else if (is_attribute_p ("spinrule_role", name))
		warning (OPT_Wattributes,
			 "attribute %qE is for functions and typedefs: ignored", name);
	return NULL_TREE;
}

static attribute_spec role_attributes[] = {
	{ "spinrule_role", 1, 1, true, false, false, false, on_role_attribute, NULL },
	{ "spinrule_function_class", 1, 1, true, false, false, false, on_role_attribute, NULL },
};

static void
on_attributes (void *, void *)
{
	for (attribute_spec &spec : role_attributes)
		register_attribute (&spec);
}

/* ---- roles.h ---- */

void
roles_init (const char *plugin_name)
{
	for (const own_role &own : args.roles) {
		spinrule_role like = spinrule_role ();
		const spinrule_role *row = spinrule_role_by_type (own.type.c_str ());

		like.enters_with_cancel_lock = own.enters_with_cancel_lock;
		like.irql = own.irql >= 0 ? (spinrule_entry_irql) own.irql
			    : row ? row->irql : SPINRULE_ENTERED_AT_NOT_SAID;
		if (!own.held.empty ()) {
			like.entry_lock = storport_entry_lock (own.held);
			like.held = lockprog_string (own.held.c_str ());
		}
		role_add (own.type.c_str (), like);
	}
	register_callback (plugin_name, PLUGIN_ATTRIBUTES, on_attributes, NULL);
	register_callback (plugin_name, PLUGIN_PRE_GENERICIZE, on_function, NULL);
}

void
roles_collect ()
{
	cgraph_node *node;
	varpool_node *variable;

	FOR_EACH_FUNCTION_WITH_GIMPLE_BODY (node) {
		function *fun = DECL_STRUCT_FUNCTION (node->decl);
		basic_block bb;

		if (!fun || !fun->cfg)
			continue;
		FOR_EACH_BB_FN (bb, fun) {
			for (gphi_iterator i = gsi_start_phis (bb); !gsi_end_p (i); gsi_next (&i)) {
				tree result = gimple_phi_result (i.phi ());

				if (!virtual_operand_p (result))
					expect_type (TREE_TYPE (result), result);
			}
			for (gimple_stmt_iterator i = gsi_start_bb (bb); !gsi_end_p (i);
			     gsi_next (&i))
				collect_stmt (fun, gsi_stmt (i));
		}
	}
	FOR_EACH_VARIABLE (variable)
		if (DECL_INITIAL (variable->decl)
		    && DECL_INITIAL (variable->decl) != error_mark_node)
			collect_initialiser (TREE_TYPE (variable->decl),
					     DECL_INITIAL (variable->decl));
	collect_parameters ();
}

static const known_role *
find_role (tree fndecl)
{
	auto by_uid = roles_by_uid.find (DECL_UID (fndecl));
	if (by_uid != roles_by_uid.end ())
		return &by_uid->second;
	if (!has_plain_name (fndecl))
		return NULL;
	auto by_name = roles_by_name.find (IDENTIFIER_POINTER (DECL_NAME (fndecl)));
	return by_name == roles_by_name.end () ? NULL : &by_name->second;
}

const spinrule_role *
role_of (tree fndecl)
{
	const known_role *known = find_role (fndecl);

	if (known)
		return known->role;
	return is_driver_entry (fndecl) ? spinrule_role_by_type ("DRIVER_INITIALIZE") : NULL;
}

int
role_lowest_irql (tree fndecl)
{
	const known_role *known = find_role (fndecl);

	return known ? spinrule_entry_lowest (known->irql) : 0;
}

const char *
role_name_of (tree fndecl)
{
	const known_role *known = find_role (fndecl);

	if (known)
		return known->name.c_str ();
	return is_driver_entry (fndecl) ? "DriverEntry" : NULL;
}

bool
is_driver_entry (tree fndecl)
{
	tree context = DECL_CONTEXT (fndecl);

	return DECL_NAME (fndecl)
	       && !strcmp (IDENTIFIER_POINTER (DECL_NAME (fndecl)), "DriverEntry")
	       && (!context || TREE_CODE (context) == TRANSLATION_UNIT_DECL
		   || TREE_CODE (context) == NAMESPACE_DECL);
}

const std::vector<role_parameter> &
role_parameters ()
{
	return all_parameters;
}
