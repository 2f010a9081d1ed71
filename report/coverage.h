/* coverage.h - which lock calls and callbacks the runs executed, by file and function.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef COVERAGE_H
#define COVERAGE_H

#include "page.h"

struct coverage {
	unsigned long long sites, executed, never;
	unsigned long long unlinked;	/* never executed and in no program that ran */
};

struct coverage coverage_count(const struct model *model);

void coverage_write(struct page *page, const struct model *model);

#endif
