#!/bin/sh
# dist.sh - the sources of the last commit as FOLDER/spinrule-VERSION.tar.gz.
#
#   dist.sh FOLDER
#
# Two runs for one commit make the same bytes: the times in it are the commit's.  Prints
# the name of the file.
#
# SPDX-License-Identifier: MIT

set -eu

folder=$1
if ! git rev-parse --verify -q HEAD >/dev/null 2>&1 || [ ! -e .git ]; then
	echo "dist.sh: error: the sources are packed out of a git repository, and this is none" >&2
	exit 1
fi
git diff --quiet HEAD ||
	echo "dist.sh: notice: what is not committed is left out" >&2
version=$(git show HEAD:runtime/rule.h | sed -n 's/^#define SPINRULE_VERSION "\(.*\)"$/\1/p')
file=$folder/spinrule-$version.tar.gz
mkdir -p "$folder"
# Under another name first: what is there is whole.  Not tar.gz of git's own, which a
# user's settings change.
git archive --format=tar --prefix="spinrule-$version/" HEAD >"$file.$$"
gzip -9n <"$file.$$" >"$file.new$$"
rm -f "$file.$$"
mv -f "$file.new$$" "$file"
echo "$file"
