#!/bin/sh
# tag.sh - mark the last commit as the version that it has: the tag vNUMBER.
#
# The number is that of runtime/rule.h.  It must be the newest of docs/changes.md and of
# debian/changelog, with the same day, and nothing may be changed since the commit.
#
# SPDX-License-Identifier: MIT

set -u

cd "$(dirname "$0")/.." || exit 1

fail()
{
	echo "tag.sh: error: $1" >&2
	exit 1
}

git rev-parse -q --verify HEAD >/dev/null 2>&1 || fail "these sources are in no git repository"
[ -z "$(git status --porcelain)" ] || fail "there are changes that are in no commit"

version=$(sed -n 's/^#define SPINRULE_VERSION "\(.*\)"$/\1/p' runtime/rule.h)
newest=$(sed -n 's/^## \([0-9.]*\) (\(.*\))$/\1 \2/p' docs/changes.md | head -n 1)
[ "${newest% *}" = "$version" ] ||
	fail "runtime/rule.h has version $version, docs/changes.md ${newest% *}"
packages=$(sed -n '1s/^spinrule (\([^)]*\)) .*/\1/p' debian/changelog)
[ "$packages" = "$version" ] ||
	fail "runtime/rule.h has version $version, debian/changelog $packages"
day=$(sed -n 's/^ -- .*>  //p' debian/changelog | head -n 1)
[ "$(date -d "$day" +%Y-%m-%d)" = "${newest#* }" ] ||
	fail "docs/changes.md has the day ${newest#* }, debian/changelog $day"

git rev-parse -q --verify "refs/tags/v$version" >/dev/null &&
	fail "there is a tag v$version already: raise the number in runtime/rule.h"
git tag -a -m "Spinrule $version" "v$version" && echo "v$version"
