/* wide-halves.h - the numbers of wide.h as two halves.  Only wide.h includes it.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef WIDE_HALVES_H
#define WIDE_HALVES_H

#include <stdbool.h>

/* The number is HIGH times 2^64, plus LOW. */
struct wide { long long high; unsigned long long low; };

static inline struct wide wide_of(long long number)
{
	return (struct wide){ number < 0 ? -1 : 0, (unsigned long long)number };
}

static inline struct wide wide_of_unsigned(unsigned long long number)
{
	return (struct wide){ 0, number };
}

static inline unsigned long long wide_bits(struct wide a)
{
	return a.low;
}

static inline bool wide_is_less(struct wide a, struct wide b)
{
	return a.high < b.high || (a.high == b.high && a.low < b.low);
}

/* HIGH, as bits, and LOW. */
static inline struct wide wide_from_halves(unsigned long long high, unsigned long long low)
{
	return (struct wide){ (long long)high, low };
}

static inline struct wide wide_add(struct wide a, struct wide b)
{
	unsigned long long high = (unsigned long long)a.high + (unsigned long long)b.high,
			   low = a.low + b.low, carry = low < a.low;

	return wide_from_halves(high + carry, low);
}

static inline struct wide wide_subtract(struct wide a, struct wide b)
{
	unsigned long long high = (unsigned long long)a.high - (unsigned long long)b.high,
			   low = a.low - b.low, borrow = a.low < b.low;

	return wide_from_halves(high - borrow, low);
}

static inline struct wide wide_multiply(struct wide a, struct wide b)
{
	/* Digits of 32 bits; the product of two fits into 64 bits, with a carry of 32. */
	unsigned long long a0 = (unsigned)a.low, a1 = a.low >> 32, b0 = (unsigned)b.low,
			   b1 = b.low >> 32;
	unsigned long long first = a0 * b0, second = a1 * b0 + (first >> 32),
			   third = a0 * b1 + (unsigned)second;
	unsigned long long high = a1 * b1 + (second >> 32) + (third >> 32);

	high += (unsigned long long)a.high * b.low + a.low * (unsigned long long)b.high;
	return wide_from_halves(high, third << 32 | (unsigned)first);
}

static inline struct wide wide_raise(struct wide a, int bits)
{
	if (bits == 0)
		return a;
	if (bits == 64)
		return wide_from_halves(a.low, 0);
	return wide_from_halves((unsigned long long)a.high << bits | a.low >> (64 - bits),
				a.low << bits);
}

static inline struct wide wide_lower(struct wide a, int bits)
{
	if (bits == 0)
		return a;
	if (bits == 64)
		return wide_of(a.high);
	return wide_from_halves((unsigned long long)(a.high >> bits),
				(unsigned long long)a.high << (64 - bits) | a.low >> bits);
}

static inline struct wide wide_divide(struct wide a, struct wide b)
{
	unsigned long long size, result;

	if (a.high >= 0)
		return wide_of_unsigned(a.low / b.low);
	size = -a.low;
	result = size / b.low + (size % b.low != 0);
	return wide_subtract(wide_of(0), wide_of_unsigned(result));
}

#endif
