# links.py - that the links of HTML pages lead somewhere.
#
#   python3 links.py FOLDER
#
# Looks at every page below FOLDER.  A link to a file or to an anchor that is not there is
# printed, and the exit status is 1.  Links to other sites are left alone: nothing is
# fetched.
#
# SPDX-License-Identifier: MIT

import os
import sys
from html.parser import HTMLParser
from urllib.parse import unquote, urlsplit


class Page(HTMLParser):
    """The anchors of a page, and where its links lead."""

    def __init__(self, path):
        super().__init__()
        self.anchors, self.links = set(), []
        with open(path, encoding="utf-8") as file:
            self.feed(file.read())

    def handle_starttag(self, tag, attributes):
        for name, value in attributes:
            if name == "id" or (tag == "a" and name == "name"):
                self.anchors.add(value)
            elif name in ("href", "src"):
                self.links.append(value or "")


def check(folder):
    """Print each link that leads nowhere.  Returns how many, and how many were looked at."""
    pages = {}
    for where, _, names in os.walk(folder):
        for name in names:
            if name.endswith(".html"):
                path = os.path.normpath(os.path.join(where, name))
                pages[path] = Page(path)
    wrong = looked = 0
    for path, page in sorted(pages.items()):
        for link in page.links:
            parts = urlsplit(link)
            if parts.scheme or parts.netloc:
                continue
            looked += 1
            target = path
            if parts.path:
                target = os.path.normpath(os.path.join(os.path.dirname(path), unquote(parts.path)))
            # Sphinx writes "#" for the page itself.
            anchor = unquote(parts.fragment)
            if not os.path.exists(target):
                why = "no such file"
            elif anchor and target in pages and anchor not in pages[target].anchors:
                why = "no such anchor"
            else:
                continue
            print("%s: link '%s': %s" % (os.path.relpath(path, folder), link, why))
            wrong += 1
    return wrong, looked, len(pages)


wrong, looked, pages = check(sys.argv[1])
print("%d pages, %d links, %d wrong" % (pages, looked, wrong))
sys.exit(1 if wrong or not looked else 0)
