/* wdm-lite.h - what a test's driver code includes, on every compiler.
 *
 * On mingw that is the kit's own <ddk/wdm.h>; elsewhere the small one of the runtime, with the
 * types and the DDIs of the rule.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef WDM_LITE_H
#define WDM_LITE_H

/* Two thirds of what a cross compiler reads for <ddk/wdm.h> are vector intrinsics, which no test
   uses.  */
#define _X86INTRIN_H_INCLUDED

#if !defined(_WIN32)
#include "../../runtime/native/wdm.h"
#elif !defined(__cplusplus)
#include <ddk/wdm.h>
#else
/* wdm.h of mingw-w64 10 declares these two as inlines again, which C++ does not take. */
#include <ntdef.h>
#include <intrin.h>
#define InterlockedBitTestAndSet wdm_lite_bit_test_and_set
#define InterlockedBitTestAndReset wdm_lite_bit_test_and_reset
extern "C" {
#include <ddk/wdm.h>
}
#undef InterlockedBitTestAndSet
#undef InterlockedBitTestAndReset
#endif

#endif
