/* wide.c - each operation of wide.h on random numbers, a line each, for wide.exp, which
 * compares the two forms of a number.
 *
 *   wide N      N rounds
 *
 * SPDX-License-Identifier: MIT
 */

#include "value/wide.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>

static unsigned long long state = 1;

/* Numbers of all sizes, and those beside a power of two. */
static unsigned long long random_bits(void)
{
	unsigned long long bits;

	state = state * 6364136223846793005ull + 1442695040888963407ull;
	bits = (state >> 33) * 0x9e3779b97f4a7c15ull;
	switch (state >> 40 & 3) {
	case 0: return bits;
	case 1: return bits >> (state >> 50 & 63);
	case 2: return 1ull << (state >> 50 & 63);
	default: return (1ull << (state >> 50 & 63)) - 1 + (state >> 56 & 2);
	}
}

/* Signed or not, of 64 bits. */
static struct wide random_number(void)
{
	unsigned long long bits = random_bits();

	return state >> 45 & 1 ? wide_of_unsigned(bits) : wide_of((long long)bits);
}

static void print(const char *name, struct wide a)
{
	unsigned long long high = wide_bits(wide_lower(a, 64));

	printf("%s %016llx%016llx ", name, high, wide_bits(a));
}

static void print_round(void)
{
	struct wide a = random_number(), b = random_number(), c = wide_of((long long)random_bits());
	int bits = (int)(random_bits() % 65);
	struct wide sum = wide_add(a, b), product;

	print("a", a);
	print("b", b);
	print("c", c);
	print("a+b", sum);
	print("a-b", wide_subtract(a, b));
	printf("a<b %d %d ", wide_is_less(a, b), wide_is_less(sum, wide_subtract(a, b)));
	/* Of these no product has more than 127 bits. */
	product = wide_multiply(c, wide_of((long long)random_bits()));
	print("product", product);
	print("product-", wide_subtract(product, wide_add(a, b)));
	printf("< %d ", wide_is_less(product, sum));
	print("lower", wide_lower(product, bits));
	print("raise", wide_raise(c, bits > 62 ? 62 : bits));
	print("raise", wide_raise(wide_of(-1), bits));
	print("64", wide_raise(wide_of_unsigned(wide_bits(a) >> 1), 64));
	if (wide_is_less(wide_of(0), b))
		print("a/b", wide_divide(a, b));
	puts("");
}

int main(int argc, char **argv)
{
	int rounds = argc > 1 ? atoi(argv[1]) : 1000;

	for (int i = 0; i < rounds; i++)
		print_round();
	return 0;
}
