/* { dg-do compile } */
/* Annotations that are not understood are told once, and say nothing.  */
/* SPDX-License-Identifier: MIT */
#include "../../../runtime/spinrule-sal.h"
#include "wdm-lite.h"

struct ext {
	KIRQL irql;
	KSPIN_LOCK lock;
	struct mutex { LONG count; } *mutex;
	LONG number;
};

void good_uses_them(struct ext *ext);

_Acquires_lock_(ext->no_lock) void no_member(struct ext *ext);		/* { dg-warning "'ext->no_lock' in an annotation of 'no_member' is not understood at 'no_lock'" "member" } */
_Acquires_lock_(extension->lock) void no_name(struct ext *ext);		/* { dg-warning "not understood at 'extension'" "name" } */
_Acquires_lock_(lock_of(ext)) void a_call(struct ext *ext);		/* { dg-warning "not understood at 'lock_of'" "call" } */
_Acquires_lock_(ext->lock +) void no_operand(struct ext *ext);		/* { dg-warning "not understood at '\\\+'" "operator" } */
_Acquires_lock_(ext->number) void no_lock(struct ext *ext);
_Acquires_lock_(ext->mutex) void a_mutex(struct ext *ext);
_Releases_lock_(_Global_critical_region_) void a_region(struct ext *ext);
_When_(result == 3, _Acquires_lock_(ext->lock)) int no_condition(struct ext *ext);	/* { dg-warning "'result == 3' in an annotation of 'no_condition' is not understood at 'result'" "condition" } */
_When_(return == 3, _Acquires_lock_(ext->lock)) void no_result(struct ext *ext);	/* { dg-warning "not understood at 'return'" "result" } */
_When_(return == 3, _Out_ _Unknown_) int other_annotations(struct ext *ext);
void not_used(struct ext *ext) __attribute__((spinrule_acquires("extension->lock")));
int variable __attribute__((spinrule_acquires("lock")));	/* { dg-warning "attribute 'spinrule_acquires' is for functions, their parameters and pointers to functions: ignored" "variable" } */
typedef int number __attribute__((spinrule_releases("lock")));	/* { dg-warning "attribute 'spinrule_releases' is for functions, their parameters and pointers to functions: ignored" "type" } */

/* Whoever calls them is judged as if nothing were said. */
KDEFERRED_ROUTINE good_calls_them;

VOID NTAPI good_calls_them(PKDPC dpc, PVOID context, PVOID arg1, PVOID arg2)
{
	struct ext *ext = context;

	no_member(ext);
	no_member(ext);
	no_name(ext);
	a_call(ext);
	no_operand(ext);
	no_lock(ext);
	no_lock(ext);
	a_mutex(ext);
	a_mutex(ext);
	a_region(ext);
	no_condition(ext);
	no_result(ext);
	other_annotations(ext);
}
