/* { dg-do compile } */
/* A body that is not what its annotation says: silenced like any other, also by the numbers that PREfast has for it.  */
/* SPDX-License-Identifier: MIT */
#include "wdm-lite.h"
#include "../../../runtime/spinrule-sal.h"

struct ext {
	KIRQL irql;
	KSPIN_LOCK lock;
	int count;
};

_Acquires_lock_(ext->lock) void warn_takes_nothing(struct ext *ext)
{
	ext->count++;
}	/* { dg-warning "spinrule-annotation-mismatch" "not silenced" } */

#pragma warning(suppress: 26116)
_Acquires_lock_(ext->lock) void good_suppressed(struct ext *ext)
{
	ext->count++;
}

_Acquires_lock_(ext->lock) void
good_suppressed_before_the_brace(struct ext *ext)
#pragma warning (suppress: 28104)
{
	ext->count++;
}

__attribute__((spinrule_ignore("annotation-mismatch", "the hardware takes it")))
_Acquires_lock_(ext->lock) void good_ignored(struct ext *ext)
{
	ext->count++;
}
