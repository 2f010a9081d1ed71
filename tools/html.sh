#!/bin/sh
# html.sh - the pages as a book: FOLDER/index.html.
#
#   html.sh FOLDER
#
# Sphinx makes it, with MyST, as docs/conf.py says.  A warning is an error, and so is a link
# that leads to no page, or to no heading of one.
#
# SPDX-License-Identifier: MIT

set -eu

folder=$1
here=$(dirname "$0")
top=$(dirname "$here")
for program in sphinx-build python3; do
	command -v "$program" >/dev/null || {
		echo "html.sh: error: no $program; install packages python3-sphinx and python3-myst-parser" >&2
		exit 1
	}
done
sphinx-build -q -W --keep-going -n -c "$top/docs" "$top" "$folder"
# The book starts with the list of pages.
cat >"$folder/index.html" <<'END'
<!DOCTYPE html>
<html lang="en"><meta charset="utf-8"><title>Spinrule</title>
<meta http-equiv="refresh" content="0; url=docs/README.html">
<a href="docs/README.html">Spinrule's documentation</a></html>
END
python3 "$here/links.py" "$folder"
