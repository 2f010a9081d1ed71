/* reference.c - prints docs/reference.md from the tables: what is a violation, which DDIs and roles are known.
 *
 * `make docs` writes the page; a test compares it.
 *
 * SPDX-License-Identifier: MIT
 */

#include <stdio.h>

#include "../runtime/rule.h"

static const char *const meanings[SPINRULE_VIOLATIONS] = {
	[SPINRULE_DOUBLE_ACQUIRE] = "The lock is acquired, or a momentary DDI is called with it, by the function or thread "
				    "that holds it already. The processor would spin for ever; at run time it is reported before the call.",
	[SPINRULE_RELEASE_UNHELD] = "The lock is released and is not held: released before with no acquire since, never acquired "
				    "in a callback, or on the path on which a try failed.",
	[SPINRULE_WRONG_CONTEXT] = "The lock is released by a thread other than the one that holds it. Run time only.",
	[SPINRULE_HELD_AT_RETURN] = "A callback returns with a lock held that it was not entered with. In any other function: one "
				    "feasible return holds the lock, another does not, and neither what it returns or stores for its "
				    "caller nor an argument tells which. Leaving by an exception counts as a return. At run time "
				    "also: a thread ends, the driver unloads.",
	[SPINRULE_MISMATCHED_RELEASE] = "Acquired by a routine of one group and released by one of another.",
	[SPINRULE_WRONG_IRQL] = "The IRQL given back is not the one that this acquire saved: another lock's, a constant, or one that a nested "
				"acquire wrote over it. Locks released in the order of their acquires change IRQLs: the first release "
				"gives back what the second acquire saved.",
	[SPINRULE_TRY_IGNORED] = "Nothing looks at the result of trying to acquire. Compile time only.",
	[SPINRULE_REINIT_HELD] = "KeInitializeSpinLock is called on a lock that is held.",
	[SPINRULE_CALL_UNHELD] = "A function annotated `_Requires_lock_held_` is called with the lock not held, or a shared lock is to be "
				 "made exclusive that the thread does not hold. At run time only the latter.",
	[SPINRULE_CALL_HELD] = "A function annotated `_Requires_lock_not_held_` is called with the lock held. Compile time only.",
	[SPINRULE_ANNOTATION_MISMATCH] = "On a feasible path a function returns with the lock held where its annotation says "
					 "released, or the other way round. Compile time only.",
	[SPINRULE_UNGUARDED] = "A field or variable annotated `_Guarded_by_` is written, here or in a function that is called, with its lock "
			       "certainly not held. Compile time only, with `-fplugin-arg-spinrule-warn=unguarded`.",
	[SPINRULE_LEVEL_ORDER] = "A lock is acquired, here or in a function that is called, while one is held whose level comes later by "
				 "`_Lock_level_order_`. A try is no such acquire. Compile time only, with `-fplugin-arg-spinrule-warn=level-order`.",
	[SPINRULE_LOCK_ORDER] = "The lock is acquired while another is held, and before now the two were acquired the other way round, "
				"directly or around a circle of up to 8 locks, with no third lock held each time that keeps the two apart. A try "
				"waits for nothing and is no such acquire. Run time only, with `lock_order=1`.",
	[SPINRULE_HOLD_TIME] = "The lock was held for more microseconds than the option says; Microsoft's advice is 25. Run time only, "
			       "with `hold_time=N`.",
	[SPINRULE_COMPLETE_WHILE_HELD] = "IoCompleteRequest or IoStartNextPacket is called with a spin lock held. Run time only, with "
					 "`complete_while_held=1`.",
	[SPINRULE_UNINITIALIZED] = "The memory of the lock is neither that of a free lock nor what an acquire leaves there: this acquire would "
				   "wait for ever. Run time only.",
	[SPINRULE_HANDLE_IN_USE] = "An in-stack queued lock is acquired with the handle with which it is held: the queue would be broken, and its "
				   "threads wait for ever. Run time only.",
	[SPINRULE_WRONG_LEVEL] = "A routine that raises the IRQL is called above DISPATCH_LEVEL, or one for DPC level below it. Only the runtime reports "
				 "it, and only with wrong_level=1.",
	[SPINRULE_FREED_HELD] = "Memory is freed, by ExFreePool or one of its kind or by free, and a lock in it is held, by this thread or another. "
				"Run time only.",
};

static const char *const ops[SPINRULE_OPS] = {
	[SPINRULE_OP_ACQUIRE] = "acquire", [SPINRULE_OP_TRY] = "try", [SPINRULE_OP_RELEASE] = "release",
	[SPINRULE_OP_INIT] = "set up", [SPINRULE_OP_MOMENTARY] = "take and drop", [SPINRULE_OP_LEAVE] = "leave",
	[SPINRULE_OP_CONVERT] = "make exclusive",
};

static const char *const levels[] = {
	[SPINRULE_AT_ANY] = "-", [SPINRULE_AT_MOST] = "DISPATCH_LEVEL at most", [SPINRULE_AT_LEAST] = "DISPATCH_LEVEL at least",
};

static void print_lock(const struct spinrule_ddi *ddi)
{
	if (ddi->group == SPINRULE_GROUP_CANCEL)
		printf("the cancel lock");
	else if (ddi->group == SPINRULE_GROUP_VPB)
		printf("the VPB lock");
	else if (ddi->kind >= 0 && ddi->handle >= 0)
		printf("argument %d, kind %d, handle %d", ddi->lock + 1, ddi->kind + 1, ddi->handle + 1);
	else if (ddi->kind >= 0)
		printf("argument %d, kind %d", ddi->lock + 1, ddi->kind + 1);
	else if (ddi->handle >= 0 && ddi->lock >= 0)
		printf("argument %d, handle %d", ddi->lock + 1, ddi->handle + 1);
	else if (ddi->handle >= 0)
		printf("handle %d", ddi->handle + 1);
	else if (ddi->lock >= 0)
		printf("argument %d", ddi->lock + 1);
	else
		printf("-");
}

static void print_irql(const struct spinrule_ddi *ddi)
{
	switch (ddi->irql) {
	case SPINRULE_IRQL_NONE:
		printf("-");
		break;
	case SPINRULE_IRQL_RETURNED:
		printf("returned");
		break;
	case SPINRULE_IRQL_THROUGH:
		printf("saved through argument %d", ddi->irql_arg + 1);
		break;
	case SPINRULE_IRQL_GIVEN:
		printf("given back, argument %d", ddi->irql_arg + 1);
		break;
	}
}

int main(void)
{
	printf("# Reference\n\n"
	       "This page is printed from the tables in `runtime/*.def` (`make docs`), from which the plugin and the\n"
	       "runtime are built too.\n\n"
	       "## Violations\n\n"
	       "| id | a spin lock ... | meaning | rule | bug check 0xC4, parameter 1 | CWE |\n"
	       "| --- | --- | --- | --- | --- | --- |\n");
	for (int v = SPINRULE_NONE + 1; v < SPINRULE_VIOLATIONS; v++) {
		enum spinrule_rule rule = spinrule_rule_of(v, SPINRULE_GROUP_RAISING);

		printf("| `%s` | %s | %s | %s | ", spinrule_id(v), spinrule_words(v), meanings[v], spinrule_rule_name(rule));
		if (spinrule_rule_code(rule))
			printf("0x%08X", spinrule_rule_code(rule));
		else
			printf("-");
		printf(" | %d |\n", spinrule_cwe(v));
	}
	printf("\nOn in-stack queued locks the rule is %s (0x%08X), on the cancel spin lock %s (0x%08X).\n",
	       spinrule_rule_name(SPINRULE_RULE_QUEUED), spinrule_rule_code(SPINRULE_RULE_QUEUED),
	       spinrule_rule_name(SPINRULE_RULE_CANCEL), spinrule_rule_code(SPINRULE_RULE_CANCEL));

	printf("\n## DDIs\n\n"
	       "An IRQL that a call needs is DISPATCH_LEVEL at most, or at least; a dash is any, or another.\n\n"
	       "| name in the object | written as | operation | group | lock | IRQL | released with | called at |\n"
	       "| --- | --- | --- | --- | --- | --- | --- | --- |\n");
	for (int i = 0; i < SPINRULE_DDIS; i++) {
		const struct spinrule_ddi *ddi = &spinrule_ddis[i];

		printf("| %s | %s | %s | %s | ", ddi->name, ddi->written, ops[ddi->op], spinrule_group_name(ddi->group));
		print_lock(ddi);
		printf(" | ");
		print_irql(ddi);
		printf(" | %s | %s |\n", ddi->release ? ddi->release : "-", levels[ddi->at]);
	}

	printf("\n## DDIs whose calls stay\n\n"
	       "The runtime has no function of its own for these: [runtime.md](runtime.md).\n\n"
	       "| name | operation | group | lock | IRQL | released with | called at | rule |\n"
	       "| --- | --- | --- | --- | --- | --- | --- | --- |\n");
	for (int i = SPINRULE_DDIS; i < SPINRULE_ALL_DDIS; i++) {
		const struct spinrule_ddi *ddi = &spinrule_ddis[i];

		printf("| %s | %s | %s | ", ddi->name, ops[ddi->op], spinrule_group_name(ddi->group));
		print_lock(ddi);
		printf(" | ");
		print_irql(ddi);
		printf(" | %s | %s | %s |\n", ddi->release ? ddi->release : "-", levels[ddi->at],
		       spinrule_rule_name(spinrule_rule_of(SPINRULE_HELD_AT_RETURN, ddi->group)));
	}

	printf("\n## Routines that complete a request\n\n"
	       "For `complete-while-held` only; the check at compile time does not know them.\n\n"
	       "| name in the object | written as |\n| --- | --- |\n");
#define SPINRULE_COMPLETION(NAME, WRITTEN) printf("| %s | %s |\n", #NAME, #WRITTEN);
#include "../runtime/ddi.def"

	printf("\n## DDIs left out\n\n| name | why |\n| --- | --- |\n");
	for (const struct spinrule_left_out *out = spinrule_left_outs; out->name; out++)
		printf("| %s | %s |\n", out->name, out->reason);

	printf("\n## Callbacks\n\n"
	       "A function that is declared with one of these types, or whose address goes where the pointer type is\n"
	       "expected, is a callback; so is `DriverEntry`.\n\n"
	       "| declared as | stored or passed as | entered with | at |\n| --- | --- | --- | --- |\n");
	for (const struct spinrule_role *role = spinrule_roles; role->function_type; role++)
		printf("| %s | %s | %s | %s |\n", role->function_type, role->pointer_type,
		       role->enters_with_cancel_lock ? "the cancel spin lock held"
		       : role->entry_lock == SPINRULE_ENTRY_HANDLE ? "the interrupt's lock held"
		       : role->entry_lock == SPINRULE_ENTRY_INTERRUPT ? "the adapter's interrupt lock held"
		       : role->entry_lock == SPINRULE_ENTRY_MESSAGE ? "the message's or the interrupt lock held"
								      : "no lock held",
		       spinrule_entry_text(role->irql));
	printf("\nThe last column is the IRQL at the entry, by Microsoft's reference and by the annotations in its headers.\n"
	       "For types of your own, `-fplugin-arg-spinrule-role=TYPE:irql=LEVEL` says it; LEVEL is one of\n\n");
	for (int i = 0; i < SPINRULE_ENTRY_IRQLS; i++)
		printf("* `%s`: %s\n", spinrule_entry_word((enum spinrule_entry_irql)i),
		       spinrule_entry_text((enum spinrule_entry_irql)i));
	printf("\nA DPC routine that is handed to one of these is that of a threaded DPC, and may be entered at PASSIVE_LEVEL as well:\n\n");
#define SPINRULE_THREADED(ROUTINE, ARGUMENT) printf("%s\n", "* " #ROUTINE);
#include "../runtime/role.def"
	printf("\nThese set a driver or an object up or take it down: nothing else uses its data meanwhile (`unguarded`).\n");
#define SPINRULE_ALONE(FUNCTION) printf("%s\n", "* " #FUNCTION);
#include "../runtime/role.def"
	return ferror(stdout) != 0;
}
