/* { dg-do compile } */
/* Annotated pointers to functions in C++: whatever they are, their parameters have no names.  */
/* SPDX-License-Identifier: MIT */
#include "../../../runtime/spinrule-sal.h"
#include "wdm-lite.h"

struct ext {
	KSPIN_LOCK lock;
};

static KSPIN_LOCK global;

class operations {
public:
	_Acquires_lock_(global) void (*enter)(ext *e);
	_Releases_lock_(global) void (*leave)(ext *e);
	void (*take)(_Acquires_lock_(_Curr_->lock) ext *e);
	_Acquires_lock_(e->lock) void (*unclear)(ext *e);	/* { dg-warning "'e->lock' in an annotation of '(operations::)?unclear' is not understood at 'e'" } */
};

void good_field(operations *o, ext *e)
{
	o->enter(e);
	o->leave(e);
	o->enter(e);
	o->leave(e);
}

void warn_field(operations *o, ext *e)
{
	o->enter(e);
	o->enter(e);	/* { dg-warning "'global' is acquired while already held" "field" } */
}

/* Its parameters' annotations are not seen. */
void good_parameter_of_field(operations *o, ext *e)
{
	o->take(e);
	o->take(e);
	o->unclear(e);
	o->unclear(e);
}

_Acquires_lock_(global) typedef void ENTER(ext *e);
typedef _Releases_lock_(global) void (*PLEAVE)(ext *e);

void good_typedef(ENTER *enter, PLEAVE leave, ext *e)
{
	enter(e);
	leave(e);
}

void warn_typedef(ENTER *enter, PLEAVE leave, ext *e)
{
	enter(e);
	leave(e);
	leave(e);	/* { dg-warning "'global' is released but not held" "typedef" } */
}

ENTER enter_declared;

void good_declared(ext *e)
{
	enter_declared(e);
	KeReleaseSpinLockFromDpcLevel(&global);
}

void warn_declared(ext *e)
{
	enter_declared(e);
	enter_declared(e);	/* { dg-warning "'global' is acquired while already held" "declared" } */
}

void good_parameter(_Releases_lock_(global) void (*leave)(ext *), ext *e)
{
	KeAcquireSpinLockAtDpcLevel(&global);
	leave(e);
}

void warn_parameter(_Releases_lock_(global) void (*leave)(ext *), ext *e)
{
	KeAcquireSpinLockAtDpcLevel(&global);
	leave(e);
	leave(e);	/* { dg-warning "'global' is released but not held" "parameter" } */
}

/* A parameter that only the header annotates. */
void good_header(_Releases_lock_(global) void (*finish)(ext *e), ext *e);
void warn_header(_Releases_lock_(global) void (*finish)(ext *e), ext *e);

void good_header(void (*last)(ext *), ext *e)
{
	KeAcquireSpinLockAtDpcLevel(&global);
	last(e);
}

void warn_header(void (*last)(ext *), ext *e)
{
	KeAcquireSpinLockAtDpcLevel(&global);
	last(e);
	last(e);	/* { dg-warning "'global' is released but not held" "header" } */
}
