/* spinrule-sal.h - SAL's annotations of locks, for Spinrule; empty macros without the
 * plugin.
 *
 * MinGW-w64's headers define these names as empty macros.  Include this file anywhere, or
 * compile with "-include spinrule-sal.h": before or after <wdm.h>, in C and C++, with the
 * plugin or without.  docs/annotations.md lists the annotations that Spinrule reads.
 *
 * The expression in _Analysis_assume_ is compiled, so its names must exist, but it is
 * never evaluated: it leaves nothing in the object code.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef SPINRULE_SAL_H
#define SPINRULE_SAL_H

/* First the headers that define the same names, so that they cannot redefine them
 * later. */
#ifdef __has_include
#if __has_include(<sal.h>)
#include <sal.h>
#endif
#if __has_include(<concurrencysal.h>)
#include <concurrencysal.h>
#endif
#if __has_include(<specstrings.h>)
#include <specstrings.h>
#endif
#if __has_include(<driverspecs.h>)
#include <driverspecs.h>
#endif
#endif

#ifdef __SPINRULE__

#ifdef __cplusplus
extern "C" {
#endif

/* These have no definition: the plugin removes their calls. */
void __spinrule_assume(int fact) __attribute__((__nothrow__));
void __spinrule_assume_lock(const char *word, const char *text, int is_held, ...)
	__attribute__((__nothrow__));

#ifdef __cplusplus
}
#endif

#undef _Acquires_lock_
#undef _Acquires_exclusive_lock_
#undef _Acquires_shared_lock_
#undef _Acquires_nonreentrant_lock_
#undef _Releases_lock_
#undef _Releases_exclusive_lock_
#undef _Releases_shared_lock_
#undef _Releases_nonreentrant_lock_
#undef _Requires_lock_held_
#undef _Requires_exclusive_lock_held_
#undef _Requires_shared_lock_held_
#undef _Function_class_
#undef _Guarded_by_
#undef _Write_guarded_by_
#undef _Has_lock_kind_
#undef _Has_lock_level_
#undef _Lock_level_order_
#undef _No_competing_thread_
#undef _Requires_lock_not_held_
#undef _When_
#undef _At_
#undef _IRQL_saves_
#undef _IRQL_restores_
#undef _Analysis_assume_
#undef __analysis_assume
#undef _Analysis_assume_lock_acquired_
#undef _Analysis_assume_lock_released_
#undef _Analysis_assume_lock_held_
#undef _Analysis_assume_lock_not_held_

#define _Acquires_lock_(lock) __attribute__((spinrule_acquires(#lock)))
#define _Acquires_exclusive_lock_(lock) __attribute__((spinrule_acquires(#lock)))
#define _Acquires_shared_lock_(lock) __attribute__((spinrule_acquires(#lock)))
#define _Acquires_nonreentrant_lock_(lock) __attribute__((spinrule_acquires(#lock)))
#define _Releases_lock_(lock) __attribute__((spinrule_releases(#lock)))
#define _Releases_exclusive_lock_(lock) __attribute__((spinrule_releases(#lock)))
#define _Releases_shared_lock_(lock) __attribute__((spinrule_releases(#lock)))
#define _Releases_nonreentrant_lock_(lock) __attribute__((spinrule_releases(#lock)))
#define _Requires_lock_held_(lock) __attribute__((spinrule_requires_held(#lock)))
#define _Requires_exclusive_lock_held_(lock) __attribute__((spinrule_requires_held(#lock)))
#define _Requires_shared_lock_held_(lock) __attribute__((spinrule_requires_held(#lock)))
#define _Guarded_by_(lock) __attribute__((spinrule_guarded_by(#lock)))
#define _Write_guarded_by_(lock) __attribute__((spinrule_guarded_by(#lock)))
#define _Has_lock_kind_(kind) __attribute__((spinrule_lock_kind(#kind)))
#define _Has_lock_level_(level) __attribute__((spinrule_lock_level(#level)))
#define _Lock_level_order_(first, second) __spinrule_pragma(spinrule lock_levels first second)
#define __spinrule_pragma(words) _Pragma(#words)
#define _No_competing_thread_ __attribute__((spinrule_no_competing_thread))
#define _Function_class_(role) __attribute__((spinrule_function_class(#role)))
#define _Requires_lock_not_held_(lock) __attribute__((spinrule_requires_not_held(#lock)))

/* Macros in the condition are expanded.  The annotations stay text: the plugin reads
 * those about locks. */
#define _When_(condition, ...) __spinrule_when(condition, #__VA_ARGS__)
#define __spinrule_when(condition, annotations) \
	__attribute__((spinrule_when(#condition, annotations)))

#define _At_(target, ...) __attribute__((spinrule_at(#target, #__VA_ARGS__)))

#define _IRQL_saves_ __attribute__((spinrule_irql_saves))
#define _IRQL_restores_ __attribute__((spinrule_irql_restores))

#define _Analysis_assume_(fact) __spinrule_assume(!!(fact))
#define __analysis_assume(fact) __spinrule_assume(!!(fact))
#define _Analysis_assume_lock_acquired_(lock) \
	__spinrule_assume_lock("_Analysis_assume_lock_acquired_", #lock, 1, lock)
#define _Analysis_assume_lock_released_(lock) \
	__spinrule_assume_lock("_Analysis_assume_lock_released_", #lock, 0, lock)
#define _Analysis_assume_lock_held_(lock) \
	__spinrule_assume_lock("_Analysis_assume_lock_held_", #lock, 1, lock)
#define _Analysis_assume_lock_not_held_(lock) \
	__spinrule_assume_lock("_Analysis_assume_lock_not_held_", #lock, 0, lock)

#endif

/* Names that Spinrule does not read, if no header has defined them. */
#ifndef _Acquires_lock_
#define _Acquires_lock_(lock)
#endif
#ifndef _Acquires_exclusive_lock_
#define _Acquires_exclusive_lock_(lock)
#endif
#ifndef _Acquires_nonreentrant_lock_
#define _Acquires_nonreentrant_lock_(lock)
#endif
#ifndef _Acquires_shared_lock_
#define _Acquires_shared_lock_(lock)
#endif
#ifndef _Releases_lock_
#define _Releases_lock_(lock)
#endif
#ifndef _Releases_exclusive_lock_
#define _Releases_exclusive_lock_(lock)
#endif
#ifndef _Releases_nonreentrant_lock_
#define _Releases_nonreentrant_lock_(lock)
#endif
#ifndef _Releases_shared_lock_
#define _Releases_shared_lock_(lock)
#endif
#ifndef _Requires_lock_held_
#define _Requires_lock_held_(lock)
#endif
#ifndef _Requires_exclusive_lock_held_
#define _Requires_exclusive_lock_held_(lock)
#endif
#ifndef _Requires_shared_lock_held_
#define _Requires_shared_lock_held_(lock)
#endif
#ifndef _Requires_lock_not_held_
#define _Requires_lock_not_held_(lock)
#endif
#ifndef _Requires_no_locks_held_
#define _Requires_no_locks_held_
#endif
#ifndef _When_
#define _When_(condition, ...)
#endif
#ifndef _At_
#define _At_(target, ...)
#endif
#ifndef _IRQL_saves_
#define _IRQL_saves_
#endif
#ifndef _IRQL_restores_
#define _IRQL_restores_
#endif
#ifndef _IRQL_saves_global_
#define _IRQL_saves_global_(kind, parameter)
#endif
#ifndef _IRQL_restores_global_
#define _IRQL_restores_global_(kind, parameter)
#endif
#ifndef _IRQL_raises_
#define _IRQL_raises_(irql)
#endif
#ifndef _IRQL_requires_
#define _IRQL_requires_(irql)
#endif
#ifndef _IRQL_requires_max_
#define _IRQL_requires_max_(irql)
#endif
#ifndef _IRQL_requires_min_
#define _IRQL_requires_min_(irql)
#endif
#ifndef _IRQL_requires_same_
#define _IRQL_requires_same_
#endif
#ifndef _IRQL_is_cancel_
#define _IRQL_is_cancel_
#endif
#ifndef _IRQL_uses_cancel_
#define _IRQL_uses_cancel_
#endif
#ifndef _IRQL_always_function_max_
#define _IRQL_always_function_max_(irql)
#endif
#ifndef _IRQL_always_function_min_
#define _IRQL_always_function_min_(irql)
#endif
#ifndef _Create_lock_level_
#define _Create_lock_level_(level)
#endif
#ifndef _Has_lock_kind_
#define _Has_lock_kind_(kind)
#endif
#ifndef _Has_lock_level_
#define _Has_lock_level_(level)
#endif
#ifndef _Lock_level_order_
#define _Lock_level_order_(a, b)
#endif
#ifndef _Post_same_lock_
#define _Post_same_lock_(a, b)
#endif
#ifndef _Guarded_by_
#define _Guarded_by_(lock)
#endif
#ifndef _Write_guarded_by_
#define _Write_guarded_by_(lock)
#endif
#ifndef _No_competing_thread_
#define _No_competing_thread_
#endif
#ifndef _Interlocked_
#define _Interlocked_
#endif
#ifndef _Internal_lock_level_order_
#define _Internal_lock_level_order_(a, b)
#endif
#ifndef _Analysis_assume_
#define _Analysis_assume_(fact)
#endif
#ifndef __analysis_assume
#define __analysis_assume(fact)
#endif
#ifndef _Analysis_assume_lock_acquired_
#define _Analysis_assume_lock_acquired_(lock)
#endif
#ifndef _Analysis_assume_lock_released_
#define _Analysis_assume_lock_released_(lock)
#endif
#ifndef _Analysis_assume_lock_held_
#define _Analysis_assume_lock_held_(lock)
#endif
#ifndef _Analysis_assume_lock_not_held_
#define _Analysis_assume_lock_not_held_(lock)
#endif
#ifndef _Analysis_assume_same_lock_
#define _Analysis_assume_same_lock_(a, b)
#endif
#ifndef _Analysis_suppress_lock_checking_
#define _Analysis_suppress_lock_checking_(lock)
#endif
#ifndef _Function_ignore_lock_checking_
#define _Function_ignore_lock_checking_(lock)
#endif
#ifndef _Must_inspect_result_
#define _Must_inspect_result_
#endif
#ifndef _Function_class_
#define _Function_class_(name)
#endif
#ifndef _Dispatch_type_
#define _Dispatch_type_(name)
#endif
#ifndef _Use_decl_annotations_
#define _Use_decl_annotations_
#endif

#endif
