# generate.awk - driver code of a given shape and size, to compile: awk -v shape=NAME -f generate.awk
#
#   lines     a driver of a thousand lines: fifty functions of ordinary work, half of them with a lock
#   locks     150 functions that do little but lock: nested, early returns, a lock on one condition
#   ifs       one function with COUNT ifs one after the other, each with a lock of its own (-v count=20)
#   statements  one function of COUNT statements, a pair of lock calls every twenty
#
# clang gets the same code with the annotations that -Wthread-safety wants.  All of it is clean.
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

BEGIN {
	header()
	if (shape == "lines")
		lines()
	else if (shape == "locks")
		locks()
	else if (shape == "ifs")
		ifs()
	else if (shape == "statements")
		statements()
	else {
		print "generate.awk: error: no shape is called '" shape "'" >"/dev/stderr"
		exit 2
	}
}
