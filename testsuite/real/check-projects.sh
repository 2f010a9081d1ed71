#!/bin/sh
# check-projects.sh - builds that were not made for Spinrule, with CC="spinrule-gcc gcc" and nothing
# else changed: libusb, whose build is by autotools, and nanomsg, whose build is by CMake.
#
#   check-projects.sh          (through `make check-projects`, which builds Spinrule first)
#
# 1. Takes both source packages through apt-get (once; kept in build/projects).
# 2. Builds each three times: as it is, with warnings, and with lock programs in the objects. Locks are
#    the mutexes of POSIX threads, by examples/tables/pthread.ddi.
# 3. Warns of nothing, changes no object but for what -g records of the options and the lock program, and
#    spinrule-check has a result for the objects of the library.
#
# docs/real-code.md says what it showed, and its row of each project must be what was found, where the
# version is the one of that page.
#
# SPDX-License-Identifier: MIT

set -u

here=$(cd "$(dirname "$0")" && pwd)
top=$(cd "$here/../.." && pwd)
real=$top/build/projects

passed=0
failed=0

give_up()
{
	echo "check-projects: error: $*" >&2
	exit 1
}

pass() { passed=$((passed + 1)); }

fail()
{
	failed=$((failed + 1))
	echo "  FAIL: $*"
}

. "$here/fetch.sh"

# ---- the projects ----

# fetch_projects: the source of each into build/projects/NAME.
fetch_projects()
{
	[ -e "$real/fetched" ] && return
	for tool in apt-get tar; do
		command -v $tool >/dev/null 2>&1 ||
			give_up "'$tool' not found: the sources are taken as Debian packages, so this check needs Debian or one of its kin"
	done
	rm -rf "$real"/libusb "$real"/nanomsg "$real/packages"
	mkdir -p "$real/packages"
	log=$real/fetch.log
	private_apt
	echo "fetching the source packages libusb-1.0 and nanomsg ..."
	timeout -k 10 300 apt-get -q update >"$log" 2>&1 </dev/null || echo "apt-get update failed, trying with what there is" >>"$log"
	(cd "$real/packages" && timeout -k 10 600 apt-get -q --download-only --tar-only source libusb-1.0 nanomsg) >>"$log" 2>&1 </dev/null ||
		give_up "apt-get could not fetch the source packages libusb-1.0 and nanomsg; see $log"
	for name in libusb nanomsg; do
		mkdir -p "$real/$name"
		tar -xf "$real/packages/$name"*.tar.* -C "$real/$name" --strip-components 1 || give_up "could not unpack $name"
	done
	(cd "$real/packages" && sha256sum ./*) >"$real/fetched"
	rm -rf "$real/packages" "$apt"
}

# Build in the folder where the source is, with compiler $1.
build_libusb()
{
	# Without libudev, which is no part of what every machine has.
	./configure -q --disable-udev --disable-shared CC="$1" && make -s
}
build_nanomsg() { CC="$1" cmake -DNN_TESTS=OFF -DNN_TOOLS=OFF -DNN_ENABLE_DOC=OFF -S . -B b && cmake --build b; }

# ---- what is compared ----

# build_project NAME KIND CC: build NAME's source with compiler CC into build/projects/NAME-KIND. All kinds
# are built in one folder, whose name is in their debug information.
build_project()
{
	tree=$real/tree
	rm -rf "$tree" "$real/$1-$2"
	cp -a "$real/$1" "$tree"
	(cd "$tree" && LC_ALL=C SOURCE_DATE_EPOCH=1700000000 "build_$1" "$3") >"$real/$1-$2.log" 2>&1 </dev/null
	status=$?
	mv "$tree" "$real/$1-$2"
	return $status
}

objects_of() { (cd "$real/$1" && find . -name '*.o' | sort); }

# code_of OBJECT: the object without the lock program, and without what -g says of the options.
code_of() { objcopy --strip-debug --remove-section=.spinrule "$1" "$real/code.o" && cat "$real/code.o"; }

# compare_objects NAME KIND: one verdict: the objects of KIND are those of a plain build.
compare_objects()
{
	objects_of "$1-plain" >"$real/wanted"
	objects_of "$1-$2" >"$real/found"
	if ! [ -s "$real/wanted" ] || ! cmp -s "$real/wanted" "$real/found"; then
		fail "$1, $2: other objects than without Spinrule; compare $real/wanted and $real/found"
		return
	fi
	while read -r object; do
		code_of "$real/$1-plain/$object" >"$real/code-plain"
		code_of "$real/$1-$2/$object" >"$real/code-with"
		if ! [ -s "$real/code-plain" ] || ! cmp -s "$real/code-plain" "$real/code-with"; then
			fail "$1, $2: $object differs; compare $real/$1-plain/$object and $real/$1-$2/$object"
			return
		fi
	done <"$real/wanted"
	pass
}

# compare_page NAME: one verdict: the row of NAME in docs/real-code.md has the numbers that were found.
compare_page()
{
	version=$(sed -n "s|.* \./$1[^_]*_\([0-9.]*[0-9]\).*|\1|p" "$real/fetched")
	if ! grep -q "^| $1 $version, " "$top/docs/real-code.md"; then
		echo "  docs/real-code.md is about another version of $1 than $version: its numbers are not compared"
		return
	fi
	set -- "$1" "$version" "$(wc -l <"$real/wanted")" \
		"$(sed -n 's/^spinrule: driver .* \([0-9]*\) functions.* \([0-9]*\) lock calls.* \([0-9]*\) violations, \([0-9]*\) pass, \([0-9]*\) unknown.*/\1 | \2 | \3 | \4, \5/p' "$real/$1.said")"
	if grep -q "^| $1 $2, [a-zA-Z]* | $3 | $4 |\$" "$top/docs/real-code.md"; then
		pass
	else
		fail "docs/real-code.md has no row '| $1 $2, ... | $3 | $4 |'"
	fi
}

# ---- run ----

mkdir -p "$real" || give_up "cannot write to $real"
[ -e "$top/build/gcc/spinrule.so" ] || give_up "the plugin for gcc is not built; run 'make check-projects'"
fetch_projects
PATH=$top/tools:$PATH
# Of the plugin, whatever was set before.
unset SPINRULE_EMBED SPINRULE_INSTRUMENT SPINRULE_ARGS

for name in libusb nanomsg; do
	echo "building $name: plain, with warnings, with embed ..."
	build_project $name plain gcc || give_up "$name does not build without Spinrule; see $real/$name-plain.log"
	rm -f "$real/$name.json"
	for kind in warnings embed; do
		embed=0
		[ $kind = warnings ] || embed=1
		if (
			export SPINRULE_EMBED=$embed SPINRULE_ARGS="ddi=$top/examples/tables/pthread.ddi summary=$real/$name-$kind.json"
			rm -f "$real/$name-$kind.json"
			build_project $name $kind "spinrule-gcc gcc"
		); then
			pass
		else
			fail "$name does not build with CC=\"spinrule-gcc gcc\", $kind; see $real/$name-$kind.log"
			continue 2
		fi
		if grep -e '\[-Wspinrule-' -e ': error: ' "$real/$name-$kind.log" >"$real/said"; then
			fail "$name, $kind: says $(head -n 1 "$real/said")"
		else
			pass
		fi
		compare_objects $name $kind
		calls=$(jq -s 'map(select(.type == "unit") | .totals.lock_calls // 0) | add' "$real/$name-$kind.json")
		if [ "${calls:-0}" -gt 0 ]; then
			pass
		else
			fail "$name, $kind: no lock call was seen; see $real/$name-$kind.json"
		fi
	done
	# Of the library: programs of the build have a main each.
	objects=$(cd "$real/$name-embed" && find . -name '*.o' ! -path '*examples*' ! -path '*tests*' ! -path '*demo*' | sort)
	# Words: an object each.
	# shellcheck disable=SC2086
	(cd "$real/$name-embed" && LC_ALL=C "$top/build/spinrule-check" --name=$name $objects) >"$real/$name.said" 2>&1
	status=$?
	if [ $status = 0 ] && grep -q "^spinrule: driver $name: .* 0 violations" "$real/$name.said"; then
		pass
		sed -n 's/^spinrule: driver /  /p' "$real/$name.said"
		compare_page $name
	else
		fail "$name: spinrule-check ends with $status; see $real/$name.said"
	fi
done

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
