/* { dg-do compile } */
/* Members of a union, and parts of a word, are the same bits.  */
/* SPDX-License-Identifier: MIT */
#include "wdm-lite.h"

union word {
	ULONG all;
	struct {
		ULONG held : 1, kind : 7, rest : 24;
	} bits;
	UCHAR bytes[4];
};

union large {
	struct { ULONG low; LONG high; } parts;
	long long whole;
};

struct ext {
	int count;
	union word word;
};

static KSPIN_LOCK lock;

void good_bit_then_all(int set)
{
	union word word;
	KIRQL irql, again;

	KeAcquireSpinLock(&lock, &irql);
	word.all = 0;
	if (set)
		word.bits.held = 1;
	if (set && !(word.all & 1))
		KeAcquireSpinLock(&lock, &again);
	KeReleaseSpinLock(&lock, irql);
}

void warn_bit_then_all(int set)
{
	union word word;
	KIRQL irql, again;

	KeAcquireSpinLock(&lock, &irql);
	word.all = 0;
	if (set)
		word.bits.held = 1;
	if (set && !(word.all & 2))
		KeAcquireSpinLock(&lock, &again);	/* { dg-warning "already held" } */
	KeReleaseSpinLock(&lock, irql);
}

void good_bit_beside_others(ULONG flags)
{
	union word word;
	KIRQL irql, again;

	KeAcquireSpinLock(&lock, &irql);
	word.all = flags;
	word.bits.held = 0;
	if ((word.all & 6) != (flags & 6))
		KeAcquireSpinLock(&lock, &again);
	KeReleaseSpinLock(&lock, irql);
}

void warn_bit_beside_others(ULONG flags)
{
	union word word;
	KIRQL irql, again;

	KeAcquireSpinLock(&lock, &irql);
	word.all = flags;
	word.bits.held = 0;
	if ((word.all & 7) != (flags & 7))
		KeAcquireSpinLock(&lock, &again);	/* { dg-warning "already held" } */
	KeReleaseSpinLock(&lock, irql);
}

void good_all_then_bit(ULONG flags)
{
	union word word;
	KIRQL irql, again;

	KeAcquireSpinLock(&lock, &irql);
	word.all = flags;
	if (word.bits.held && !(flags & 1))
		KeAcquireSpinLock(&lock, &again);
	KeReleaseSpinLock(&lock, irql);
}

void warn_all_then_bit(ULONG flags)
{
	union word word;
	KIRQL irql, again;

	KeAcquireSpinLock(&lock, &irql);
	word.all = flags;
	if (word.bits.held && !(flags & 2))
		KeAcquireSpinLock(&lock, &again);	/* { dg-warning "already held" } */
	KeReleaseSpinLock(&lock, irql);
}

void good_byte_then_bits(int set)
{
	union word word;
	KIRQL irql, again;

	KeAcquireSpinLock(&lock, &irql);
	word.all = 0;
	if (set)
		word.bytes[0] = 3;
	if (set && (!word.bits.held || word.bits.kind != 1))
		KeAcquireSpinLock(&lock, &again);
	KeReleaseSpinLock(&lock, irql);
}

void warn_byte_then_bits(int set)
{
	union word word;
	KIRQL irql, again;

	KeAcquireSpinLock(&lock, &irql);
	word.all = 0;
	if (set)
		word.bytes[0] = 3;
	if (set && (!word.bits.held || word.bits.kind != 2))
		KeAcquireSpinLock(&lock, &again);	/* { dg-warning "already held" } */
	KeReleaseSpinLock(&lock, irql);
}

void good_halves(int set)
{
	union large large;
	KIRQL irql, again;

	KeAcquireSpinLock(&lock, &irql);
	large.whole = 0;
	if (set)
		large.parts.high = 1;
	if (set && large.whole != 0x100000000)
		KeAcquireSpinLock(&lock, &again);
	KeReleaseSpinLock(&lock, irql);
}

void warn_halves(int set)
{
	union large large;
	KIRQL irql, again;

	KeAcquireSpinLock(&lock, &irql);
	large.whole = 0;
	if (set)
		large.parts.high = 1;
	if (set && large.whole != 1)
		KeAcquireSpinLock(&lock, &again);	/* { dg-warning "already held" } */
	KeReleaseSpinLock(&lock, irql);
}

void good_sign(long long number)
{
	union large large;
	KIRQL irql, again;

	KeAcquireSpinLock(&lock, &irql);
	large.whole = number;
	if (large.parts.high < 0 && number >= 0)
		KeAcquireSpinLock(&lock, &again);
	KeReleaseSpinLock(&lock, irql);
}

void warn_sign(long long number)
{
	union large large;
	KIRQL irql, again;

	KeAcquireSpinLock(&lock, &irql);
	large.whole = number;
	if (large.parts.high < 0 && number >= -1)
		KeAcquireSpinLock(&lock, &again);	/* { dg-warning "already held" } */
	KeReleaseSpinLock(&lock, irql);
}

void good_byte_of_word(int set)
{
	ULONG word = 0;
	KIRQL irql, again;

	KeAcquireSpinLock(&lock, &irql);
	if (set)
		((PUCHAR)&word)[1] = 1;
	if (set && word != 0x100)
		KeAcquireSpinLock(&lock, &again);
	KeReleaseSpinLock(&lock, irql);
}

void warn_byte_of_word(int set)
{
	ULONG word = 0;
	KIRQL irql, again;

	KeAcquireSpinLock(&lock, &irql);
	if (set)
		((PUCHAR)&word)[1] = 1;
	if (set && word != 1)
		KeAcquireSpinLock(&lock, &again);	/* { dg-warning "already held" } */
	KeReleaseSpinLock(&lock, irql);
}

void good_byte_is_read(USHORT word)
{
	int byte = ((PUCHAR)&word)[1];
	KIRQL irql, again;

	KeAcquireSpinLock(&lock, &irql);
	if (word == 0x1234 && byte != 0x12)
		KeAcquireSpinLock(&lock, &again);
	KeReleaseSpinLock(&lock, irql);
}

void warn_byte_is_read(USHORT word)
{
	int byte = ((PUCHAR)&word)[1];
	KIRQL irql, again;

	KeAcquireSpinLock(&lock, &irql);
	if (word == 0x1234 && byte != 0x34)
		KeAcquireSpinLock(&lock, &again);	/* { dg-warning "already held" } */
	KeReleaseSpinLock(&lock, irql);
}

void good_some_byte(unsigned at)
{
	ULONG word = 0;
	KIRQL irql, again;

	KeAcquireSpinLock(&lock, &irql);
	((PUCHAR)&word)[at & 3] = 1;
	if (at != at)
		KeAcquireSpinLock(&lock, &again);
	KeReleaseSpinLock(&lock, irql);
}

void warn_some_byte(unsigned at)
{
	ULONG word = 0;
	KIRQL irql, again;

	KeAcquireSpinLock(&lock, &irql);
	((PUCHAR)&word)[at & 3] = 1;
	if (word == 0)
		KeAcquireSpinLock(&lock, &again);	/* { dg-warning "already held" } */
	KeReleaseSpinLock(&lock, irql);
}

void good_field(struct ext *ext, int set)
{
	KIRQL irql, again;

	KeAcquireSpinLock(&lock, &irql);
	ext->word.all = 0;
	if (set)
		ext->word.bits.kind = 3;
	if (set && ext->word.bytes[0] != 6)
		KeAcquireSpinLock(&lock, &again);
	KeReleaseSpinLock(&lock, irql);
}

void warn_field(struct ext *ext, int set)
{
	KIRQL irql, again;

	KeAcquireSpinLock(&lock, &irql);
	ext->word.all = 0;
	if (set)
		ext->word.bits.kind = 3;
	if (set && ext->word.bytes[0] != 3)
		KeAcquireSpinLock(&lock, &again);	/* { dg-warning "already held" } */
	KeReleaseSpinLock(&lock, irql);
}
