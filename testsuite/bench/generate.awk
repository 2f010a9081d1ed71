# generate.awk - driver code of a given shape and size, to compile: awk -v shape=NAME -f generate.awk
#
#   lines     a driver of a thousand lines: fifty functions of ordinary work, half of them with a lock
#   locks     150 functions that do little but lock: nested, early returns, a lock on one condition
#   ifs       one function with COUNT ifs one after the other, each with a lock of its own (-v count=20)
#   statements  one function of COUNT statements, a pair of lock calls every twenty
#   pointers    a lock COUNT pointers away
#   machine     a state machine of COUNT states in a loop
#   jumps       COUNT labels with jumps between them
#   loops       COUNT loops in each other, each with a lock of its own
#   helpers     COUNT helpers, each of which calls the one before twice
#   ladder      COUNT locks, released by a ladder of gotos
#   list        a loop that leaves each lock of a list held, then COUNT branches
#   flags       COUNT tests and changes of masked bits around lock calls
#   conditions  a helper that may be entered with its lock held, and COUNT conditions between acquire and release
#   asked       a lock left held after one callee, and COUNT other callees that take some work
#   nothing     COUNT functions without a lock
#
# clang gets the same code with the annotations that -Wthread-safety wants.  Down to "statements" all of it is clean; what
# follows is written to be slow, and may be unknown.
#
# SPDX-License-Identifier: MIT

function line(text) { print text }

function header()
{
	line("#include \"generated.h\"")
	line("struct extension { KSPIN_LOCK lock, other; int count, state, size; int *data; struct extension *next; };")
	line("int work(int);")
}

# Ordinary work of a driver's kind.
function some_work(n)
{
	line("\tfor (int i = 0; i < ext->size; i++) {")
	line("\t\tif (ext->data[i] > " n ")")
	line("\t\t\tsum += ext->data[i] * " n + 3 ";")
	line("\t\telse")
	line("\t\t\tsum -= work(ext->data[i]);")
	line("\t}")
}

function lines(  n)
{
	for (n = 0; n < 50; n++) {
		line("int function" n "(struct extension *ext, int mode)")
		line("{")
		line("\tint sum = " n ";")
		line("\tKIRQL irql;")
		line("")
		some_work(n)
		if (n % 2) {
			line("\tKeAcquireSpinLock(&ext->lock, &irql);")
			line("\tif (ext->state == " n ") {")
			line("\t\tKeReleaseSpinLock(&ext->lock, irql);")
			line("\t\treturn -1;")
			line("\t}")
			line("\text->count += sum;")
			line("\tKeReleaseSpinLock(&ext->lock, irql);")
		}
		some_work(n + 1)
		line("\treturn mode ? sum : work(sum);")
		line("}")
		line("")
	}
}

function locks(  n)
{
	for (n = 0; n < 150; n++) {
		line("int function" n "(struct extension *ext, int mode)")
		line("{")
		line("\tKIRQL irql;")
		line("")
		line("\tKeAcquireSpinLock(&ext->lock, &irql);")
		line("\tif (ext->state == " n ") {")
		line("\t\tKeReleaseSpinLock(&ext->lock, irql);")
		line("\t\treturn -1;")
		line("\t}")
		line("\tKeAcquireSpinLockAtDpcLevel(&ext->other);")
		line("\text->count += mode;")
		line("\tKeReleaseSpinLockFromDpcLevel(&ext->other);")
		line("\tif (!ext->next) {")
		line("\t\tKeReleaseSpinLock(&ext->lock, irql);")
		line("\t\treturn work(mode);")
		line("\t}")
		line("\text->size = ext->next->size;")
		line("\tKeReleaseSpinLock(&ext->lock, irql);")
		if (n % 3 == 0) {
			line("\tKeAcquireSpinLock(&ext->other, &irql);")
			line("\text->state = mode;")
			line("\tKeReleaseSpinLock(&ext->other, irql);")
		}
		line("\treturn 0;")
		line("}")
		line("")
	}
}

function ifs(  n)
{
	line("int branches(struct extension *ext, const int *mode)")
	line("{")
	line("\tint sum = 0;")
	line("\tKIRQL irql;")
	line("")
	for (n = 0; n < count; n++) {
		line("\tif (mode[" n "] > " n % 7 ") {")
		line("\t\tKeAcquireSpinLock(&ext->lock, &irql);")
		line("\t\text->count += " n ";")
		line("\t\tKeReleaseSpinLock(&ext->lock, irql);")
		line("\t}")
	}
	line("\treturn sum;")
	line("}")
}

function statements(  n)
{
	line("int straight(struct extension *ext, int a, int b)")
	line("{")
	line("\tint c = a;")
	line("\tKIRQL irql;")
	line("")
	for (n = 0; n < count; n++)
		if (n % 20 == 10)
			line("\tKeAcquireSpinLock(&ext->lock, &irql);")
		else if (n % 20 == 14)
			line("\tKeReleaseSpinLock(&ext->lock, irql);")
		else if (n % 4 == 0)
			line("\tc = c * " n % 9 + 3 " + b;")
		else if (n % 4 == 1)
			line("\text->data[" n % 50 "] = c ^ a;")
		else if (n % 4 == 2)
			line("\ta += ext->data[" n % 31 "];")
		else
			line("\tb -= work(a);")
	line("\treturn a + b + c;")
	line("}")
}

# Numbers that look random and are the same each time.
function pick(n)
{
	seed = (seed * 1103515245 + 12345) % 2147483648
	return int(seed / 65536) % n
}

function slow_header()
{
	line("struct node { struct node *next, *other; KSPIN_LOCK lock; };")
	line("extern KSPIN_LOCK one, many[];")
	line("extern struct node *first;")
	line("extern int flags[];")
	line("void stop(void) __attribute__((noreturn));")
}

function pointers(  n, path)
{
	for (n = 0; n < count; n++)
		path = path "next->"
	line("void far(struct node *node) { KIRQL irql;")
	line("KeAcquireSpinLock(&node->" path "lock, &irql);")
	line("if (work(1)) return;")
	line("KeReleaseSpinLock(&node->" path "lock, irql); }")
}

function machine(  n)
{
	line("int machine(void) { KIRQL irql = 0; int state = 0; for (;;) switch (state) {")
	for (n = 0; n < count; n++) {
		line("case " n ": if (work(" n ")) { KeAcquireSpinLock(&one, &irql); state = " pick(count) "; }")
		line("else { KeReleaseSpinLock(&one, irql); state = " pick(count) "; } break;")
	}
	line("default: return state; } }")
}

function jumps(  n, what)
{
	line("void jumps(void) { KIRQL irql = 0;")
	for (n = 0; n < count; n++) {
		what = pick(3)
		if (what == 0)
			line("l" n ": KeAcquireSpinLockAtDpcLevel(&many[" n "]);")
		else
			line("l" n ": " (what == 1 ? "KeReleaseSpinLock(&one, irql);" : "work(1);"))
		line("if (work(" n ")) goto l" pick(count) "; if (flags[" n "] == " pick(4) ") goto l" pick(count) ";")
	}
	line("}")
}

function loops(  n)
{
	line("void loops(int n) { KIRQL irql;")
	for (n = 0; n < count; n++) {
		line("for (int i" n " = 0; i" n " < n; i" n "++) { if (work(i" n ")) { KeAcquireSpinLock(&many[i" n "], &irql);")
		line("if (flags[i" n "]) KeReleaseSpinLock(&many[i" n "], irql); }")
	}
	for (n = 0; n < count; n++)
		line("}")
	line("}")
}

function helpers(  n)
{
	line("static void help0(struct node *node) { KeAcquireSpinLockAtDpcLevel(&node->lock); }")
	for (n = 1; n < count; n++)
		line("static void help" n "(struct node *node) { help" n - 1 "(node->next); help" n - 1 "(node->other); }")
	line("void helped(struct node *node) { help" count - 1 "(node); }")
}

function ladder(  n)
{
	line("int ladder(void) {")
	for (n = 0; n < count; n++)
		line("KeAcquireSpinLockAtDpcLevel(&many[" n "]); if (work(" n ")) goto l" n ";")
	while (n-- > 0)
		line("l" n ": KeReleaseSpinLockFromDpcLevel(&many[" n "]);")
	line("return 0; }")
}

function list(  n)
{
	line("void leave(void) { KIRQL irql = 0;")
	line("while (first) { KeAcquireSpinLock(&first->lock, &irql); first = first->next; }")
	for (n = 0; n < count; n++)
		line("if (work(" n ") != " n ") stop();")
	line("KeReleaseSpinLock(&one, irql); }")
}

function flag_tests(  n)
{
	line("int flag_tests(struct extension *ext, unsigned a, unsigned b) { KIRQL irql; int taken = 0;")
	for (n = 0; n < count; n++) {
		line("if ((a & " 2 ^ (n % 20) ") && (b + " n ") % 64 < " n % 13 + 3 " && !taken) {")
		line("KeAcquireSpinLock(&ext->lock, &irql); taken = 1; ext->state = (int)(a & b) + " n "; }")
		line("a = (a << 1) | (unsigned)(ext->state & " n % 31 + 1 "); b = (b >> 1) ^ (a & " n % 255 + 1 ");")
		line("if (taken && ((unsigned)ext->count & 0x" sprintf("%x", n % 240 + 8) ") == (b & 7)) {")
		line("KeReleaseSpinLock(&ext->lock, irql); taken = 0; }")
	}
	line("if (taken) KeReleaseSpinLock(&ext->lock, irql); return (int)(a + b); }")
}

function conditions(  n)
{
	line("int conditions(struct extension *ext, unsigned a, unsigned b, KIRQL irql) { int taken = 0;")
	line("if (irql == 0xff) { KeAcquireSpinLock(&ext->lock, &irql); taken = 1; }")
	for (n = 0; n < count; n++) {
		line("if (a & " 2 ^ (n % 20) ") { b |= " n % 7 + 1 "; ext->state = b & 15; }")
		line("else if (ext->count > " n ") ext->count = (int)(a + b) & 0xff;")
		line("if (ext->state == " n % 5 " && (b & 4)) ext->size = " n ";")
	}
	line("if (ext->size > 4096) { if (taken) KeReleaseSpinLock(&ext->lock, irql); return -1; }")
	line("KeReleaseSpinLock(&ext->lock, irql); return ext->state; }")
}

function asked(  n)
{
	for (n = 0; n <= count; n++) {
		line("static int asked" n "(struct extension *ext, unsigned a) { int kinds = 0;")
		line("if (ext->count == " n " && ext->size != 2 && (a & 8)) kinds = 1;")
		line("if (ext->state > ext->size && (a & 16)) kinds |= 2;")
		line("ext->count = kinds + " n "; return kinds; }")
	}
	line("int asked(struct extension *ext, unsigned a) { KIRQL irql;")
	line("KeAcquireSpinLock(&ext->lock, &irql);")
	line("if (ext->next) { if (asked0(ext, a) == 3) return -1; KeReleaseSpinLock(&ext->lock, irql); return 1; }")
	for (n = 1; n <= count; n++)
		line("if (asked" n "(ext, a + " n ") > 2) { KeReleaseSpinLock(&ext->lock, irql); return " n "; }")
	line("KeReleaseSpinLock(&ext->lock, irql); return 0; }")
}

function nothing(  n)
{
	for (n = 0; n < count; n++) {
		line("int nothing" n "(struct extension *ext)")
		line("{")
		line("int sum = " n ";")
		some_work(n)
		some_work(n + 2)
		line("return sum; }")
	}
}

BEGIN {
	seed = 7
	header()
	slow_header()
	if (shape == "lines")
		lines()
	else if (shape == "locks")
		locks()
	else if (shape == "ifs")
		ifs()
	else if (shape == "statements")
		statements()
	else if (shape == "pointers")
		pointers()
	else if (shape == "machine")
		machine()
	else if (shape == "jumps")
		jumps()
	else if (shape == "loops")
		loops()
	else if (shape == "helpers")
		helpers()
	else if (shape == "ladder")
		ladder()
	else if (shape == "list")
		list()
	else if (shape == "flags")
		flag_tests()
	else if (shape == "conditions")
		conditions()
	else if (shape == "asked")
		asked()
	else if (shape == "nothing")
		nothing()
	else {
		print "generate.awk: error: no shape is called '" shape "'" >"/dev/stderr"
		exit 2
	}
}
