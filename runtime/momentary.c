/* momentary.c - the work that the ExInterlocked routines do under their lock.
 *
 * Every port needs it: for plain programs, for kernels whose exports only print a message
 * (Wine's), and for a thread that holds the lock already and must not wait for it.
 *
 * SPDX-License-Identifier: MIT
 */

#include "momentary.h"

#include "invariant.h"

/* Insert ENTRY after BEFORE. */
static void link_after(struct port_list *before, struct port_list *entry)
{
	entry->next = before->next;
	entry->previous = before;
	before->next->previous = entry;
	before->next = entry;
}

/* Insert ENTRY after BEFORE into the list of HEAD.  Returns NEIGHBOUR, or NULL if the
 * list was empty. */
static uintptr_t insert(struct port_list *head, struct port_list *before,
			struct port_list *neighbour, struct port_list *entry)
{
	link_after(before, entry);
	return neighbour == head ? 0 : (uintptr_t)neighbour;
}

uintptr_t momentary_work(enum port_momentary routine, void *first, uintptr_t second)
{
	struct port_list *head = first;
	struct port_single_list *top = first;
	uint32_t *addend = first;

	switch (routine) {
	case PORT_INSERT_HEAD:
		return insert(head, head, head->next, (struct port_list *)second);
	case PORT_INSERT_TAIL:
		return insert(head, head->previous, head->previous, (struct port_list *)second);
	case PORT_REMOVE_HEAD: {
		struct port_list *entry = head->next;

		if (entry == head)
			return 0;
		head->next = entry->next;
		entry->next->previous = head;
		return (uintptr_t)entry;
	}
	case PORT_POP: {
		struct port_single_list *entry = top->next;

		if (entry)
			top->next = entry->next;
		return (uintptr_t)entry;
	}
	case PORT_PUSH: {
		struct port_single_list *entry = (struct port_single_list *)second,
					*old = top->next;

		entry->next = old;
		top->next = entry;
		return (uintptr_t)old;
	}
	case PORT_ADD_ULONG: {
		uint32_t old = *addend;

		*addend = old + (uint32_t)second;
		return old;
	}
	case PORT_MOMENTARIES:
		spinrule_assert(!"a routine");
		break;
	}
	return 0;
}

union port_large_integer momentary_add_large(void *addend, union port_large_integer increment)
{
	union port_large_integer *sum = addend, old = *sum;

	/* Unsigned: drivers use it for unsigned counters too, which wrap around. */
	sum->quad = (int64_t)((uint64_t)old.quad + (uint64_t)increment.quad);
	return old;
}
