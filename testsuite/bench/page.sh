# page.sh - what a browser takes to open the page of 5,000 findings.  Sourced by bench.sh.
#
# The findings are those of report/device.c of the tests, under many names, with their source and,
# where Graphviz is installed, pictures.  Times are those of
# headless Chromium, from the start of the navigation.
#
# SPDX-License-Identifier: MIT

page=$build/page

# open_page FILE: milliseconds to the first paint and to the end of loading, and the elements that there are then.
open_page()
{
	# A script more than the page's policy allows.
	sed 's/<meta http-equiv="Content-Security-Policy"[^>]*>//
		s#</body>#<script>onload = () => { const n = performance.getEntriesByType("navigation")[0];\
		const all = document.querySelectorAll("*").length; requestAnimationFrame(() => setTimeout(() => document.body.textContent = "<<<" +\
		[performance.getEntriesByName("first-contentful-paint")[0]?.startTime, n.loadEventStart, all].map(Math.round)\
		.join(" | ") + ">>>")); }</script></body>#' "$1" >"$page/opened.html"
	for run in 1 2 3 4 5; do
		chromium --headless=new --no-sandbox --disable-gpu --no-first-run --user-data-dir="$page/profile" \
			--window-size=1280,900 --timeout=20000 --dump-dom "file://$page/opened.html" 2>"$page/said.$run" |
			sed -n 's/.*&lt;&lt;&lt;\(.*\)&gt;&gt;&gt;.*/\1/p'
	done | sort -t '|' -k 2 -n | sed -n 3p
}

bench_page()
{
	command -v chromium >/dev/null 2>&1 || { notice "'chromium' not found: no page is opened"; return; }
	rm -rf "$page"
	mkdir -p "$page/src" || give_up "cannot write to $page"
	(cd "$top/testsuite/core/report" && gcc -w -I"$top/testsuite/include" -fplugin="$plugin_so" \
		-fplugin-arg-spinrule-summary="$page/one.json" -c device.c -o "$page/device.o") 2>"$page/said" ||
		give_up "device.c does not compile"
	awk '{ for (i = 0; i < 2500; i++) { line = $0; gsub(/device\.c/, i "/device.c", line); print line } }' \
		"$page/one.json" >"$page/many.json"
	for i in $(seq 0 2499); do
		mkdir "$page/src/$i" && ln "$top/testsuite/core/report/device.c" "$page/src/$i/device.c"
	done 2>/dev/null || give_up "cannot write to $page"
	echo "## The page of spinrule-report"
	echo
	echo "| findings | MB | instructions to write it, in millions | ms to the first paint | ms until it is loaded | elements then |"
	echo "| --- | --- | --- | --- | --- | --- |"
	for input in one many; do
		valgrind --tool=callgrind --callgrind-out-file=/dev/null --log-file="$page/log" "$top/build/spinrule-report" \
			--source="$page/src" --source="$top/testsuite/core/report" -o "$page/$input.html" "$page/$input.json"
		echo "| $(grep -c '^<details id=' "$page/$input.html") | $(wc -c <"$page/$input.html" | awk '{ printf "%.1f", $1 / 1e6 }')" \
			"| $(sed -n 's/.*Collected : //p' "$page/log" | awk '{ printf "%.0f", $1 / 1e6 }') | $(open_page "$page/$input.html") |"
	done
	rm -rf "$page"
}
