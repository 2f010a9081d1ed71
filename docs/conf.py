# conf.py - how Sphinx makes a book of the pages: see tools/html.sh.
#
# The pages are made for readers of plain files and of GitHub, and know nothing of Sphinx.
# The order of the book is that of the lists in docs/README.md and docs/ids/README.md: each
# heading there with a list of pages is a part.
#
# SPDX-License-Identifier: MIT

import os
import re

top = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))

with open(os.path.join(top, "runtime", "rule.h"), encoding="utf-8") as header:
    release = re.search(r'#define SPINRULE_VERSION "(.*)"', header.read()).group(1)

project = "Spinrule"
author = "The Spinrule authors"
copyright = "the Spinrule authors, MIT licence"
version = release

extensions = ["myst_parser"]
root_doc = "docs/README"
source_suffix = {".md": "markdown"}
include_patterns = [
    "README.md", "CONTRIBUTING.md", "docs/*.md", "docs/ids/*.md", "examples/*/README.md",
]
# Folders that are not even looked through.
exclude_patterns = ["build", ".git", "testsuite", "plugin", "runtime", "report", "debian"]
myst_heading_anchors = 4
# Blocks of messages and of tables look like C or JSON, and are not.
highlight_language = "none"
nitpicky = True

html_theme = "alabaster"
html_title = "Spinrule " + release
html_copy_source = False
html_show_sphinx = False
html_sidebars = {"**": ["about.html", "searchbox.html", "navigation.html"]}
html_theme_options = {
    "description": "Finds spin-lock mistakes in Windows drivers built with GCC",
    "page_width": "64rem",
    "sidebar_width": "16rem",
    "fixed_sidebar": True,
    "font_family": "system-ui, sans-serif",
    "code_font_family": "ui-monospace, monospace",
}

# The pages that lists name: "1. [Title](page.md): ..." or "| [id](page.md) | ...".
LISTED = re.compile(r"^(?:\d+\. |[-*] |\| )\[[^]]*\]\(([^):#]+)\.md\)", re.M)


def parts_of(text):
    """The headings of level 2 in TEXT, each with the pages that its list names."""
    parts = re.split(r"^## (.*)$", text, flags=re.M)
    parts = [""] + parts
    for heading, body in zip(parts[0::2], parts[1::2]):
        pages = LISTED.findall(body)
        if pages:
            yield heading, pages


def add_order(app, docname, source):
    """Sphinx wants the order as directives: add them to what is read."""
    if docname not in ("docs/README", "docs/ids/README"):
        return
    for heading, pages in parts_of(source[0]):
        lines = ["", "", "```{toctree}", ":hidden:"]
        if heading:
            lines.append(":caption: " + heading)
        source[0] += "\n".join(lines + [""] + pages + ["```", ""])


def setup(app):
    app.connect("source-read", add_order)
    return {"parallel_read_safe": True}
