/* wide.h - whole numbers of 128 bits, with a sign.
 *
 * The sum of two 64-bit numbers fits into one, and so does their product, unless both
 * are unsigned.  Compilers for 32-bit machines have no such type: there a number is two
 * halves (SPINRULE_NO_INT128 asks for the halves elsewhere).  It is a struct in both, so
 * that no code does arithmetic on it that only one of them has.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef WIDE_H
#define WIDE_H

#include <stdbool.h>

#if defined __SIZEOF_INT128__ && !defined SPINRULE_NO_INT128
#define WIDE_IS_NATIVE 1
__extension__ struct wide { __int128 n; };
#else
#define WIDE_IS_NATIVE 0
#include "value/wide-halves.h"
#endif

static inline struct wide wide_of(long long number);
static inline struct wide wide_of_unsigned(unsigned long long number);

/* The lowest 64 bits of A. */
static inline unsigned long long wide_bits(struct wide a);

static inline bool wide_is_less(struct wide a, struct wide b);

static inline struct wide wide_add(struct wide a, struct wide b);
static inline struct wide wide_subtract(struct wide a, struct wide b);
static inline struct wide wide_multiply(struct wide a, struct wide b);

/* A times 2^BITS; A divided by 2^BITS, rounded down also below 0.  BITS is 0 to 64. */
static inline struct wide wide_raise(struct wide a, int bits);
static inline struct wide wide_lower(struct wide a, int bits);

/* A divided by B, rounded down also below 0.  B is above 0; both, without their signs,
 * are below 2^64. */
static inline struct wide wide_divide(struct wide a, struct wide b);

#if WIDE_IS_NATIVE

static inline struct wide wide_of(long long number)
{
	return (struct wide){ number };
}

static inline struct wide wide_of_unsigned(unsigned long long number)
{
	return (struct wide){ number };
}

static inline unsigned long long wide_bits(struct wide a)
{
	return (unsigned long long)a.n;
}

static inline bool wide_is_less(struct wide a, struct wide b)
{
	return a.n < b.n;
}

static inline struct wide wide_add(struct wide a, struct wide b)
{
	return (struct wide){ a.n + b.n };
}

static inline struct wide wide_subtract(struct wide a, struct wide b)
{
	return (struct wide){ a.n - b.n };
}

static inline struct wide wide_multiply(struct wide a, struct wide b)
{
	return (struct wide){ a.n * b.n };
}

static inline struct wide wide_raise(struct wide a, int bits)
{
	__extension__ __int128 factor = (__int128)1 << bits;

	return (struct wide){ a.n * factor };
}

static inline struct wide wide_lower(struct wide a, int bits)
{
	return (struct wide){ a.n >> bits };
}

static inline struct wide wide_divide(struct wide a, struct wide b)
{
	struct wide result = { a.n / b.n };

	result.n -= result.n * b.n > a.n;
	return result;
}

#endif

#endif
