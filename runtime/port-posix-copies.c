/* port-posix-copies.c - other copies of the runtime in the same process.
 *
 * Each shared object, and the program, may have one linked into it.  A note in the object
 * says so.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif

#include "locks.h"
#include "port.h"
#include "report.h"

#include <link.h>
#include <string.h>

__asm__(".pushsection .note.spinrule,\"a\",%note\n"
	"	.balign 4\n"
	"	.long 9, 4, 1\n"
	"	.asciz \"Spinrule\"\n"
	"	.balign 4\n"
	"	.long 1\n"
	"	.popsection");

static const char name[] = "Spinrule";

struct search {
	const char *other;	/* the first object with a copy before this one; or NULL */
	int is_mine_found;
};

/* True if the notes of SIZE bytes at NOTES have the runtime's. */
static int has_note(const char *notes, size_t size)
{
	const size_t head = 3 * sizeof(uint32_t);
	uint32_t lengths[2];

	while (size >= head) {
		memcpy(lengths, notes, sizeof lengths);
		if (lengths[0] == sizeof name && size >= head + sizeof name &&
		    !memcmp(notes + head, name, sizeof name))
			return 1;
		size_t whole = head + ((lengths[0] + (size_t)3) & ~(size_t)3) +
			       ((lengths[1] + (size_t)3) & ~(size_t)3);
		if (whole > size)
			return 0;
		notes += whole;
		size -= whole;
	}
	return 0;
}

static int visit(struct dl_phdr_info *info, size_t size, void *argument)
{
	struct search *search = argument;
	int has_copy = 0, is_mine = 0;

	(void)size;
	for (int i = 0; i < info->dlpi_phnum; i++) {
		uintptr_t start = info->dlpi_addr + info->dlpi_phdr[i].p_vaddr;

		if (info->dlpi_phdr[i].p_type == PT_LOAD)
			is_mine |= (uintptr_t)name - start < info->dlpi_phdr[i].p_memsz;
		else if (info->dlpi_phdr[i].p_type == PT_NOTE)
			has_copy |= has_note((const char *)start, info->dlpi_phdr[i].p_memsz);
	}
	if (is_mine)
		search->is_mine_found = 1;
	else if (has_copy && !search->is_mine_found && !search->other)
		search->other = info->dlpi_name[0] ? info->dlpi_name : "the program itself";
	return 0;
}

void port_look_for_copies(void)
{
	struct search search = { .other = NULL };

	dl_iterate_phdr(visit, &search);
	/* The one that was loaded first says nothing. */
	if (search.other)
		report_note("another copy of the runtime is in this process: neither knows the "
			    "locks that code of the other acquires; link one for both.  It is in ",
			    search.other);
}
