/* wdf-table.h - KMDF's shape, as a header of the system: inline functions that call through a table.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef WDF_TABLE_H
#define WDF_TABLE_H

#pragma GCC system_header

typedef VOID (*WDFFUNC)(VOID);
extern const WDFFUNC *WdfFunctions_01033;
extern PVOID WdfDriverGlobals;

static inline VOID WdfRequestCompleteWithInformation(PVOID request, int status)
{
	((VOID (*)(PVOID, PVOID, int))WdfFunctions_01033[265])(WdfDriverGlobals, request, status);
}

/* Not through the table, but through what it is given. */
static inline VOID wdf_call_back(VOID (*function)(PVOID), PVOID context)
{
	function(context);
}

#endif
