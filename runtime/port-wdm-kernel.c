/* port-wdm-kernel.c - the routines that some kernels lack, looked up at the start.
 *
 * The runtime imports only what every kernel exports, so that the .sys loads everywhere.
 *
 * SPDX-License-Identifier: MIT
 */

#include "port-wdm-kernel.h"

struct kernel_routines kernel;

static const struct {
	const char *name;
	void **where;
} lookups[] = {
	{ "KeAcquireSpinLockRaiseToSynch", (void **)&kernel.acquire_synch },
	{ "KeAcquireSpinLockForDpc", (void **)&kernel.acquire_for_dpc },
	{ "KeReleaseSpinLockForDpc", (void **)&kernel.release_for_dpc },
	{ "KeTryToAcquireSpinLockAtDpcLevel", (void **)&kernel.try_at_dpc },
	{ "KeAcquireInStackQueuedSpinLockRaiseToSynch", (void **)&kernel.queued_synch },
	{ "KeAcquireInStackQueuedSpinLockForDpc", (void **)&kernel.queued_for_dpc },
	{ "KeReleaseInStackQueuedSpinLockForDpc", (void **)&kernel.queued_release_for_dpc },
	{ "KeAcquireQueuedSpinLock", (void **)&kernel.numbered },
	{ "KeAcquireQueuedSpinLockRaiseToSynch", (void **)&kernel.numbered_synch },
	{ "KeTryToAcquireQueuedSpinLock", (void **)&kernel.numbered_try },
	{ "KeTryToAcquireQueuedSpinLockRaiseToSynch", (void **)&kernel.numbered_try_synch },
	{ "KeReleaseQueuedSpinLock", (void **)&kernel.numbered_release },
	{ "ExInterlockedInsertHeadList", &kernel.momentary[PORT_INSERT_HEAD] },
	{ "ExInterlockedInsertTailList", &kernel.momentary[PORT_INSERT_TAIL] },
	{ "ExInterlockedRemoveHeadList", &kernel.momentary[PORT_REMOVE_HEAD] },
	{ "ExInterlockedPopEntryList", &kernel.momentary[PORT_POP] },
	{ "ExInterlockedPushEntryList", &kernel.momentary[PORT_PUSH] },
	{ "ExInterlockedAddUlong", &kernel.momentary[PORT_ADD_ULONG] },
	{ "ExInterlockedAddLargeInteger", (void **)&kernel.add_large },
	{ "ExAcquireSpinLockShared", (void **)&kernel.shared.acquire },
	{ "ExAcquireSpinLockSharedAtDpcLevel", (void **)&kernel.shared.acquire_at_dpc },
	{ "ExTryAcquireSpinLockSharedAtDpcLevel", (void **)&kernel.shared.try_at_dpc },
	{ "ExReleaseSpinLockShared", (void **)&kernel.shared.release },
	{ "ExReleaseSpinLockSharedFromDpcLevel", (void **)&kernel.shared.release_from_dpc },
	{ "ExAcquireSpinLockExclusive", (void **)&kernel.exclusive.acquire },
	{ "ExAcquireSpinLockExclusiveAtDpcLevel", (void **)&kernel.exclusive.acquire_at_dpc },
	{ "ExTryAcquireSpinLockExclusiveAtDpcLevel", (void **)&kernel.exclusive.try_at_dpc },
	{ "ExReleaseSpinLockExclusive", (void **)&kernel.exclusive.release },
	{ "ExReleaseSpinLockExclusiveFromDpcLevel", (void **)&kernel.exclusive.release_from_dpc },
	{ "ExTryConvertSharedSpinLockExclusive", (void **)&kernel.convert },
};

struct wide_string kernel_string(const char *name, uint16_t *buffer, unsigned count)
{
	struct wide_string wide = { 0, 0, buffer };
	unsigned i;

	for (i = 0; name[i] && i + 1 < count; i++)
		buffer[i] = (uint8_t)name[i];
	buffer[i] = 0;
	wide.length = (uint16_t)(i * 2);
	wide.size = (uint16_t)(i * 2 + 2);
	return wide;
}

static void *look_up(const char *name)
{
	uint16_t buffer[64];
	struct wide_string wide = kernel_string(name, buffer, 64);

	return MmGetSystemRoutineAddress(&wide);
}

void kernel_start(void)
{
	static uintptr_t lock;
	uint8_t irql = port_kernel_acquire(&lock);

	kernel.has_lock_words = __atomic_load_n(&lock, __ATOMIC_RELAXED) != 0;
	port_kernel_release(&lock, irql);
	kernel.is_address_valid = (uint8_t (STDCALL *)(const void *))look_up("MmIsAddressValid");
	kernel.walk_stack =
		(uint16_t (STDCALL *)(uint32_t, uint32_t, void **, uint32_t *))look_up(
			"RtlCaptureStackBackTrace");
	kernel.query_counter = (int64_t (STDCALL *)(int64_t *))look_up("KeQueryPerformanceCounter");
	kernel.query_time = (void (STDCALL *)(int64_t *))look_up("KeQuerySystemTime");
	if (!kernel.query_time)
		kernel.query_time = (void(STDCALL *)(int64_t *))look_up("KeQuerySystemTimePrecise");
	/* Wine exports these routines, but most of them only print a message there;
	 * and it writes files even if all APCs are disabled. */
	if (look_up("wine_ntoskrnl_main_loop"))
		return;
	kernel.has_irqls = 1;
	kernel.are_all_apcs_disabled = (uint8_t (STDCALL *)(void))look_up("KeAreAllApcsDisabled");
	for (unsigned i = 0; i < sizeof lookups / sizeof lookups[0]; i++)
		*lookups[i].where = look_up(lookups[i].name);
}

struct object_attributes kernel_attributes(struct wide_string *name)
{
	struct object_attributes attributes = {
		sizeof attributes,
		NULL,
		name,
		OBJECT_CASE_INSENSITIVE | OBJECT_KERNEL_HANDLE,
		NULL,
		NULL,
	};

	return attributes;
}
