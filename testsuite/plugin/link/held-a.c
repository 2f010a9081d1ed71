/* { dg-additional-options "-fplugin-arg-spinrule-role=HW_STARTIO:held=StartIoLock -fplugin-arg-spinrule-role=PORT_HANDLER:held=_Curr_->lock -fplugin-arg-spinrule-role=ON_BUS:held=_Curr_->bus->lock -fplugin-arg-spinrule-role=WITH_GLOBAL:held=global -fplugin-arg-spinrule-role=NOWHERE:held=nowhere" } */
/* The registration of callbacks that are entered with a lock held.
 *
 * SPDX-License-Identifier: MIT
 */

#include "held.h"

typedef BOOLEAN HW_INTERRUPT(PVOID extension);
typedef HW_INTERRUPT *PHW_INTERRUPT;
typedef BOOLEAN HW_STARTIO(PVOID extension, PVOID request);
typedef void PORT_HANDLER(struct port *port);
typedef void ON_BUS(struct port *port);
typedef void WITH_GLOBAL(PVOID context);
typedef void NOWHERE(PVOID context);

struct table {
	PHW_INTERRUPT interrupt;
	HW_STARTIO *start;
	PORT_HANDLER *handler;
	ON_BUS *bus;
	WITH_GLOBAL *global;
	NOWHERE *nowhere;
};

extern void register_table(struct table *table);
extern void register_handed(void (*routine)(PVOID context));

static const struct table constant = { warn_interrupt, warn_start, warn_drop, warn_on_bus, warn_global };

NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT driver, PUNICODE_STRING path)
{
	struct table table = { good_interrupt, good_start, good_drop, good_on_bus, good_global, good_nowhere };

	(void)driver, (void)path;
	register_table(&table);
	register_table((struct table *)&constant);
	table.handler = warn_again;
	register_table(&table);
	table.handler = warn_leak;
	register_table(&table);
	register_handed(good_handed);
	register_handed(warn_handed);
	return 0;
}
