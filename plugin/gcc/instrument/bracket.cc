/* bracket.cc - calls of lock functions that stay, between two events for the runtime:
 *
 *     old = lock_it (lock);        spinrule_before (&bracket, lock, 0, 0, &site);
 *                                  old = lock_it (lock);
 *                                  spinrule_after (&bracket, lock, 0, old, &site);
 *
 * These are functions without a wrapper: inline ones, those of a framework's table, and
 * those of a table of one's own.  A call through a pointer has no events; so a file that
 * takes the address of one has no events of any function of that system (Ndis, Wdf, ...):
 * the runtime would see half of the calls.
 *
 * SPDX-License-Identifier: MIT
 */

#include "compat.h"
#include "stor-layout.h"
#include "runtime/spinrule.h"
#include "source/ddi.h"
#include "source/lockclass.h"
#include "source/lockname.h"
#include "source/place.h"
#include "source/storport.h"
#include "instrument/object.h"
#include "instrument/site.h"
#include "instrument/bracket.h"

static tree bracket_type, before_decl, after_decl, after_status_decl;
/* By the DDI and its flags. */
static std::map<std::pair<const spinrule_ddi *, unsigned>, tree> brackets;

/* Systems of which the unit takes the address of a lock function. */
static std::set<std::string> called_by_pointer;

/* What the functions of one system have in common: the first word of their names; those
 * of tables of one's own are one system. */
static std::string
system_of (const spinrule_ddi *ddi)
{
	size_t n = 1;

	if (ddi->row)
		return "";
	while (ISLOWER (ddi->name[n]))
		n++;
	return std::string (ddi->name, n);
}

void
bracket_start_unit ()
{
	cgraph_node *node;

	bracket_type = before_decl = after_decl = after_status_decl = NULL_TREE;
	brackets.clear ();
	called_by_pointer.clear ();
	FOR_EACH_FUNCTION (node) {
		const spinrule_ddi *ddi = ddi_of_decl (node->decl);

		if (ddi && spinrule_is_compile_time (ddi) && node->address_taken)
			called_by_pointer.insert (system_of (ddi));
	}
}

static bool
is_number (tree type)
{
	return INTEGRAL_TYPE_P (type) || POINTER_TYPE_P (type);
}

const spinrule_ddi *
bracket_ddi (gcall *call)
{
	const spinrule_ddi *ddi = ddi_of_call (call);

	if (!ddi || !spinrule_is_compile_time (ddi) || gimple_call_chain (call)
	    || called_by_pointer.count (system_of (ddi)))
		return NULL;
	for (int arg : { ddi->lock, ddi->handle, ddi->irql_arg })
		if (arg >= 0 && !is_number (TREE_TYPE (gimple_call_arg (call, arg))))
			return NULL;
	return ddi;
}

/* ---- descriptors ---- */

/* struct spinrule_bracket of runtime/spinrule.h, field by field. */
static tree
make_bracket_type ()
{
	tree text = build_pointer_type (build_qualified_type (char_type_node, TYPE_QUAL_CONST));
	tree type = make_node (RECORD_TYPE), fields = NULL_TREE;
	const std::pair<const char *, tree> members[] = {
		{ "pair", text }, { "global", text }, { "op", unsigned_type_node },
		{ "group", unsigned_type_node }, { "flags", unsigned_type_node }
	};

	for (const auto &member : members) {
		tree field = build_decl (BUILTINS_LOCATION, FIELD_DECL,
					 get_identifier (member.first), member.second);

		DECL_CHAIN (field) = fields;
		fields = field;
	}
	finish_builtin_struct (type, "spinrule_bracket", fields, NULL_TREE);
	return type;
}

static tree
bracket_address (const spinrule_ddi *ddi, unsigned flags)
{
	tree &bracket = brackets[{ ddi, flags }];
	bool is_own = ddi->group > SPINRULE_GROUPS - 1;

	if (!bracket_type)
		bracket_type = make_bracket_type ();
	if (!bracket) {
		bracket = object_new ("spinrule_bracket", bracket_type, {
			object_text (is_own ? spinrule_group_name (ddi->group) : ""),
			object_text (ddi->global ? ddi->global : ""),
			build_int_cst (unsigned_type_node, ddi->op),
			build_int_cst (unsigned_type_node, is_own ? 0 : ddi->group),
			build_int_cst (unsigned_type_node, flags)
		});
		TREE_READONLY (bracket) = 1;
		varpool_node::finalize_decl (bracket);
	}
	return build1 (ADDR_EXPR, build_pointer_type (bracket_type), bracket);
}

/* ---- events ---- */

/* The runtime's function NAME.  HAS_STATUS: with one more argument. */
static tree
event_function (tree *decl, const char *name, bool has_status)
{
	if (!*decl) {
		tree type = build_function_type_list (void_type_node,
						      build_pointer_type (bracket_type),
						      size_type_node, size_type_node,
						      size_type_node, site_pointer_type (),
						      has_status ? size_type_node : NULL_TREE,
						      NULL_TREE);
		*decl = site_runtime_function (name, site_runtime_convention (type));
		/* It comes back, and once: a call of it ends no block. */
		DECL_ATTRIBUTES (*decl) = tree_cons (get_identifier ("leaf"), NULL_TREE,
						     DECL_ATTRIBUTES (*decl));
		TREE_NOTHROW (*decl) = 1;
	}
	return *decl;
}

static void
add (gimple_seq *seq, gimple *stmt, gimple *of)
{
	gimple_set_location (stmt, gimple_location (of));
	gimple_set_block (stmt, gimple_block (of));
	gimple_seq_add_stmt (seq, stmt);
}

/* VALUE of a call OF as a size_t, by statements at the end of SEQ. */
static tree
as_word (gimple_seq *seq, tree value, gimple *of)
{
	tree word;

	if (!value)
		return size_zero_node;
	if (CONSTANT_CLASS_P (value))
		return fold_convert (size_type_node, value);
	if (types_compatible_p (TREE_TYPE (value), size_type_node))
		return value;
	word = make_temp_ssa_name (size_type_node, NULL, "spinrule");
	add (seq, gimple_build_assign (word, NOP_EXPR, value), of);
	return word;
}

/* The lock of the message of an object that CALL names. */
static tree
lock_of_message (gimple_seq *seq, gcall *call, const spinrule_ddi *ddi)
{
	tree first = make_temp_ssa_name (size_type_node, NULL, "spinrule");
	tree at = make_temp_ssa_name (size_type_node, NULL, "spinrule");
	tree lock = make_temp_ssa_name (size_type_node, NULL, "spinrule");

	add (seq, gimple_build_assign (first, PLUS_EXPR,
				       as_word (seq, gimple_call_arg (call, ddi->lock), call),
				       build_int_cst (size_type_node, storport_first_message)),
	     call);
	add (seq, gimple_build_assign (at, MULT_EXPR,
				       as_word (seq, gimple_call_arg (call, ddi->kind), call),
				       build_int_cst (size_type_node, storport_lock_size)),
	     call);
	add (seq, gimple_build_assign (lock, PLUS_EXPR, first, at), call);
	return lock;
}

/* The lock of an object that CALL names by a kind.  Where the kind is not known, the
 * handle stands for it. */
static tree
lock_by_kind (gimple_seq *seq, gcall *call, const spinrule_ddi *ddi)
{
	tree kind = gimple_call_arg (call, ddi->kind);
	tree context = gimple_call_arg (call, ddi->kind + 1);

	if (ddi->group == SPINRULE_GROUP_STORPORT_MSI)
		return lock_of_message (seq, call, ddi);
	if (!tree_fits_shwi_p (kind))
		return as_word (seq, gimple_call_arg (call, ddi->handle), call);
	long long number = tree_to_shwi (kind);
	if (storport_is_of_dpc (number) && !integer_zerop (context))
		return as_word (seq, context, call);
	tree lock = make_temp_ssa_name (size_type_node, NULL, "spinrule");
	add (seq, gimple_build_assign (lock, PLUS_EXPR,
				       as_word (seq, gimple_call_arg (call, ddi->lock), call),
				       build_int_cst (size_type_node,
						      storport_first_kind
							      + number * storport_lock_size)),
	     call);
	return lock;
}

/* A call of DECL.  STATUS may be NULL_TREE. */
static void
add_event (gimple_seq *seq, tree decl, tree bracket, const tree words[3], tree site, tree status,
	   gimple *of)
{
	add (seq,
	     gimple_build_call (decl, status ? 6 : 5, bracket, words[0], words[1], words[2], site,
				status),
	     of);
}

/* What CALL returns, in a name of its own; what used to take it takes it from there, by
 * statements at the end of SEQ. */
static tree
result_of (gimple_seq *seq, gcall *call)
{
	tree lhs = gimple_call_lhs (call);
	tree type = TREE_TYPE (gimple_call_fntype (call));

	if (lhs && TREE_CODE (lhs) == SSA_NAME)
		return lhs;
	tree result = make_temp_ssa_name (lhs ? TREE_TYPE (lhs) : type, call, "spinrule");
	gimple_call_set_lhs (call, result);
	if (lhs)
		add (seq, gimple_build_assign (lhs, result), call);
	update_stmt (call);
	return result;
}

/* What the call of DDI has saved, or the result of a try, as a value after CALL. */
static tree
state_after (gimple_seq *seq, gcall *call, const spinrule_ddi *ddi)
{
	if (ddi->irql == SPINRULE_IRQL_THROUGH) {
		tree pointer = gimple_call_arg (call, ddi->irql_arg);
		tree type = TREE_TYPE (TREE_TYPE (pointer));
		tree value = make_temp_ssa_name (type, NULL, "spinrule");

		add (seq, gimple_build_assign (value, build_simple_mem_ref (pointer)), call);
		return value;
	}
	return result_of (seq, call);
}

/* The flags of the bracket around CALL.  A state that is no number is not looked at. */
static unsigned
flags_of (gcall *call, const spinrule_ddi *ddi)
{
	unsigned flags = 0;

	if (ddi->irql == SPINRULE_IRQL_GIVEN)
		flags |= SPINRULE_GIVES;
	if (ddi->op == SPINRULE_OP_ACQUIRE
	    && ((ddi->irql == SPINRULE_IRQL_RETURNED
		 && is_number (TREE_TYPE (gimple_call_fntype (call))))
		|| (ddi->irql == SPINRULE_IRQL_THROUGH
		    && is_number (TREE_TYPE (TREE_TYPE (gimple_call_arg (call, ddi->irql_arg)))))))
		flags |= SPINRULE_SAVES;
	if (spinrule_nests (ddi->group))
		flags |= SPINRULE_NESTS;
	if (spinrule_is_by_handle (ddi->group))
		flags |= SPINRULE_BY_HANDLE;
	if (ddi->global)
		flags |= SPINRULE_OF_GLOBAL;
	if (ddi->lock >= 0)
		flags |= SPINRULE_HAS_LOCK;
	if (ddi->succeeds_with_zero)
		flags |= SPINRULE_ZERO_IS_SUCCESS;
	return flags;
}

void
bracket_call (gimple_stmt_iterator *gsi, const spinrule_ddi *ddi, bool *is_on_edge)
{
	gcall *call = as_a<gcall *> (gsi_stmt (*gsi));
	unsigned flags = flags_of (call, ddi);
	bool is_try = ddi->op == SPINRULE_OP_TRY
		      && is_number (TREE_TYPE (gimple_call_fntype (call)));
	bool has_status = ddi->op == SPINRULE_OP_ACQUIRE && spinrule_returns_status (ddi)
			  && is_number (TREE_TYPE (gimple_call_fntype (call)));
	bool has_after = ddi->op == SPINRULE_OP_ACQUIRE || is_try;
	tree site = site_address (current_function_decl, place_of (call), ddi_written (call, ddi),
				  lock_text (call, ddi), 0, lock_class (call, ddi));
	tree bracket = bracket_address (ddi, flags);
	gimple_seq before = NULL, after = NULL;
	tree words[3] = { size_zero_node, size_zero_node, size_zero_node };

	if (ddi->kind != SPINRULE_NO_ARG)
		words[0] = lock_by_kind (&before, call, ddi);
	else if (ddi->lock >= 0)
		words[0] = as_word (&before, gimple_call_arg (call, ddi->lock), call);
	if (ddi->handle >= 0)
		words[1] = as_word (&before, gimple_call_arg (call, ddi->handle), call);
	if (flags & SPINRULE_GIVES)
		words[2] = as_word (&before, gimple_call_arg (call, ddi->irql_arg), call);
	add_event (&before, event_function (&before_decl, "spinrule_before", false), bracket, words,
		   site, NULL_TREE, call);
	gsi_insert_seq_before (gsi, before, GSI_SAME_STMT);
	if (!has_after)
		return;

	gimple_call_set_must_tail (call, false);
	words[2] = is_try || flags & SPINRULE_SAVES
		   ? as_word (&after, state_after (&after, call, ddi), call) : size_zero_node;
	if (has_status)
		add_event (&after,
			   event_function (&after_status_decl, "spinrule_after_status", true),
			   bracket, words, site,
			   as_word (&after, result_of (&after, call), call), call);
	else
		add_event (&after, event_function (&after_decl, "spinrule_after", false), bracket,
			   words, site, NULL_TREE, call);
	if (!stmt_ends_bb_p (call)) {
		gimple_stmt_iterator behind = *gsi;

		gsi_insert_seq_after (&behind, after, GSI_SAME_STMT);
	} else if (edge way = find_fallthru_edge (gimple_bb (call)->succs)) {
		gsi_insert_seq_on_edge (way, after);
		*is_on_edge = true;
	}
}
