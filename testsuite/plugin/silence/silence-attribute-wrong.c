/* { dg-do compile } */
/* spinrule_ignore where it cannot be, and with what it cannot have: a message, and no harm.  */
/* SPDX-License-Identifier: MIT */
#include "wdm-lite.h"

static KSPIN_LOCK lock;

__attribute__((spinrule_ignore("double-aquire", "misspelt")))
void warn_misspelt(void)	/* { dg-warning "attribute ignored: unknown id 'double-aquire'; did you mean 'double-acquire'" "near" } */
{
	KIRQL irql;

	KeAcquireSpinLock(&lock, &irql);
	KeAcquireSpinLock(&lock, &irql);	/* { dg-warning "already held .spinrule-double-acquire." "not ignored" } */
}

__attribute__((spinrule_ignore("zzzzzzzzzzz", "like none")))
void like_none(void);	/* { dg-warning "unknown id 'zzzzzzzzzzz'; the ids are double-acquire, .*or all" "list" } */

typedef int number __attribute__((spinrule_ignore("all", "a type")));	/* { dg-warning "only applies to functions" "type" } */
int variable __attribute__((spinrule_ignore("all", "a variable")));	/* { dg-warning "only applies to functions" "variable" } */
void (*pointer)(void) __attribute__((spinrule_ignore("all", "a pointer")));	/* { dg-warning "only applies to functions" "pointer" } */
struct with_field {
	int field __attribute__((spinrule_ignore("all", "a field")));	/* { dg-warning "only applies to functions" "field" } */
};
void with_parameter(int x __attribute__((spinrule_ignore("all", "a parameter"))));	/* { dg-warning "only applies to functions" "parameter" } */

void good_local(void)
{
	int local __attribute__((spinrule_ignore("all", "a local variable"))) = 0;	/* { dg-warning "only applies to functions" "local" } */

	(void) local;
}
