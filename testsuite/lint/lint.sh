#!/bin/sh
# lint.sh - what can be found wrong with the sources without running them.
#
#   lint.sh              all checks
#   lint.sh CHECK...     some of them:
#
# format     changed files are indented and spaced as .clang-format says
# lines      code has at most 100 columns, a comment 90
# subjects   the first lines of the last commits have at most 72 characters
# shell      shellcheck and checkbashisms on all scripts
# cppcheck   plain C
# build      everything compiles without a warning, in build/lint
# tidy       clang-tidy: all plain C, and changed files of plugin/gcc; its analyzer on
#            plain C that changed
#
# A file is changed if it is not as it was at BASE, or includes a header that is not.
# BASE is where the branch left main; on main it is the commit before the last one.  ALL=1
# stands for all files.
#
# The last line is "N passed, N failed".  MAKE is the make that builds.
#
# SPDX-License-Identifier: MIT

set -u

cd "$(dirname "$0")/../.." || exit 1
: "${MAKE:=make}" "${BASE:=}" "${ALL:=}"
lint=testsuite/lint
build=build/lint
processors=$(nproc 2>/dev/null || echo 1)

# Unpacked without git there is no history, and everything is changed.
git=
[ "$(git rev-parse --show-prefix 2>/dev/null || echo none)" = "" ] && git=yes

sources()
{
	if [ -n "$git" ]; then
		git ls-files --cached --others --exclude-standard -- "$@" |
			while read -r file; do [ ! -e "$file" ] || echo "$file"; done
	else
		for pattern in "$@"; do
			find . -path "./$pattern" ! -path './build/*' | sed 's|^\./||'
		done
	fi | sort -u
}

base_of_changes()
{
	for main in origin/main main; do
		base=$(git merge-base HEAD "$main" 2>/dev/null) || continue
		[ "$base" = "$(git rev-parse HEAD)" ] || break
		base=
	done
	[ -n "${base:-}" ] ||
		base=$(git rev-parse -q --verify HEAD^ || git hash-object -t tree /dev/null)
	echo "$base"
}

# Of the files on standard input, those that are changed or include a changed header.
only_changed()
{
	if [ -n "$ALL" ] || [ -z "$git" ]; then
		cat
		return
	fi
	sort >"$build/all"
	headers=$(grep -E '\.(h|def)$' "$build/changed" | sed 's|.*/||' | sort -u)
	{
		comm -12 "$build/all" "$build/changed"
		for header in $headers; do
			xargs -r grep -lE "^#.*include.*[\"/]$header\"" <"$build/all"
		done
	} | sort -u
}

# ---- the checks: each prints what is wrong, and nothing else ----

check_format()
{
	# Tests of the plugin are written as drivers are, in every way there is.
	for folder in plugin/gcc plugin/checker runtime output report docs examples testsuite/fuzz \
		testsuite/bench testsuite/runtime testsuite/driver; do
		sources "$folder/*.c" "$folder/*.cc" "$folder/*.h" | comm -12 - "$build/changed" |
			xargs -r -n 8 -P "$processors" sh $lint/format.sh
	done
}

check_lines()
{
	# Tests, tables, and declarations as Microsoft's headers have them are written one
	# case a line.
	for folder in plugin runtime output report testsuite/lint; do
		sources "$folder/*.c" "$folder/*.cc" "$folder/*.h" "$folder/*.sh" "$folder/*.awk"
	done | grep -v '^runtime/native/' | LC_ALL=C xargs awk -f $lint/lines.awk Makefile .ci/run
}

check_subjects()
{
	[ -n "$git" ] || return 0
	# Since there is this check: commits that descend from the one that brought it.
	first=$(git log --diff-filter=A --format=%H -- $lint/lint.sh | tail -n 1)
	[ -n "$first" ] || return 0
	git log --ancestry-path --no-merges -n 20 --format='%h %s' "$first..HEAD" | awk '
		{ n = length($0) - length($1) - 1 }
		n > 72 { print "commit " $1 ": a subject of " n " characters, more than 72" }'
}

# A tree of links, so that its build folder is its own.  What the compilers of other
# machines add is the runtime; plugin/gcc is compiled once, for gcc.
check_build()
{
	mkdir -p $build/tree
	for file in Makefile plugin runtime output report tools testsuite docs; do
		ln -sfn "../../../$file" "$build/tree/$file"
	done
	goals="build/spinrule-check build/spinrule-report fuzz-programs"
	for compiler in $($MAKE -s --no-print-directory compilers); do
		case $compiler in
		gcc) goals="$goals build/gcc/spinrule.so build/gcc/libspinrule-posix.a" ;;
		*mingw*)
			for port in wdm win32; do
				goals="$goals build/$compiler/libspinrule-$port.a"
			done ;;
		esac
	done
	# -g0: nobody debugs it.  -O1: enough for warnings that follow values.
	flags='-O1 -g0 -Werror'
	# A const that is cast away is no promise.  GCC's own headers do it all the time.
	plain="$flags -Wcast-qual"
	env -u MAKEFLAGS -u MFLAGS -u MAKELEVEL $MAKE -C $build/tree -k -s "-j$processors" \
		CFLAGS="$plain" CXXFLAGS="$flags" RUNTIME_CFLAGS="$plain" $goals \
		>$build/build.log 2>&1 && return
	# In a header, once for all files that include it.  Make's own words where there
	# are no others.
	grep -E '(error|warning): |undefined reference' $build/build.log | awk '!seen[$0]++' |
		grep . || cat $build/build.log
}

check_cppcheck()
{
	cppcheck -q "-j$processors" --std=c11 --language=c --template=gcc \
		--enable=warning,performance,portability --suppressions-list=$lint/cppcheck.txt \
		-I. -Iplugin/checker -Iruntime/native \
		'-Djson_array_foreach(a,i,v)=for(;;)' '-Djson_object_foreach(o,k,v)=for(;;)' \
		plugin/checker output report runtime 2>&1 |
		grep -E ': (error|warning|performance|portability): '
}

# clang-tidy with these arguments on the files of standard input: what it finds in the
# project's own files, not in GCC's headers.
tidy()
{
	xargs -r -n 4 -P "$processors" clang-tidy -p . --quiet "$@" 2>/dev/null |
		sed "s|^$(pwd)/||" | grep -v '^/' | grep -E ': (error|warning): ' | sort -u
}

check_tidy()
{
	$MAKE -s --no-print-directory compile_commands.json COMPILERS=gcc >/dev/null
	# Windows's ports are not in there: clang has not their headers.
	sources 'plugin/checker/*.c' 'runtime/*.c' 'output/*.c' 'report/*.c' |
		grep -v '^runtime/port-w' >$build/plain
	only_changed <$build/plain >$build/plain.changed
	# Shallow: in a quarter of the time.
	tidy --extra-arg=-Xclang --extra-arg=-analyzer-config \
		--extra-arg=-Xclang --extra-arg=mode=shallow <$build/plain.changed
	comm -23 $build/plain $build/plain.changed | tidy '--checks=-clang-analyzer-*'
	sources 'plugin/gcc/*.cc' | only_changed | tidy '--checks=-clang-analyzer-*'
}

check_shell()
{
	sources '*.sh' | xargs -n 8 -P "$processors" shellcheck -S warning -s sh -f gcc
	shellcheck -S warning -f gcc .ci/run
	# Files without a first line are parts of others.
	sources '*.sh' | xargs checkbashisms -f 2>&1 |
		grep -A 1 '^possible bashism' | grep -v -e ulimit -e '^--'
}

# ---- all of them ----

mkdir -p $build
if [ -z "$git" ] || [ -n "$ALL" ]; then
	sources '*' >$build/changed
	echo "lint: every file counts as changed"
else
	base=${BASE:-$(base_of_changes)}
	{
		git diff --name-only --diff-filter=d "$base"
		git ls-files --others --exclude-standard
	} | sort -u >$build/changed
	echo "lint: $(wc -l <$build/changed) files changed since $(git rev-parse --short "$base")"
fi

passed=0
failed=0
[ $# -gt 0 ] || set -- format lines subjects shell cppcheck build tidy
for check in "$@"; do
	case $check in
	format | lines | subjects | build | cppcheck | tidy | shell) ;;
	*)
		echo "lint.sh: error: unknown check '$check'; see the top of this file" >&2
		exit 2 ;;
	esac
	echo "lint: $check ..."
	start=$(date +%s)
	"check_$check" >"$build/$check.found"
	if [ -s "$build/$check.found" ]; then
		failed=$((failed + 1))
		head -n 40 "$build/$check.found" | sed 's/^/  /'
		lines=$(wc -l <"$build/$check.found")
		[ "$lines" -le 40 ] ||
			echo "  ... and $((lines - 40)) more lines, see $build/$check.found"
		echo "lint: $check: failed, $(($(date +%s) - start)) s"
	else
		passed=$((passed + 1))
		echo "lint: $check: passed, $(($(date +%s) - start)) s"
	fi
done
echo "$passed passed, $failed failed"
[ "$failed" = 0 ]
