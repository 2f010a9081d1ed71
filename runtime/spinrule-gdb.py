# spinrule-gdb.py - commands of gdb for programs with Spinrule's runtime.
#
#   source spinrule-gdb.py
#   info spinrule                   what each thread holds, and waits for
#   info spinrule-locks ADDRESS     who holds this lock, and who waits for it
#
# They read the memory of the program, or of a core, and call nothing in it.  The runtime
# must have its debug information.
#
# SPDX-License-Identifier: MIT

import gdb

CLAIMED, GHOST, TAKEN = 128, 2, 1


def site(value):
    """ "at irp.c:42 in MyRead", or "" """
    if not int(value):
        return ""
    place = value.dereference()
    if not int(place["line"]):
        return "by " + place["ddi"].string(errors="replace")
    return "at %s:%d in %s" % (place["file"].string(errors="replace"), int(place["line"]),
                               place["function"].string(errors="replace"))


def name(lock, place):
    """ "'ext->lock' (0x1f20)" """
    text = place.dereference()["lock"].string(errors="replace") if int(place) else ""
    return ("'%s' " % text if text else "") + "(0x%X)" % lock


def sets():
    """The sets of all threads that have one."""
    every = gdb.parse_and_eval("port_sets")
    for i in range(int(gdb.parse_and_eval("port_set_count"))):
        if int(every[i]["owner"]):
            yield every[i]


def held(one):
    """Lock and slot of each lock that the set ONE holds."""
    slots = one["slots"]
    for i in range(slots.type.range()[1]):
        mark = int(slots[i]["mark"])
        lock = int(slots[i]["lock"])
        if mark & 1 and not mark >> 16 & (CLAIMED | GHOST) and lock > TAKEN:
            yield lock, slots[i]


def wanted(one):
    """The lock that the thread of the set ONE has waited for for a while; 0: none."""
    return int(one["waits_for"])


class Spinrule(gdb.Command):
    """What each thread of the program holds, and waits for, as Spinrule's runtime knows it."""

    def __init__(self):
        super().__init__("info spinrule", gdb.COMMAND_STATUS)

    def invoke(self, argument, from_tty):
        count = 0
        for one in sets():
            for lock, slot in held(one):
                print("thread %d holds %s acquired %s" % (int(one["thread"]), name(lock, slot["site"]),
                                                          site(slot["site"])))
                count += 1
            if wanted(one):
                print("thread %d waits for (0x%X) %s" % (int(one["thread"]), wanted(one),
                                                         site(one["wanted_site"])))
        if not count:
            print("no thread holds a spin lock")


class SpinruleLocks(gdb.Command):
    """Who holds the spin lock at ADDRESS, and who waits for it.  info spinrule-locks ADDRESS"""

    def __init__(self):
        super().__init__("info spinrule-locks", gdb.COMMAND_STATUS)

    def invoke(self, argument, from_tty):
        if not argument:
            raise gdb.GdbError("info spinrule-locks: the address of a lock is missing")
        address = int(gdb.parse_and_eval(argument))
        count = 0
        for one in sets():
            for lock, slot in held(one):
                if lock == address:
                    print("thread %d holds %s acquired %s" % (int(one["thread"]), name(lock, slot["site"]),
                                                              site(slot["site"])))
                    count += 1
            if wanted(one) == address:
                print("thread %d waits for it %s" % (int(one["thread"]), site(one["wanted_site"])))
        if not count:
            print("no thread is known to hold (0x%X)" % address)


Spinrule()
SpinruleLocks()
