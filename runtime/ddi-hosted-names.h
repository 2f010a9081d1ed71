/* ddi-hosted-names.h - how the DDIs of plain programs are declared.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef SPINRULE_DDI_HOSTED_NAMES_H
#define SPINRULE_DDI_HOSTED_NAMES_H

#if defined(__i386__) && defined(_WIN32)
#define STDCALL __attribute__((stdcall))
#define FASTCALL __attribute__((fastcall))
#define STDCALL_NAME(NAME, BYTES) "_" #NAME "@" #BYTES
#define FASTCALL_NAME(NAME, BYTES) "@" #NAME "@" #BYTES
#else
#define STDCALL
#define FASTCALL
#define STDCALL_NAME(NAME, BYTES) #NAME
#define FASTCALL_NAME(NAME, BYTES) #NAME
#endif

/* The pointer through which a caller calls NAME if it was declared with dllimport. */
#ifdef _WIN32
#define IMPORT(NAME, CONVENTION, BYTES) \
	extern __typeof__(NAME) *const import_##NAME \
		__asm__("__imp_" CONVENTION##_NAME(NAME, BYTES)); \
	__typeof__(NAME) *const import_##NAME = NAME;
#else
#define IMPORT(NAME, CONVENTION, BYTES)
#endif

#endif
