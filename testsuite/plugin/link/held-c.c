/* { dg-additional-options "-fplugin-arg-spinrule-role=HANDED:held=((PPORT)_Curr_)->lock" } */
/* A helper that registers what it is handed, in a role that is entered with a lock held.
 *
 * SPDX-License-Identifier: MIT
 */

#include "held.h"

typedef struct port *PPORT;
typedef void HANDED(PVOID context);

extern void register_really(HANDED *routine);

void register_handed(void (*routine)(PVOID context));

void register_handed(void (*routine)(PVOID context))
{
	register_really(routine);
}
