/* processor.h - registers of the processor that a driver reads by asm.
 *
 * On x86 the control block of the processor is where the segment GS or FS starts, and
 * each processor has its own:
 *
 *     asm volatile ("movq %%gs:0x20, %0" : "=r" (p))     p = *(opaque 'movq ...' 0 0)
 *
 * So two reads are one value as long as the thread stays on its processor.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef PROCESSOR_H
#define PROCESSOR_H

#include "lower/function.h"

/* STMT reads a register of the processor, and does nothing else: make VALUE what it
 * reads.  False if it does something else; if that may change such a register, all of
 * them have changed. */
bool lower_processor_read (function_lowering &l, gasm *stmt, int value);

#endif
