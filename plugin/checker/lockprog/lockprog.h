/* lockprog.h - the lock program: the locks and branches of a function, without the rest.
 *
 * A unit is a list of functions; a function has values, blocks of operations, and edges.
 *
 *     function MyRead callback DRIVER_DISPATCH at irp.c:30:10
 *       ext:p = param 0 'ext'
 *       n:s32 = param 1 'n'
 *     b0:
 *       lock:p = ext + 8
 *       acquire lock 'ext->lock' class EXT.lock by KfAcquireSpinLock at irp.c:38:2
 *       t = n < 0
 *       if t at irp.c:40:6 -> b1 b2
 *     b1:
 *       return -1 at irp.c:41:3
 *     ...
 *
 * Values are in SSA form: each is defined once.  A lock is a value too: the address of
 * the KSPIN_LOCK as an expression.  Two locks are the same if their addresses are equal.
 *
 * The checker tracks memory by cell: an address and a class.  The class names the field
 * or variable ("EXT.flag"), or the size of what pointers lead to ("*int8"); cells of
 * different classes do not overlap.  A variable that is zeroed as a whole and has arrays
 * is written so, for each class of cells in it:
 *
 *     each:p = opaque 'each' v6 v6
 *     *each = v5 class SLOT.held
 *
 * Whoever creates a function or unit owns it; strings are copied in.  One thread only.
 * Running out of memory ends the process with a message.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef LOCKPROG_H
#define LOCKPROG_H

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "lockprog/name-map.h"
#include "lockprog/reason.h"

#ifdef __cplusplus
extern "C" {
#endif

/* A place in the driver's source.  COOKIE belongs to the adapter (a location_t) and is
 * not printed. */
struct lockprog_place {
	const char *file;	/* NULL: unknown */
	int line, column;
	unsigned long cookie;
};

/* How a value is made. */
enum lockprog_expr {
	LOCKPROG_UNKNOWN,	/* = ?             a new unknown value each time it is executed */
	LOCKPROG_PARAM,		/* = param N       the Nth parameter, from 0 */
	LOCKPROG_CONST,		/* = 5 */
	/* = &name         the address of a variable or a function; never null. */
	LOCKPROG_OBJECT,
	LOCKPROG_COPY,		/* = w             also a cast, when the types differ */
	LOCKPROG_PHI,		/* = phi b1:w b2:x at the head of a block */
	LOCKPROG_LOAD,		/* = *w class C    what the cell at w holds */
	/* = opaque 'op' w x  an unknown value; the same op and operands give the same
	 * value. */
	LOCKPROG_OPAQUE,
	LOCKPROG_ADD,		/* = w + x */
	LOCKPROG_SUB,
	LOCKPROG_MUL,
	LOCKPROG_AND,		/* &, bits */
	LOCKPROG_OR,
	LOCKPROG_XOR,
	LOCKPROG_SHL,
	LOCKPROG_SHR,
	LOCKPROG_NOT,		/* ~ */
	LOCKPROG_NEG,		/* - */
	/* Comparisons compare in the type of their operands and give 0 or 1. */
	LOCKPROG_EQ,
	LOCKPROG_NE,
	LOCKPROG_LT,
	LOCKPROG_LE,
	LOCKPROG_GT,
	LOCKPROG_GE,
	LOCKPROG_EXPRS
};

/* An integer type; pointers are unsigned.  Printed as s32, u8, p (a pointer). */
struct lockprog_type {
	unsigned char bits;	/* 1 to 64 */
	bool is_signed, is_pointer;
};

/* Which code, besides the operations of the program, may change the cells of a class.
 * Each lifetime outlasts those before it. */
enum lockprog_lifetime {
	LOCKPROG_SHARED,	/* other threads, at each call and lock operation: data */
	LOCKPROG_DRIVER,	/* functions of the driver without a program: pointers */
	LOCKPROG_SYSTEM,	/* no other code: pointers in the system's structs, the IRQL */
	/* No other code, but each processor has its own: registers of the processor and
	 * what lies in its control block. */
	LOCKPROG_PROCESSOR,
	/* No other code and no callee: locals whose address does not escape. */
	LOCKPROG_PRIVATE
};

struct lockprog_class {
	const char *name;	/* "EXT.flag", "Global"; unique in its unit */
	enum lockprog_lifetime lifetime;
	/* A field: a digest of the layout of its record, for the linker; or NULL. */
	const char *layout;
	/* Pointers lead to its cells: the class of what they lead to, for the linker; or
	 * NULL. */
	const char *pointed;
};

struct lockprog_value {
	/* In the .lp text; unique in the function.  NULL: "v" and its number. */
	const char *name;
	/* As the programmer wrote it, for messages; NULL if the compiler made it. */
	const char *text;
	struct lockprog_type type;
	enum lockprog_expr expr;
	int a, b;		/* operands: value numbers */
	long long constant;	/* CONST: value, sign-extended from its type; PARAM: number */
	int object;		/* OBJECT: number in the unit */
	int class_;		/* LOAD: class number in the unit */
	const char *op;		/* OPAQUE: what computes it, a shared string */
	int n_phi;		/* PHI: one argument for each predecessor */
	struct lockprog_phi { int block, value; } *phi;
	bool used;		/* TRY results: the program uses the value somewhere */
};

enum lockprog_op_kind {
	LOCKPROG_DEFINE,	/* a value's expression is evaluated here */
	LOCKPROG_LOCKOP,	/* a DDI: acquire, try, release, init, momentary, leave */
	LOCKPROG_STORE,		/* *address = value, class */
	/* Cells of CLASS_ (-1: of every class) have changed to something unknown. */
	LOCKPROG_CLOBBER,
	LOCKPROG_CALL,		/* of a function, in this unit or outside */
	LOCKPROG_ASSUME,	/* the argument is not 0: paths on which it is 0 end here */
	LOCKPROG_PROMISE,	/* what an annotation states about a lock */
};

/* Where a promise holds, and who keeps it. */
enum lockprog_promise {
	LOCKPROG_REQUIRES,	/* at the entry, kept by the caller: "must be held" */
	/* At the entry: follows from what an annotation states that the function does to
	 * the lock. */
	LOCKPROG_ENTERS,
	LOCKPROG_RETURNS,	/* before a return, kept by the function */
	LOCKPROG_ASSUMES,	/* here, guaranteed by the programmer */
	/* Here: data that the lock guards is written, WRITTEN as the program has it. */
	LOCKPROG_GUARDS,
	LOCKPROG_PROMISES
};

struct lockprog_op {
	enum lockprog_op_kind kind;
	/* DEFINE, STORE, CLOBBER, LOCKOP: it stands for what a call does to memory or to
	 * a lock, and holds only if the callee, which TEXT names, for LOCKOP WRITTEN, has
	 * no program.  The linker decides. */
	bool unless_seen;
	struct lockprog_place place;
	/* LOCKOP, PROMISE: the lock as written, "ext->lock" (without a leading &);
	 * CALL: the callee's name. */
	const char *text;

	/* DEFINE: the value.  STORE: the stored value, or -1 if unknown. TRY, CALL: the
	 * result, or -1 if it is ignored. ACQUIRE, if the DDI saves an IRQL: that IRQL */
	int value;
	/* LOCKOP: the lock's address, -1 for the one cancel lock; STORE: the cell's. */
	int address;
	/* LOCKOP: the class of the lock's field or variable, or -1; STORE, CLOBBER: the
	 * class of the cells; CALL: that of the lock in its only LOCK_ARGS, or -1. */
	int class_;

	/* LOCKOP */
	const struct spinrule_ddi *ddi;
	const char *written;	/* the DDI as the programmer wrote it at this place */
	const char *level;	/* of the lock in the order of locks; or NULL */
	int handle;		/* value: the queue handle's address, or -1 */
	/* RELEASE with GIVEN: the value given back; THROUGH: the address it is
	 * stored at; or -1.
	 * PROMISE: the value given back (ENTERS) or saved (RETURNS). */
	int irql;

	/* PROMISE; ADDRESS, CLASS_, TEXT, LEVEL and WRITTEN as for LOCKOP */
	enum lockprog_promise promise;
	/* False: it is free.  RETURNS: HANDLE is the lock's address as it was at the
	 * entry, or -1. */
	bool is_held;

	/* CALL; the argument of ASSUME */
	int callee;		/* number in the unit, or -1 */
	/* Of a call through a pointer: functions of the unit that it may point to. */
	int n_targets;
	/* FUNCTION: set by lockprog_finish; or -1. */
	struct lockprog_target { const char *name; int function; } *targets;
	/* Through a pointer: the type of the function, as lockprog_symbol has it; or
	 * NULL. */
	const char *type;
	/* Declared in a system header: leaves the driver's pointers alone. */
	bool is_system;
	int n_args;
	int *args;		/* value numbers, -1 unknown */
	/* Bit I: argument I is declared as a pointer to a spin lock. */
	unsigned long long lock_args;
};

enum lockprog_exit_kind {
	LOCKPROG_GOTO,		/* to succ[0]; without a successor the machine stops here */
	LOCKPROG_CHOICE,	/* to any successor; the condition is unknown */
	LOCKPROG_IF,		/* value != 0: succ[0], else succ[1] */
	LOCKPROG_SWITCH,	/* on value */
	LOCKPROG_RETURN		/* value or -1 */
};

struct lockprog_edge {
	int block;
	bool is_default;	/* SWITCH: taken for all values that no other edge takes */
	int n_ranges;		/* SWITCH */
	struct lockprog_range { long long low, high; } *ranges;
};

struct lockprog_block {
	const char *name;	/* "b3" */
	int n_ops, max_ops;
	struct lockprog_op *ops;
	enum lockprog_exit_kind exit;
	int value;		/* IF, SWITCH, RETURN */
	struct lockprog_place place;	/* of the branch or the return */
	int n_succ, max_succ;
	struct lockprog_edge *succ;
};

/* What the linker needs of a function before it reads the body. */
struct lockprog_outline {
	bool has_locks;		/* operations on locks, or promises */
	unsigned long long digest;	/* of the body: copies of one function have one */
	int n_calls;
	const char **calls;	/* whom it calls, also where a pointer may lead */
	int n_types;
	const char **types;	/* types of functions that it calls through pointers */
	int n_ddis;
	const char **ddis;	/* as written */
	/* The body in the code of its unit (link/code.h), SIZE bytes. */
	const unsigned char *code;
	size_t size;
};

struct lockprog_function {
	const char *name;
	int number;		/* in the unit; set by lockprog_finish */
	/* Of a function that was read from an object; else NULL. */
	struct lockprog_outline *outline;
	struct lockprog_place place;
	const char *role;	/* role type by which it is a callback, or NULL */
	bool enters_with_cancel_lock;
	/* It is entered at DISPATCH_LEVEL or above, and its thread stays on its processor
	 * until it returns. */
	bool is_at_dispatch;
	/* Set by the linker: the function that states which lock it is entered with, by a
	 * role that its own unit does not know; or NULL. */
	const struct lockprog_function *entry;
	/* Value: the IRQL that the cancel lock's acquire saved, Irp->CancelIrql at the
	 * entry; or -1. */
	int cancel_irql;
	/* It has no body here: its blocks state what its annotations promise, and it is
	 * not checked. */
	bool is_external;
	/* No other code uses its data while it runs: it may write them without a
	 * lock. */
	bool is_alone;
	/* It stands for functions of the unit that a pointer may lead to, and calls one
	 * of them (check/choice.h). */
	bool is_choice;
	enum reason unknown;	/* why it could not be turned into a program, or REASON_NONE */
	struct lockprog_type result;	/* bits 0: void */
	bool result_is_ntstatus;	/* negative is failure */
	bool result_is_object;		/* it is a struct or the like */
	int n_params;
	int n_values, max_values;
	struct lockprog_value *values;
	int n_blocks, max_blocks;
	struct lockprog_block *blocks;	/* blocks[0] is the entry */
};

struct lockprog_object {
	const char *name;	/* unique in the unit: "Global", "MyRead.local" */
	/* It is in one function's frame: no other function can point to it unless it
	 * escapes. */
	bool is_local;
	/* Its address reaches only functions of the unit, through arguments and other
	 * contained objects: no other code changes it. */
	bool is_contained;
	/* No code writes to it. */
	bool is_constant;
	/* It is not in memory: its address stands for the current thread, or for what
	 * belongs to that thread. */
	bool is_thread;
};

/* ---- what only the linker needs ---- */

enum lockprog_linkage {
	LOCKPROG_UNDEFINED,	/* defined elsewhere */
	LOCKPROG_STATIC,	/* seen in its unit only */
	LOCKPROG_GLOBAL,
	LOCKPROG_WEAK,		/* a GLOBAL of the same name replaces it */
	LOCKPROG_INLINE,	/* units that define it have copies, and one is kept */
	LOCKPROG_LINKAGES
};

/* How a unit uses a function as a callback. */
struct lockprog_role {
	const char *name;	/* the role type; NULL: it does not */
	bool enters_with_cancel_lock, is_at_dispatch;
	/* The function of the unit that states which lock it is entered with, and
	 * leaves held; NULL: with none besides. */
	const char *entry;
};

/* A function or a variable. */
struct lockprog_symbol {
	const char *name;	/* in the unit's functions, calls and objects */
	const char *link_name;	/* for the linker */
	enum lockprog_linkage linkage;
	/* A pointer may lead to it: its address is kept under its own type if the unit
	 * names no others. */
	bool is_taken;
	bool is_system;		/* of a system header: its violations are not reported */
	/* Of a function: what it takes and returns.  NULL: a variable, or not known. */
	const char *type;
	struct lockprog_role role;
	const char *alias_of;	/* the function of the unit that it is a name of, or NULL */
};

/* The address of FUNCTION, whose symbol is taken, is kept under TYPE (pointers.h). */
struct lockprog_kept {
	const char *function, *type;
};

/* Pointers to functions of type FROM are converted to ones of type TO. */
struct lockprog_conversion {
	const char *from, *to;
};

/* Functions that are handed over as parameter NUMBER of FUNCTION get a role. */
struct lockprog_role_parameter {
	const char *function;
	int number;
	struct lockprog_role role;
};

/* Violations of ID (enum spinrule_violation) at PLACE are silenced by the programmer. */
struct lockprog_silenced {
	int id;
	struct lockprog_place place;
};

/* The address of the variable NAME, or what the function NAME gets as parameter NUMBER,
 * reaches only functions of the driver, if that is so of each of NEEDS: parameters of
 * functions of other files. */
struct lockprog_stays {
	const char *name;
	int number;		/* -1: NAME is a variable */
	int n_needs, max_needs;
	struct lockprog_need { const char *function; int number; } *needs;
};

struct lockprog_unit {
	const char *name;	/* the source file, for the summary */
	/* Where and how it was compiled, or NULL: the folder in which NAME is found, the
	 * compiler's target, options that change verdicts. */
	const char *directory, *target, *options;
	int n_functions, max_functions;
	struct lockprog_function **functions;
	int n_objects, max_objects;
	struct lockprog_object *objects;
	int n_classes, max_classes;
	struct lockprog_class *classes;
	bool has_processor;	/* some class has lifetime PROCESSOR */
	struct name_map object_numbers, class_numbers;
	int n_symbols, max_symbols;
	struct lockprog_symbol *symbols;
	int n_kept, max_kept;
	struct lockprog_kept *kept;
	int n_conversions, max_conversions;
	struct lockprog_conversion *conversions;
	int n_parameters, max_parameters;
	struct lockprog_role_parameter *parameters;
	int n_silenced, max_silenced;
	struct lockprog_silenced *silenced;
	int n_stays, max_stays;
	struct lockprog_stays *stays;
	/* Locks of level FIRST are acquired before those of level SECOND. */
	int n_levels, max_levels;
	struct lockprog_levels { const char *first, *second; } *levels;
	/* Read from an object: the strings that the bodies of its functions name by
	 * number, and the memory that has them. */
	int n_strings;
	const char **strings;
	unsigned char *code;
};

/* The name of the one cancel lock, which has no address in the driver's source. */
#define LOCKPROG_CANCEL_LOCK "the cancel spin lock"

/* The name of the variable that stands for the current IRQL, and of its class. */
#define LOCKPROG_IRQL "the IRQL"

/* The OPAQUE of a variable's address that is the address of each cell of the variable: a
 * store there goes to all cells of its class in the variable. */
#define LOCKPROG_EACH "each"

/* ---- build ---- */

struct lockprog_unit *lockprog_new_unit(const char *name);
void lockprog_free_unit(struct lockprog_unit *unit);
/* Free a function that was taken out of its unit; or its values and blocks only. */
void lockprog_free_function(struct lockprog_function *function);
void lockprog_free_body(struct lockprog_function *function);

/* Add a function without blocks.  Callees may be added after their callers:
 * lockprog_finish finds an op's CALLEE by name. */
struct lockprog_function *lockprog_add_function(struct lockprog_unit *unit, const char *name);

/* The number of the object or class NAME; creates it if it is new, with IS_LOCAL or the
 * lifetime. */
int lockprog_object(struct lockprog_unit *unit, const char *name, bool is_local);
int lockprog_class(struct lockprog_unit *unit, const struct lockprog_class *new_class);

/* Add a copy of what is given; its strings are shared ones. */
void lockprog_add_symbol(struct lockprog_unit *unit, const struct lockprog_symbol *symbol);
void lockprog_add_kept(struct lockprog_unit *unit, const char *function, const char *type);
void lockprog_add_conversion(struct lockprog_unit *unit, const char *from, const char *to);
void lockprog_add_role_parameter(struct lockprog_unit *unit,
				 const struct lockprog_role_parameter *parameter);
void lockprog_add_silenced(struct lockprog_unit *unit, const struct lockprog_silenced *silenced);

/* Locks of level FIRST are acquired before those of level SECOND: shared strings.
 * Nothing is added twice. */
void lockprog_add_levels(struct lockprog_unit *unit, const char *first, const char *second);

/* True if UNIT says, directly or by levels between, that locks of level FIRST are
 * acquired before those of level SECOND, and not the other way round as well. */
bool lockprog_level_is_before(const struct lockprog_unit *unit, const char *first,
			      const char *second);

/* Add one without needs, and a need of the one that was added last. */
void lockprog_add_stays(struct lockprog_unit *unit, const char *name, int number);
void lockprog_add_need(struct lockprog_unit *unit, const char *function, int number);

/* Drop the operations that hold only for calls of functions without a program, where the
 * callee has one.  Callees must have their numbers. */
void lockprog_settle(struct lockprog_unit *unit);
void lockprog_settle_function(const struct lockprog_unit *unit,
			      struct lockprog_function *function);

/* What block NUMBER of any function is called unless its program says otherwise: "b0". */
const char *lockprog_block_name(int number);

/* Add a block and return its number.  It ends in GOTO without a successor until its exit
 * is set. */
int lockprog_add_block(struct lockprog_function *function);

/* Add a value and return its number.  If NAME is NULL, it is called "v7" or the like.
 * Fill in expr and operands through function->values[number].  Params, constants and
 * objects need no DEFINE op; all others do, in the block where they are computed (PHIs
 * first). */
int lockprog_add_value(struct lockprog_function *function, const char *name, const char *text,
		       struct lockprog_type type, enum lockprog_expr expr, int a, int b);
int lockprog_const(struct lockprog_function *function, struct lockprog_type type,
		   long long constant);
void lockprog_add_phi_arg(struct lockprog_function *function, int value, int from_block, int arg);

/* Add an op of KIND at the end of BLOCK, with all numbers -1; valid until the next one is
 * added. */
struct lockprog_op *lockprog_add_op(struct lockprog_function *function, int block,
				    enum lockprog_op_kind kind, struct lockprog_place place);
void lockprog_define(struct lockprog_function *function, int block, int value,
		     struct lockprog_place place);
void lockprog_add_arg(struct lockprog_op *op, int value);
void lockprog_add_target(struct lockprog_op *op, const char *name);

/* Add an edge from BLOCK; valid until the next one is added. */
struct lockprog_edge *lockprog_add_edge(struct lockprog_function *function, int block, int to);
void lockprog_add_range(struct lockprog_edge *edge, long long low, long long high);

/* A copy of TEXT that lives as long as the process (texts, file names, class names). */
const char *lockprog_string(const char *text);

/* True if OP calls a function of the driver by its name that has no program. */
bool lockprog_calls_unseen(const struct lockprog_op *op);

/* True if the current IRQL is CLASS_. */
static inline bool lockprog_class_is_irql(const struct lockprog_class *class_)
{
	return !strcmp(class_->name, LOCKPROG_IRQL);
}

/* True if each processor has cells of CLASS_ of its own. */
static inline bool lockprog_class_is_of_processor(const struct lockprog_class *class_)
{
	return class_->lifetime == LOCKPROG_PROCESSOR;
}

/* True if only operations of the function itself change cells of CLASS_. */
static inline bool lockprog_class_is_private(const struct lockprog_class *class_)
{
	return class_->lifetime == LOCKPROG_PRIVATE;
}

/* True if cells of CLASS_ keep their values although other threads (BY_THREADS), and
 * functions of the driver without a program (BY_DRIVER), may have run. */
static inline bool lockprog_class_survives(const struct lockprog_class *class_, bool by_threads,
					   bool by_driver)
{
	return !(by_threads && class_->lifetime < LOCKPROG_DRIVER) &&
	       !(by_driver && class_->lifetime < LOCKPROG_SYSTEM);
}

/* True if FUNCTION has an operation of KIND. */
bool lockprog_has_op(const struct lockprog_function *function, enum lockprog_op_kind kind);

/* True if FUNCTION may come back to its caller. */
bool lockprog_returns(const struct lockprog_function *function);

/* Find callees by name.  Call once when the unit is complete. */
void lockprog_finish(struct lockprog_unit *unit);

/* ---- print, read back, describe ---- */

void lockprog_print(FILE *out, const struct lockprog_unit *unit);
void lockprog_print_function(FILE *out, const struct lockprog_unit *unit,
			     const struct lockprog_function *function);

/* Read the text form; read.c describes it.  On a syntax error returns NULL and sets
 * *ERROR to "name:line: what" (malloc'ed, the caller frees).  A name that is used and
 * never defined becomes a parameter of type s32, or, as the operand of a lock operation,
 * the address of a global of its own.  An operation without a place gets that of its line
 * in the text. */
struct lockprog_unit *lockprog_read(FILE *in, const char *name, char **error);

/* The operator of EXPR in C, or NULL if it has none. */
const char *lockprog_operator(enum lockprog_expr expr);

/* Write into BUFFER the condition under which BLOCK takes edge number SUCC, in source
 * words: "'irp' is null", "'n' is less than 0", "'status' is 3 to 5".  Returns false if
 * there are no words for it. */
bool lockprog_describe_edge(const struct lockprog_function *function, int block, int succ,
			    char *buffer, int size);

#ifdef __cplusplus
}
#endif

#endif
