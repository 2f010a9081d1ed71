/* by-hand.h - what a runtime test includes: driver types, threads, and without the plugin (BY_HAND) the
 * calls that the plugin would make.
 *
 * SPDX-License-Identifier: MIT
 */

#ifndef BY_HAND_H
#define BY_HAND_H

#include "wdm-lite.h"

#include "spinrule.h"

#ifdef _WIN32
/* These are in <ddk/ntifs.h> only. */
DECLSPEC_IMPORT KIRQL FASTCALL KeAcquireQueuedSpinLock(KSPIN_LOCK_QUEUE_NUMBER);
DECLSPEC_IMPORT VOID FASTCALL KeReleaseQueuedSpinLock(KSPIN_LOCK_QUEUE_NUMBER, KIRQL);
DECLSPEC_IMPORT LOGICAL FASTCALL KeTryToAcquireQueuedSpinLock(KSPIN_LOCK_QUEUE_NUMBER, PKIRQL);
#endif

#include <stdio.h>
#include <stdlib.h>

/* ---- threads ---- */

#ifdef _WIN32

/* <windows.h> does not go with <ddk/wdm.h>. */
__declspec(dllimport) HANDLE __stdcall CreateThread(void *, SIZE_T, unsigned long (__stdcall *)(void *), void *, unsigned long, unsigned long *);
__declspec(dllimport) unsigned long __stdcall WaitForSingleObject(HANDLE, unsigned long);
__declspec(dllimport) void __stdcall Sleep(unsigned long);
__declspec(dllimport) int __stdcall CloseHandle(HANDLE);

typedef HANDLE thread;
typedef unsigned long thread_result;
#define THREAD_CALL __stdcall

static inline thread thread_start(thread_result (THREAD_CALL *routine)(void *), void *context)
{
	return CreateThread(NULL, 0, routine, context, 0, NULL);
}

static inline void thread_join(thread which)
{
	WaitForSingleObject(which, 0xffffffff);
	CloseHandle(which);
}

static inline void rest(void)
{
	Sleep(1);
}

#else

#include <pthread.h>
#include <unistd.h>

typedef pthread_t thread;
typedef void *thread_result;
#define THREAD_CALL

static inline thread thread_start(thread_result (*routine)(void *), void *context)
{
	pthread_t which;

	if (pthread_create(&which, NULL, routine, context))
		abort();
	return which;
}

static inline void thread_join(thread which)
{
	pthread_join(which, NULL);
}

static inline void rest(void)
{
	usleep(1000);
}

#endif

/* Run ROUTINE on a thread of its own, to its end. */
static inline void run_in_thread(thread_result (THREAD_CALL *routine)(void *), void *context)
{
	thread_join(thread_start(routine, context));
}

/* A flag that one thread raises and another waits for. */
static inline void raise_flag(int *flag)
{
	__atomic_store_n(flag, 1, __ATOMIC_RELEASE);
}

static inline void wait_for_flag(int *flag)
{
	while (!__atomic_load_n(flag, __ATOMIC_ACQUIRE))
		rest();
}

/* To the stream of the reports, so that the order is kept wherever the program runs. */
static inline void say(const char *words)
{
	fprintf(stderr, "%s\n", words);
}

/* What must hold, or the program fails. */
#define CHECK(CONDITION) \
	do { \
		if (!(CONDITION)) { \
			fprintf(stderr, "%s:%d: not so: %s\n", __FILE__, __LINE__, #CONDITION); \
			_Exit(99); \
		} \
	} while (0)

/* ---- what the plugin does ---- */

#ifdef BY_HAND

#include "rule.h"
#include "wrap.h"

#ifdef __ELF__
#define SITES __attribute__((section("spinrule_sites")))
#else
#define SITES __attribute__((section(".spinr$m")))
#endif

#define SITE_OF(DDI, LOCK) \
	({ \
		static struct spinrule_site site SITES = { \
			__FILE__, __func__, DDI, (LOCK) + ((LOCK)[0] == '&'), __LINE__, 1, 0, \
			__builtin_strcmp(DDI, "DRIVER_UNLOAD") ? 0 : SPINRULE_OF_UNLOAD, NULL, \
		}; \
		&site; \
	})

struct by_hand {
	unsigned mark;
	struct spinrule_site *leave;
};

static inline void by_hand_leave(struct by_hand *callback)
{
	spinrule_callback_leave(callback->mark, callback->leave);
}

/* First in a callback: it is entered here, and left wherever it returns. */
#define CALLBACK_WITH(ROLE, WITH_CANCEL_LOCK) \
	struct by_hand by_hand __attribute__((cleanup(by_hand_leave))) = { \
		spinrule_callback_enter(WITH_CANCEL_LOCK, SITE_OF(#ROLE, "")), SITE_OF(#ROLE, "") \
	}
#define CALLBACK(ROLE) CALLBACK_WITH(ROLE, 0)
#define CANCEL_CALLBACK(ROLE) CALLBACK_WITH(ROLE, 1)

#define CALL(DDI, LOCK, ...) spinrule_##DDI(__VA_ARGS__, SITE_OF(#DDI, LOCK))

#undef KeAcquireSpinLock
#undef KeReleaseSpinLock
#undef KeAcquireSpinLockAtDpcLevel
#undef KeReleaseSpinLockFromDpcLevel
#undef ExInterlockedInsertHeadList
#undef ExInterlockedInsertTailList
#undef ExInterlockedRemoveHeadList
#undef ExInterlockedPopEntryList
#undef ExInterlockedPushEntryList
#undef ExInterlockedAddUlong

#define KeAcquireSpinLock(L, O) CALL(KeAcquireSpinLock, #L, L, O)
#define KeAcquireSpinLockRaiseToDpc(L) CALL(KeAcquireSpinLockRaiseToDpc, #L, L)
#define KeReleaseSpinLock(L, O) CALL(KeReleaseSpinLock, #L, L, O)
#define KeAcquireSpinLockAtDpcLevel(L) CALL(KeAcquireSpinLockAtDpcLevel, #L, L)
#define KeTryToAcquireSpinLockAtDpcLevel(L) CALL(KeTryToAcquireSpinLockAtDpcLevel, #L, L)
#define KeReleaseSpinLockFromDpcLevel(L) CALL(KeReleaseSpinLockFromDpcLevel, #L, L)
#define KeAcquireInStackQueuedSpinLock(L, H) CALL(KeAcquireInStackQueuedSpinLock, #L, L, H)
#define KeAcquireInStackQueuedSpinLockAtDpcLevel(L, H) CALL(KeAcquireInStackQueuedSpinLockAtDpcLevel, #L, L, H)
#define KeReleaseInStackQueuedSpinLock(H) CALL(KeReleaseInStackQueuedSpinLock, #H, H)
#define KeReleaseInStackQueuedSpinLockFromDpcLevel(H) CALL(KeReleaseInStackQueuedSpinLockFromDpcLevel, #H, H)
#define KeAcquireQueuedSpinLock(N) CALL(KeAcquireQueuedSpinLock, #N, N)
#define KeTryToAcquireQueuedSpinLock(N, O) CALL(KeTryToAcquireQueuedSpinLock, #N, N, O)
#define KeReleaseQueuedSpinLock(N, O) CALL(KeReleaseQueuedSpinLock, #N, N, O)
#define IoAcquireCancelSpinLock(O) CALL(IoAcquireCancelSpinLock, "the cancel spin lock", O)
#define IoReleaseCancelSpinLock(O) CALL(IoReleaseCancelSpinLock, "the cancel spin lock", O)
#define KeInitializeSpinLock(L) CALL(KeInitializeSpinLock, #L, L)
#define ExInterlockedInsertHeadList(A, B, L) ((PLIST_ENTRY)CALL(ExInterlockedInsertHeadList, #L, A, B, L))
#define ExInterlockedInsertTailList(A, B, L) ((PLIST_ENTRY)CALL(ExInterlockedInsertTailList, #L, A, B, L))
#define ExInterlockedRemoveHeadList(A, L) ((PLIST_ENTRY)CALL(ExInterlockedRemoveHeadList, #L, A, L))
#define ExInterlockedPopEntryList(A, L) ((PSINGLE_LIST_ENTRY)CALL(ExInterlockedPopEntryList, #L, A, L))
#define ExInterlockedPushEntryList(A, B, L) ((PSINGLE_LIST_ENTRY)CALL(ExInterlockedPushEntryList, #L, A, B, L))
#define ExInterlockedAddUlong(A, B, L) CALL(ExInterlockedAddUlong, #L, (uint32_t *)(A), B, L)
#define ExRaiseStatus(S) CALL(ExRaiseStatus, "", S)
#define PsTerminateSystemThread(S) CALL(PsTerminateSystemThread, "", S)

#else

/* The roles' types tell the plugin. */
#define CALLBACK(ROLE) ((void)0)
#define CANCEL_CALLBACK(ROLE) ((void)0)

#endif

#endif
