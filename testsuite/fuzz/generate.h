/* generate.h - what the files of generate.c share: the unit that is being made, and the state of its making.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef GENERATE_H
#define GENERATE_H

#include <stdbool.h>
#include <stddef.h>

enum {
	MAX_BLOCKS = 400,
	MAX_PREDS = 60,
	MAX_VALUES = 9000,
	MAX_FUNCTIONS = 3,
	MAX_GOTOS = 8,

	/* variables of a function */
	X = 0, Y, Z,			/* its parameters */
	F, G, H,			/* flags */
	R,				/* what it returns */
	I, J,				/* counters */
	P, Q,				/* with --irqls: what acquires of the two locks saved */
	L,				/* with --driver: a pointer to a lock */
	VARIABLES
};

/* A value: a name, and for a PHI where and of which variable it is. */
struct value {
	char name[24];
	int phi_block, variable;	/* -1: no PHI */
	int same_as;			/* -1, or what a PHI without a choice stands for */
};

struct block {
	char *text;			/* values are written \1NUMBER\2 until they are printed */
	size_t length;
	bool started, ended, is_join, reachable;
	int n_preds, preds[MAX_PREDS];
	int in[VARIABLES], out[VARIABLES];
};

/* What is known of a function of the unit by its callers. */
struct known {
	char name[16];
	enum { ACQUIRES, RELEASES, TRIES, ANYTHING } kind;
	bool has_lock_param, has_result;
	int n_params;
};

/* A question that can be asked again in other words. */
struct condition {
	enum { TRUTH, COMPARED, MASKED, PAIR, SHIFTED, BOTH, EITHER } kind;
	int a, b, number;
	int op;			/* of operators */
	int c, d;		/* BOTH, EITHER: a truth of c and one of d */
};

/* ---- of generate.c ---- */

extern const char *const variable_names[VARIABLES];
extern struct value values[MAX_VALUES];
extern int n_values;
extern struct block blocks[MAX_BLOCKS];
extern int n_blocks, here;
extern int variables[VARIABLES];	/* their values at this point */
extern int constants[16];	/* of -4 to 11 */
extern bool is_callback, has_result, has_lock_param, uses_memory;
extern int n_params, n_locks, number;
extern int n_variables;
extern bool has_queued;
extern char lock_names[3][8];

const char *handle_of(int lock);
extern bool has_driver;
extern int null;	/* the value, or -1 */

int any_lock(int avoid);
void acquire(int lock);
void release(int lock);
void statements(int depth, int avoid);
void when(const struct condition *c, bool negated, void (*what)(int), int argument);
void exit_when(const struct condition *c, bool negated, int held);

/* ---- of generate-driver.c ---- */

void driver_begin(void);
void driver_begin_function(void);
void driver_statement(int depth, int avoid);

/* ---- of generate-program.c ----
 *
 * EMIT appends to the block: %v is a value, %d a number, %s a string. */

extern unsigned long long random_state;

unsigned random_number(unsigned below);
bool chance(unsigned percent);
int pick(int low, int high);
void emit(const char *format, ...);
int new_value(const char *name);
int constant(int c);
int null_pointer(void);
bool is_constant(int value);
int new_block(bool is_join);
void add_edge(int to);
bool is_open(void);
void end_block(void);
void go(int to);
void go_if(int condition, int yes, int no);
void start(int block);
void mark_reachable(int block);
void print_function(const char *name, bool is_irql_helper);

/* ---- of generate-condition.c ---- */

int any_variable(void);
struct condition any_condition(void);
int emit_comparison(int a, int op, int b_constant);
int emit_condition(const struct condition *c, bool negated);

#endif
