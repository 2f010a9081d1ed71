/* lower-function.h - one function on its way from GIMPLE to a lock program.
 *
 * lower.cc and lower-goto.cc do its control flow, lower-stmt.cc its statements and values, lower-call.cc and
 * lower-atomic.cc its calls, lower-opaque.cc what lock programs cannot compute.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef LOWER_FUNCTION_H
#define LOWER_FUNCTION_H

#include "source/annotations.h"
#include "lower/cell.h"
#include "lockprog/lockprog.h"

/* True if values of TYPE are integers or pointers that a lock program can hold. */
bool is_word (tree type);
lockprog_type word_type (tree type);

/* True if values of TYPE are in SSA form and no words: they stand for themselves. */
bool is_opaque (tree type);

/* True if REF is all of the one cell in CELLS, as a word; else a lock program cannot say it. */
bool is_whole_cell (tree ref, const std::vector<cell> &cells);

/* An integer constant as lock programs have it. */
long long word_constant (tree cst);

/* A field that was loaded as a part of a BIT_FIELD_REF: its value, its bits there. */
struct loaded_member {
	int value;
	unsigned shift, bits;
};

/* A lock that an annotation names: address -1 is the cancel lock. */
struct promised_lock {
	int address, class_;
};

/* An annotation that is about a spin lock, as the function's program has it. */
struct promise {
	annotation what;
	promised_lock lock;		/* at the entry */
	int condition;			/* value, at the entry; -1: none, or about the result */
	bool lock_is_result, condition_is_result, has_load, is_void;
};

class function_lowering {
	friend class expression;
public:
	function_lowering (lockprog_unit *unit, function *fun, lockprog_function *program)
		: unit (unit), fun (fun), program (program), at (0) {}

	void lower ();

	/* The function DECL has no body, or DECL is a pointer: what its annotations say.  False if that is nothing. */
	bool lower_external (tree decl);

private:
	/* lower.cc */
	void order_blocks (std::vector<basic_block> *order);
	void lower_block (basic_block bb);
	void lower_condition (int block, basic_block bb, gcond *cond);
	void lower_switch (int block, basic_block bb, gswitch *stmt);
	void lower_choice (int block, basic_block bb);
	void lower_goto (basic_block bb, ggoto *stmt);	/* lower-goto.cc */
	lockprog_edge *add_edge (int from, edge e);
	int add_tail (edge e);
	void add_return (int block, tree result, location_t loc);

	/* lower-stmt.cc: statements, put at the end of block AT */
	void lower_params ();
	void lower_phi (gphi *phi);
	bool lower_stmt (gimple *stmt);		/* false: what follows is not reached */
	void lower_asm (gasm *stmt);
	void lower_assign (gassign *assign);
	void lower_store (gimple *stmt, tree ref, int value);
	void clobber (const cell &changed, lockprog_place place);
	int member_address (tree object, const member &m);
	int load_member (tree object, const member &m, const char *text);
	void store_object (gimple *stmt, tree object, tree from);
	void zero_union (tree ref, lockprog_place place);
	void clobber_object (tree ref, lockprog_place place);
	bool clobber_pointed (tree pointer, lockprog_place place);
	void store_through (gimple *stmt, tree pointer, int value);

	/* lower-call.cc */
	bool lower_call (gcall *call);		/* false: it does not come back */
	bool lower_ddi (gcall *call, const spinrule_ddi *ddi);
	bool lower_builtin (gcall *call);
	bool lower_checked_arithmetic (gcall *call);
	bool lower_const_call (gcall *call);
	bool lower_atomic (gcall *call);	/* lower-atomic.cc */
	bool lower_block_move (gcall *call);
	void lower_cancel_contract (gcall *call);
	void define_call_result (gcall *call);
	int call_result (gcall *call);
	void store_call_result (gcall *call, int value);
	void clobber_arguments (gcall *call, const std::vector<int> &but);
	void pass_variables (gcall *call, bool in);
	void pass_variable (tree arg, const cell &variable, bool in, lockprog_place place);
	void pass_irqls (gcall *call, const std::vector<int> &args, bool in);

	/* lower-irql.cc */
	void load_current_irql (int value);
	int irql_before ();
	void change_irql (int before, int saved, lockprog_place place);
	bool lower_irql_call (gcall *call);

	/* lower-annotation.cc */
	void lower_entry_promises (tree decl);
	int load_irql (tree decl, int param, lockprog_place place);
	int save_irql (tree decl, int param, lockprog_place place);
	void lower_return_promises (tree decl, int value, lockprog_place place);
	void add_promise (const promise &p, lockprog_promise when, bool is_held, promised_lock lock, int entry_lock,
			  int irql, lockprog_place place);
	void branch_on (int condition, lockprog_place place, int *on_true, int *on_false);
	bool lower_assumption (gcall *stmt);	/* false: it is none */

	/* lower-stmt.cc: values */
	int ssa_value (tree name);
	int operand (tree value);
	int constant (lockprog_type type, long long number);
	int object (const char *name, bool is_local);
	int address (tree ref);
	int base_address (tree ref, HOST_WIDE_INT *offset);
	int cast (int value, lockprog_type type);
	int comparison (tree_code code, tree a, tree b);
	int add (lockprog_type type, lockprog_expr expr, int a, int b);
	int unknown (lockprog_type type);
	int load (tree ref, int value);
	void load_members (tree name, tree ref);
	const std::vector<loaded_member> *members_in (tree value, unsigned HOST_WIDE_INT *mask);
	int compare_members (tree_code code, tree a, tree b);
	void define (int value, lockprog_expr expr, int a, int b);
	void define_wrapping (int value, lockprog_expr expr, int a, int b);
	void define_undefined ();
	int class_number (const cell &c);

	/* lower-opaque.cc */
	void opaque (int value, const char *op, int a, int b);
	int opaque_operand (tree value);
	int opaque_comparison (tree_code code, tree a, tree b);
	bool opaque_load (int value, tree ref);
	void opaque_assign (int value, gassign *assign);
	void define_others (gimple *stmt);

	lockprog_unit *unit;
	function *fun;
	lockprog_function *program;
	int at;
	std::map<int, int> blocks;			/* by index in the control flow graph */
	std::map<unsigned, int> values;			/* by SSA version */
	std::set<int> defined;
	std::map<unsigned, std::vector<loaded_member> > members;	/* by SSA version */
	std::map<std::pair<int, long long>, int> constants;	/* by type and number */
	std::map<const char *, int> objects;
	std::vector<promise> promises;
	int irql_restored;				/* by annotation, or -1 */
	int irql_saved;					/* ... through a parameter */
	bool saves_irql_as_result;
};

/* The computed goto that BB ends in, or NULL. */
ggoto *computed_goto_at_end (basic_block bb);

/* The labels that STMT may go to.  False if nobody knows. */
bool labels_of_goto (ggoto *stmt, std::vector<tree> *labels);

/* Note each assumption in UNIT for annotation_uses (). */
void lower_note_assumptions (const lockprog_unit *unit);

/* The declaration whose annotations of spin locks say what CALL does: of a function without a body, or a pointer; or
 * NULL.  *NAME is what the unit calls it. */
tree annotated_callee (gcall *call, const char **name);

/* The parameters through which what DECL declares saves, or restores, an IRQL. */
std::vector<int> irql_parameters (tree decl, annotation_kind kind);

/* The functions CALLED, none of which has a body, and the pointers that annotated_callee gave: those that are annotated
 * are added to UNIT and DECLS. */
void lower_externals (lockprog_unit *unit, const std::vector<tree> &called, std::vector<tree> *decls);

#endif
