# Spinrule: the plugin and the runtime for each compiler, the checker and the report as
# programs, and the tests.
#
#   make            build for every compiler found of $(KNOWN_COMPILERS)
#   make help       this list
#   make demo       the whole way on an example driver, on Wine
#   make check      all tests; also check-core, check-plugin, check-runtime, check-driver,
#                   each with TESTS="branch-join.c ..." for some of its files
#   make check-real Wine's own test drivers
#   make check-projects libusb and nanomsg, built with CC="spinrule-gcc gcc"
#   make check-stress   the runtime under ten million pairs of acquire and release
#   make check-split    every test file of C as a driver of two files
#   make check-load     a driver on Wine, busy on all sides for a minute
#   make check-mixed    one that breaks no rule, for SECONDS=1800
#   make check-others   warnings with $(OTHERS)
#   make check-i686     32-bit Windows programs and drivers, in a Debian of its own
#   make fuzz       the checker and the runtime against SEEDS=20000 random lock
#                   programs, from SEED=1, as many with IRQLs and with queued locks,
#                   SEEDS/4 of them split over files and linked against the whole, and
#                   gcc with the plugin against the first GCC_SEEDS=2000 of each
#   make fuzz-afl   the reader of objects, of their sections and of lock programs under
#                   AFL++, SECONDS=200 each
#   make mutate     clean functions of the tests with one lock call left out, doubled or
#                   moved: how many are reported; FILES=... for some files
#   make lint       format, length of lines, a build without warnings, cppcheck,
#                   clang-tidy, scripts; LINT="format lines" for some of it, ALL=1 for
#                   files that did not change too, BASE=main for what counts as changed
#   make coverage   how much of the checker and the runtime the tests execute: a number,
#                   and build/coverage/index.html
#   make compile_commands.json   for editors and other tools
#   make bench      what Spinrule costs, beside what others cost; BENCH=compile or
#                   BENCH=run for half of it, BENCH=driver for a driver of 2,000
#                   files, BENCH=page for the page of 5,000 findings
#   make install    into PREFIX=/usr/local; DESTDIR is honoured.  PLUGINDIR=compiler: the
#                   plugin also into each compiler's own folder, for -fplugin=spinrule
#   make uninstall  exactly what was installed into PREFIX
#   make dist       build/dist/spinrule-VERSION.tar.gz, the sources of the last commit
#   make tag        marks the last commit as its version: git tag vVERSION
#   make deb        Debian packages of them, in build/deb
#   make check-deb  builds, checks, installs, uses and removes these packages
#   make docs       docs/reference.md, from the tables
#   make html       the pages as a book: build/html/index.html
#   make clean
#
#   COMPILERS="gcc-11 aarch64-linux-gnu-gcc-12"   build for these and no others
#   V=1           show whole commands
#   ASSERT=1      a test build: the runtime checks its own invariants
#
# `make` needs its packages installed and says which one is missing; demo, check, lint,
# coverage, deb and html install what they need.  Nothing outside build/ is written,
# except by install, docs and compile_commands.json.
#
# SPDX-License-Identifier: MIT

MAKEFLAGS += --no-builtin-rules
.SUFFIXES:
.DELETE_ON_ERROR:

-include local.mk

KNOWN_COMPILERS := gcc x86_64-w64-mingw32-gcc i686-w64-mingw32-gcc
# Those of make check-others.
OTHERS := gcc-11 aarch64-linux-gnu-gcc-12
PREFIX   ?= /usr/local
HOSTCC   ?= gcc
HOSTCXX  ?= g++
# The plugin runs on this machine, the runtime on the target.
CFLAGS   ?= -O3 -g
CXXFLAGS ?= -O2 -g
RUNTIME_CFLAGS ?= -O2 -g

WARNINGS := -Wall -Wextra
# For includes in quotes only: the checker's limits.h is not the C library's.  Functions
# that are hidden may be inlined.
PLUGIN_C_FLAGS  := -std=gnu11 $(WARNINGS) -fPIC -fvisibility=hidden \
	-iquote . -iquote plugin/checker
PLUGIN_CC_FLAGS := -std=c++14 $(WARNINGS) -fPIC -fno-rtti -fno-exceptions \
	-iquote . -iquote plugin/checker -iquote plugin/gcc
RUNTIME_FLAGS   := -std=gnu11 $(WARNINGS) $(if $(filter 1,$(ASSERT)),-DSPINRULE_ASSERT)

ifeq ($(V),1)
Q :=
say = @:
else
Q := @
say = @printf '  %-7s %s\n' '$(1)' '$(2)'
MAKEFLAGS += --no-print-directory
endif

# ---- what to build, and whether it can be built ----

# These install what they need first, so they look at nothing themselves.
SETUP_GOALS := demo check check-core check-plugin check-runtime check-driver check-real \
	check-stress check-split check-load check-mixed check-others check-projects \
	check-i686 check-deb deb bench fuzz-afl \
	lint coverage html
BUILD_GOALS := $(filter-out $(SETUP_GOALS) uninstall dist tag docs help clean FORCE,\
	$(or $(MAKECMDGOALS),all))

# The checker is plain C and sees no GCC header; plugin/gcc is all that does.  Includes
# name the folder: "value/sym.h".
PLUGIN_CC := $(wildcard plugin/gcc/*.cc plugin/gcc/*/*.cc)
# What only spinrule-check has: its options, and object files.
CHECK_MAIN := $(wildcard plugin/checker/driver/*.c)
PLUGIN_C  := $(filter-out $(CHECK_MAIN),$(wildcard plugin/checker/*/*.c))
PLUGIN_HEADERS := $(wildcard plugin/checker/*.h plugin/checker/*/*.h output/*.h)
# What plugin, checker and report write.
OUTPUT_C  := $(wildcard output/*.c)
OUTPUT_OBJECTS := $(OUTPUT_C:%.c=build/host/%.o)
LOCKPROG_OBJECTS := $(patsubst %.c,build/host/%.o,$(wildcard plugin/checker/lockprog/*.c))
HOST_OBJECTS := $(PLUGIN_C:%.c=build/host/%.o) $(OUTPUT_OBJECTS) build/host/runtime/rule.o
REPORT_C := $(wildcard report/*.c)
REPORT_OBJECTS := $(REPORT_C:%.c=build/host/%.o) $(OUTPUT_OBJECTS) build/host/runtime/rule.o

hash := \#

ifneq ($(BUILD_GOALS),)

# The name of the Debian package that has compiler $(1), or nothing.
package_of = $(shell c='$(notdir $(1))'; case $$c in \
	(x86_64-w64-mingw32-*) echo gcc-mingw-w64-x86-64-win32;; \
	(i686-w64-mingw32-*) echo gcc-mingw-w64-i686-win32;; \
	(*-gnu*-gcc-[0-9]*) echo gcc-$${c$(hash)$(hash)*-}-$${c%-gcc-*};; \
	(*-gnu*-gcc) echo gcc-$${c%-gcc};; \
	(gcc|gcc-[0-9]*) echo $$c;; esac)

# The Debian package that has the plugin headers of compiler $(1).
headers_package_of = $(shell c='$(notdir $(1))'; v=$$('$(1)' -dumpversion | cut -d. -f1); \
	case $$c in \
	(*-w64-mingw32-*) echo '$(call package_of,$(1))';; \
	(*-gcc*) echo gcc-$$v-plugin-dev-$${c%-gcc*};; \
	(*) echo gcc-$$v-plugin-dev;; esac)

ifeq ($(COMPILERS),)
FOUND := $(foreach c,$(KNOWN_COMPILERS),$(if $(shell command -v $(c)),$(c)))
$(if $(FOUND),,$(error no compiler found; install one of the packages \
	$(foreach c,$(KNOWN_COMPILERS),$(call package_of,$(c))), or name one: make COMPILERS=...))
else
FOUND := $(sort $(COMPILERS))
$(foreach c,$(FOUND),$(if $(shell command -v '$(c)'),,\
	$(error compiler '$(c)' not found$(if $(call package_of,$(c)),; \
	install package $(call package_of,$(c))))))
# A compiler that has no cc1, as clang, answers with the name alone.
$(foreach c,$(FOUND),$(if $(filter cc1,$(shell '$(c)' -print-prog-name=cc1)),\
	$(error '$(c)' is no GCC with a C compiler in it (cc1); plugins are for GCC)))
endif

# Not empty where this machine's compiler has header $(1).
has_header = $(shell echo '$(hash)include <$(1)>' | \
	$(HOSTCC) $(CFLAGS) -DPACKAGE -E -o /dev/null -x c - 2>/dev/null && echo yes)

ifneq ($(PLUGIN_CC)$(PLUGIN_C),)
$(if $(shell command -v $(HOSTCC)),,\
	$(error '$(HOSTCC)' not found: the plugin is built with it; install package gcc))
$(if $(shell command -v $(HOSTCXX)),,\
	$(error '$(HOSTCXX)' not found: the plugin is built with it; install package g++))
$(if $(call has_header,gmp.h),,$(error gmp.h not found; install package libgmp-dev))
$(if $(call has_header,lzma.h),,$(error lzma.h not found; install package liblzma-dev))
$(if $(call has_header,bfd.h),,$(error bfd.h not found; install package binutils-dev))
$(if $(call has_header,jansson.h),,$(error jansson.h not found; install package libjansson-dev))
# A library that is found is printed with its folder.
$(if $(findstring /,$(shell $(HOSTCC) -print-file-name=libiberty.a)),,\
	$(error libiberty.a not found; install package libiberty-dev))
lacks_headers = $(if $(wildcard $(shell $(1) -print-file-name=plugin)/include/gcc-plugin.h),,\
	no plugin headers for compiler '$(1)'; install package $(call headers_package_of,$(1)))
ifeq ($(COMPILERS),)
LACKING := $(foreach c,$(FOUND),$(if $(strip $(call lacks_headers,$(c))),$(c)))
$(foreach c,$(LACKING),$(info notice: skipped: $(strip $(call lacks_headers,$(c)))))
FOUND := $(filter-out $(LACKING),$(FOUND))
$(if $(FOUND),,$(error no compiler with plugin headers found; see the notices above))
else
$(foreach c,$(FOUND),\
	$(if $(strip $(call lacks_headers,$(c))),$(error $(strip $(call lacks_headers,$(c))))))
endif
endif

BUILD_DIRS := $(foreach c,$(FOUND),build/$(notdir $(c)))
$(if $(filter-out $(words $(BUILD_DIRS)),$(words $(sort $(BUILD_DIRS)))),\
	$(error COMPILERS names two compilers with one file name, and so with one folder))

endif

# ---- targets ----

.PHONY: all install uninstall dist tag compilers help clean FORCE $(SETUP_GOALS)

all:

# What the top of this file says.
help:
	@sed -n '/^#   make  /,/^#   ASSERT=1/ s/^# \{0,2\}//p' Makefile

VERSION := $(shell sed -n 's/^\#define SPINRULE_VERSION "\(.*\)"$$/\1/p' runtime/rule.h)

# The headers as programs include them: <spinrule/sal.h>.
HEADERS := build/include/spinrule/spinrule.h build/include/spinrule/sal.h
NATIVE := $(patsubst runtime/%,build/include/spinrule/%,$(wildcard runtime/native/*.h))
build/include/spinrule/%.h: runtime/%.h
	@mkdir -p $(@D)
	$(Q)cp $< $@.$$$$ && mv -f $@.$$$$ $@
build/include/spinrule/sal.h: runtime/spinrule-sal.h
	@mkdir -p $(@D)
	$(Q)cp $< $@.$$$$ && mv -f $@.$$$$ $@

# ---- man pages: what the tables and --help say ----

# Files with the version in them.
STAMPED := build/version build/spinrule.pc build/SpinruleConfigVersion.cmake

MAN := build/man/spinrule.7 $(patsubst %,build/man/%.1,\
	spinrule spinrule-gcc spinrule-check spinrule-drive $(if $(REPORT_C),spinrule-report))

build/man/spinrule.7: docs/manual.c runtime/rule.c runtime/rule.h plugin/gcc/args.def \
		$(wildcard runtime/*.def)
	@mkdir -p $(@D)
	$(call say,MAN,$@)
	$(Q)$(HOSTCC) -std=gnu11 $(WARNINGS) docs/manual.c runtime/rule.c -o $@.$$$$ && \
		./$@.$$$$ >$@ && rm -f $@.$$$$

# $(call man,ABOUT): the page of the program $<
define man
	@mkdir -p $(@D)
	$(call say,MAN,$@)
	$(Q)$< --help | awk -v name=$(basename $(@F)) -v version=$(VERSION) -v about='$(1)' \
		-f tools/man.awk >$@
endef
build/man/spinrule.1: tools/spinrule tools/man.awk
	$(call man,where the parts of Spinrule are)
build/man/spinrule-gcc.1: tools/spinrule-gcc tools/man.awk
	$(call man,run a compiler with the Spinrule plugin)
build/man/spinrule-check.1: build/spinrule-check tools/man.awk
	$(call man,check the spin locks of a whole driver)
build/man/spinrule-drive.1: testsuite/driver/drive.sh tools/man.awk
	$(call man,load a driver on Wine and drive it)
build/man/spinrule-report.1: build/spinrule-report tools/man.awk
	$(call man,one page of compilations and test runs)

ifneq ($(BUILD_GOALS),)
all: $(HEADERS) $(NATIVE) $(if $(wildcard docs/manual.c tools/spinrule),$(MAN) $(STAMPED))
endif

# ---- install ----

# The headers name some of the pages.
DOCS := $(wildcard docs/*.md docs/ids/*.md)

# What is installed, a word a file: mode:source:target, the target below PREFIX.
INSTALLED = \
	$(foreach h,$(HEADERS),644:$(h):include/spinrule/$(notdir $(h))) \
	$(foreach h,$(wildcard runtime/native/*.h),\
		644:$(h):include/spinrule/native/$(notdir $(h))) \
	755:tools/spinrule:bin/spinrule \
	755:tools/spinrule-gcc:bin/spinrule-gcc \
	755:build/spinrule-check:bin/spinrule-check \
	$(if $(REPORT_C),755:build/spinrule-report:bin/spinrule-report) \
	link:../lib/spinrule/drive/drive.sh:bin/spinrule-drive \
	755:testsuite/driver/drive.sh:lib/spinrule/drive/drive.sh \
	$(foreach d,callers.sh wine-prefix.sh,755:testsuite/driver/$(d):lib/spinrule/drive/$(d)) \
	644:testsuite/driver/drive.c:lib/spinrule/drive/drive.c \
	644:build/version:lib/spinrule/version \
	644:build/spinrule.pc:share/pkgconfig/spinrule.pc \
	$(foreach f,$(wildcard cmake/*.cmake),644:$(f):lib/cmake/Spinrule/$(notdir $(f))) \
	644:build/SpinruleConfigVersion.cmake:lib/cmake/Spinrule/SpinruleConfigVersion.cmake \
	$(foreach m,$(MAN),644:$(m):share/man/man$(subst .,,$(suffix $(m)))/$(notdir $(m))) \
	$(foreach c,spinrule spinrule-gcc spinrule-check spinrule-report spinrule-drive,\
		644:tools/completion.bash:share/bash-completion/completions/$(c)) \
	644:tools/problem-matcher.json:share/spinrule/problem-matcher.json \
	644:tools/github.yml:share/spinrule/github.yml \
	644:runtime/spinrule-gdb.py:share/spinrule/spinrule-gdb.py \
	644:LICENSE:share/doc/spinrule/LICENSE \
	644:README.md:share/doc/spinrule/README.md \
	$(foreach d,$(DOCS),644:$(d):share/doc/spinrule/$(d)) \
	$(INSTALLED_FOR_COMPILERS)

# PLUGINDIR: also where the short name works, -fplugin=spinrule.  "compiler" is each
# compiler's own folder.
PLUGINDIR ?=

build/version: runtime/rule.h
	@mkdir -p $(@D)
	$(Q)echo $(VERSION) >$@
build/spinrule.pc: tools/spinrule.pc runtime/rule.h
	@mkdir -p $(@D)
	$(Q)sed 's/@VERSION@/$(VERSION)/' $< >$@
build/SpinruleConfigVersion.cmake: cmake/SpinruleConfigVersion.cmake.in runtime/rule.h
	@mkdir -p $(@D)
	$(Q)sed 's/@VERSION@/$(VERSION)/' $< >$@

install: all
	$(call say,INSTALL,$(DESTDIR)$(PREFIX))
	$(Q)printf '%s\n' $(foreach f,$(INSTALLED),'$(f)') | \
		sh tools/install.sh install '$(DESTDIR)' '$(PREFIX)'

uninstall:
	$(call say,REMOVE,$(DESTDIR)$(PREFIX))
	$(Q)sh tools/install.sh uninstall '$(DESTDIR)' '$(PREFIX)'

# ---- sources and packages of the last commit ----

# The same bytes each time: names, order and times are those of the commit.
dist:
	@sh tools/dist.sh build/dist

tag:
	@sh tools/tag.sh

deb:
	@sh testsuite/setup.sh deb
	@sh tools/deb.sh build/deb

check-deb:
	@sh testsuite/setup.sh deb
	@MAKE='$(MAKE)' sh testsuite/deb/check-deb.sh

# The compilers that `make` builds for, for scripts.
compilers:
	@echo $(FOUND)

RUN_TESTS = MAKE='$(MAKE)' TESTS='$(TESTS)' sh testsuite/run.sh

check:
	@sh testsuite/setup.sh check
	@$(RUN_TESTS) core plugin runtime driver

check-core check-plugin check-runtime check-driver: check-%:
	@sh testsuite/setup.sh check
	@$(RUN_TESTS) $*

check-load:
	@sh testsuite/setup.sh check
	@SPINRULE_LOAD=3000000 MAKE='$(MAKE)' TESTS=load.exp sh testsuite/run.sh driver

check-mixed:
	@sh testsuite/setup.sh check
	@SPINRULE_MIXED=$(or $(SECONDS),1800) MAKE='$(MAKE)' TESTS=mixed.exp \
		sh testsuite/run.sh driver

check-others:
	@sh testsuite/setup.sh others
	@COMPILERS='$(OTHERS)' MAKE='$(MAKE)' \
		TESTS='$(or $(TESTS),paths callees messages.exp arguments.exp)' \
		sh testsuite/run.sh plugin

check-i686:
	@sh testsuite/setup.sh i686
	@MAKE='$(MAKE)' sh testsuite/i686/check-i686.sh $(TESTS)

check-stress:
	@sh testsuite/setup.sh check
	@SPINRULE_STRESS=10000000 MAKE='$(MAKE)' TESTS=stress.exp sh testsuite/run.sh runtime

check-split:
	@sh testsuite/setup.sh check
	@SPINRULE_SPLIT=all MAKE='$(MAKE) COMPILERS=gcc' TESTS=split.exp sh testsuite/run.sh plugin

# Make itself has a variable of this name.
ifeq ($(origin LINT),default)
LINT :=
endif
lint:
	@sh testsuite/setup.sh lint
	@MAKE='$(MAKE)' BASE='$(BASE)' ALL='$(ALL)' sh testsuite/lint/lint.sh $(LINT)

coverage:
	@sh testsuite/setup.sh coverage
	@MAKE='$(MAKE)' sh testsuite/coverage/coverage.sh

# What `make all` would run, an entry for each compile.
compile_commands.json: FORCE
	$(call say,JSON,$@)
	$(Q)$(MAKE) -Bn V=1 all | awk -v folder="$$PWD" -f testsuite/lint/commands.awk >$@

bench:
	@sh testsuite/setup.sh bench
	@$(MAKE) all
	@sh testsuite/bench/bench.sh $(BENCH)

check-real:
	@sh testsuite/setup.sh real
	@$(MAKE) all
	@sh testsuite/real/check-real.sh

check-projects:
	@sh testsuite/setup.sh projects
	@$(MAKE) all COMPILERS=gcc
	@sh testsuite/real/check-projects.sh

demo:
	@sh testsuite/setup.sh demo
	@$(MAKE) all COMPILERS=x86_64-w64-mingw32-gcc
	@sh examples/demo.sh

# The page that is printed from the tables.
docs: docs/reference.md
.PHONY: docs
docs/reference.md: docs/reference.c runtime/rule.c runtime/rule.h $(wildcard runtime/*.def)
	$(Q)mkdir -p build/docs
	$(Q)$(HOSTCC) -std=gnu11 $(WARNINGS) docs/reference.c runtime/rule.c -o build/docs/reference
	$(call say,DOC,$@)
	$(Q)build/docs/reference > $@

html:
	@sh testsuite/setup.sh html
	@sh tools/html.sh build/html

clean:
	rm -rf build

FORCE:

# $(call stamp,TEXT): replace the target by TEXT where they differ, so that what depends
# on it is made again when TEXT changes and only then.
define stamp
	@mkdir -p $(@D)
	@printf '%s\n' '$(subst ','\'',$(1))' | cmp -s - $@ || { \
		printf '%s\n' '$(subst ','\'',$(1))' >$@.$$$$ && mv -f $@.$$$$ $@; }
endef

# What is built is made under a name of its own first: two builds at once in one tree do
# work twice, and neither sees what the other has half done.

# $(call object,COMMAND): compile $< to $@.
object = $(Q)$(1) -MMD -MP -MF $(@:.o=.d) -MT $@ -c $< -o $@.$$$$ && mv -f $@.$$$$ $@

# ---- plugin: plain C, for this machine; it sees no GCC header ----

build/host/compiler: FORCE
	$(call stamp,$(shell $(HOSTCC) -v 2>&1 | tr '\n' ' ') $(CFLAGS) $(PLUGIN_C_FLAGS) -DNDEBUG)

build/host/sources: FORCE
	$(call stamp,$(HOST_OBJECTS))

build/host/%.o: %.c build/host/compiler
	@mkdir -p $(@D)
	$(call say,CC,$*.o)
	$(call object,$(HOSTCC) $(PLUGIN_C_FLAGS) -DNDEBUG $(CFLAGS))

# The pages of the ids, for what is written about them.
build/host/pages.inc: tools/pages.awk $(filter-out %/README.md,$(wildcard docs/ids/*.md))
	@mkdir -p $(@D)
	$(Q)awk -f $^ >$@.$$$$ && mv -f $@.$$$$ $@
build/host/output/help.o: build/host/pages.inc

build/spinrule-check: $(CHECK_MAIN:%.c=build/host/%.o) $(HOST_OBJECTS) build/host/sources
	$(call say,LD,$@)
	$(Q)$(HOSTCC) $(LDFLAGS) -o $@.$$$$ $(filter %.o,$^) \
		-lgmp -lbfd -llzma -ljansson -liberty && mv -f $@.$$$$ $@

ifneq ($(wildcard $(CHECK_MAIN)),)
all: $(if $(BUILD_GOALS),build/spinrule-check)
endif

# ---- the report ----

build/host/report-sources: FORCE
	$(call stamp,$(REPORT_OBJECTS))

build/spinrule-report: $(REPORT_OBJECTS) build/host/report-sources
	$(call say,LD,$@)
	$(Q)$(HOSTCC) $(LDFLAGS) -o $@.$$$$ $(filter %.o,$^) -ljansson -liberty && \
		mv -f $@.$$$$ $@

ifneq ($(REPORT_C),)
all: $(if $(BUILD_GOALS),build/spinrule-report)
endif

# ---- random lock programs ----

SEEDS ?= 20000
GCC_SEEDS ?= 2000
SEED  ?= 1

FUZZ_PROGRAMS := build/fuzz/generate build/fuzz/reference build/fuzz/cut build/fuzz/to-c
SANITIZE := -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=undefined

# Assertions are on in the checkers with sanitizers, and off in the plugin and in
# build/spinrule-check.  The checker takes no part in what it is held against: only the
# text form and the rule do.
$(FUZZ_PROGRAMS): build/fuzz/%: testsuite/fuzz/%.c $(LOCKPROG_OBJECTS) build/host/runtime/rule.o
	@mkdir -p $(@D)
	$(call say,LD,$@)
	$(Q)$(HOSTCC) $(PLUGIN_C_FLAGS) $(CFLAGS) $(LDFLAGS) -o $@ $(filter %.c %.o,$^)

# The checker with the sanitizers; once more with limits that every program runs into,
# with few states and outcomes kept apart, and with the numbers of 32-bit machines.
build/tiny/spinrule-check: SANITIZE += -DSPINRULE_TINY_LIMITS
build/few/spinrule-check: SANITIZE += -DSPINRULE_FEW_WAYS
build/halves/spinrule-check: SANITIZE += -DSPINRULE_NO_INT128
$(patsubst %,build/%/spinrule-check,fuzz tiny few halves): \
		$(CHECK_MAIN) $(PLUGIN_C) $(OUTPUT_C) \
		runtime/rule.c build/host/pages.inc $(PLUGIN_HEADERS) \
		$(wildcard runtime/*.h runtime/*.def)
	@mkdir -p $(@D)
	$(call say,LD,$@)
	$(Q)$(HOSTCC) $(PLUGIN_C_FLAGS) $(SANITIZE) -o $@ $(filter %.c,$^) \
		-lgmp -lbfd -llzma -ljansson -liberty

build/fuzz/to-c: testsuite/fuzz/to-c-shape.c testsuite/fuzz/to-c.h
build/fuzz/generate: $(patsubst %,testsuite/fuzz/%,\
	generate-program.c generate-condition.c generate-driver.c generate.h)
build/fuzz/reference: $(patsubst %,testsuite/fuzz/%,\
	reference-lock.c reference-run.c reference.h paths.c paths.h targets.c targets.h)

# The runtime as this machine's own programs have it.
build/fuzz/execute: $(patsubst %,testsuite/fuzz/%,execute.c execute-walk.c execute.h \
	targets.c targets.h) \
		$(LOCKPROG_OBJECTS) build/gcc/libspinrule-posix.a
	@mkdir -p $(@D)
	$(call say,LD,$@)
	$(Q)$(HOSTCC) $(PLUGIN_C_FLAGS) $(CFLAGS) $(LDFLAGS) -pthread -Iruntime/native -o $@ \
		$(filter %.c %.o %.a,$^)

# Written as C for the native compiler only: its header is the runtime's own.
FUZZ_PLUGIN := $(patsubst %,%/spinrule.so,$(filter build/gcc,$(BUILD_DIRS)))

.PHONY: fuzz fuzz-programs
fuzz-programs: $(FUZZ_PROGRAMS) build/fuzz/execute build/spinrule-check
fuzz: fuzz-programs build/fuzz/spinrule-check build/few/spinrule-check $(FUZZ_PLUGIN)
	@status=0; \
	fuzz() { CHECKERS=$$1 GENERATE=$$2 sh testsuite/fuzz/fuzz.sh $$3 $(SEED) || status=1; }; \
	fuzz 'build/spinrule-check build/fuzz/spinrule-check' '' $(SEEDS); \
	fuzz build/spinrule-check --irqls $(SEEDS); \
	fuzz build/spinrule-check --queued $(SEEDS); \
	fuzz build/spinrule-check --driver $(SEEDS); \
	fuzz build/few/spinrule-check --driver $$(($(SEEDS) / 16)); \
	for kind in '' --irqls --queued --driver; do \
		export GENERATE=$$kind; \
		sh testsuite/fuzz/split.sh $$(($(SEEDS) / 16)) $(SEED) || status=1; \
	done; \
	if [ -z '$(FUZZ_PLUGIN)' ]; then \
		echo 'notice: not tried through GCC: no plugin for gcc is built'; \
	else for kind in '' --irqls --queued --driver; do \
		fuzz 'gcc-O0 gcc-O2' "$$kind" $(GCC_SEEDS); done; fi; \
	exit $$status

.PHONY: fuzz-afl
fuzz-afl:
	@sh testsuite/setup.sh afl
	@$(MAKE) COMPILERS=gcc all
	@sh testsuite/fuzz/afl.sh $(or $(SECONDS),200)

.PHONY: mutate
mutate: build/spinrule-check build/gcc/spinrule.so
	@sh testsuite/mutate/mutate.sh $(FILES)

# ---- for each compiler ----

# Which ports the runtime has for machine $(1), as `gcc -dumpmachine` prints it.
ports_of = $(if $(findstring mingw,$(1)),win32 wdm,posix)

# The runtime's sources for port $(1).  The wdm port calls the kernel's DDIs; the others
# bring their own.
runtime_of = $(filter-out $(if $(filter wdm,$(1)),runtime/ddi-hosted%.c) \
	$(filter-out runtime/port-$(1).c runtime/port-$(1)-%.c,$(wildcard runtime/port-*.c)), \
	$(wildcard runtime/*.c))

# For shared objects too: what only the runtime itself uses is found there without a table
# of addresses, as in a program.
flags_of_port_posix := -pthread -Iruntime/native -fPIC -fvisibility=hidden \
	-DSPINRULE_GDB_SCRIPT='"runtime/spinrule-gdb.py"'
flags_of_port_win32 :=
flags_of_port_wdm   := -ffreestanding
# The runtime is linked as one: its variables are reached without an address of each that
# is loaded first.
flags_of_x86_64_win32 := -mcmodel=small
flags_of_x86_64_wdm   := -mcmodel=small
# Windows for i386 finds callers by their frame pointers.  It saves registers of MMX and
# SSE only for drivers that ask for it; floating point is kept off in the sources:
# locks_load.
flags_of_i686_win32   := -fno-omit-frame-pointer
flags_of_i686_wdm     := $(flags_of_i686_win32) -mno-mmx -mno-sse

# $(call flags_of,COMPILER,PORT)
flags_of = $(flags_of_port_$(2)) $(flags_of_$(firstword $(subst -, ,$(notdir $(1))))_$(2))

# All code of the runtime is in one section, or part of one: of the calls that led to a
# report, those that lie there are left out (runtime/callers.c).
code_of_port_posix := spinrule_text
code_of_port_win32 := .text$$$$spinrule1
code_of_port_wdm   := .text$$$$spinrule1

# Its cold part.  In PE one object must not have two sections of one name: a disassembler
# takes the symbols of one for the other.
cold_of_port_posix := $(code_of_port_posix)
cold_of_port_win32 := .text$$$$spinrule1cold
cold_of_port_wdm   := .text$$$$spinrule1cold

link_plugin = $(HOSTCXX) $(LDFLAGS) -shared -static-libstdc++ -static-libgcc \
	-Wl,--version-script=plugin/exports.map
plugin_libraries := -lgmp -llzma -ljansson
# Of what nm prints, without versions.
names := sed 's/@.*//; s/.* //' | LC_ALL=C sort -u

# $(1) compiler, $(2) its folder, $(3) its plugin folder
define plugin_rules
$(2)/%.o: %.cc $(2)/compiler build/host/compiler
	@mkdir -p $$(@D)
	$$(call say,CXX,$(notdir $(1)) $$*.o)
	$$(call object,$$(HOSTCXX) $$(PLUGIN_CC_FLAGS) $$(CXXFLAGS) -I$(3)/include)

# Linked twice: what the first needs of the compiler is weak in the second, so that
# another GCC, which lacks some of it, loads the plugin and says what is wrong.  A
# compiler that runs meanwhile has the old plugin or the new one, whole.
$(2)/spinrule.so: $(PLUGIN_CC:%.cc=$(2)/%.o) $(HOST_OBJECTS) $(2)/sources \
		build/host/sources plugin/exports.map
	$$(call say,LD,$$@)
	$$(Q)set -e; new=$(2)/new.$$$$$$$$; trap 'rm -rf "$$$$new"' EXIT; mkdir -p "$$$$new"; \
	$$(link_plugin) -o "$$$$new/first.so" $$(filter %.o,$$^) $$(plugin_libraries); \
	nm -D --defined-only "$$$$($(1) -print-prog-name=cc1)" | $$(names) >"$$$$new/defined"; \
	nm -D -u "$$$$new/first.so" | $$(names) | LC_ALL=C comm -12 - "$$$$new/defined" \
		>"$$$$new/weak"; \
	$$(HOSTCXX) -r -nostdlib -o "$$$$new/whole.o" $$(filter %.o,$$^); \
	objcopy --weaken-symbols="$$$$new/weak" "$$$$new/whole.o"; \
	$$(link_plugin) -o "$$$$new/spinrule.so" "$$$$new/whole.o" $$(plugin_libraries); \
	mv -f "$$$$new/spinrule.so" $$@

all: $(2)/spinrule.so
-include $(PLUGIN_CC:%.cc=$(2)/%.d)

# What spinrule finds the plugin of a compiler by.
$(2)/identity: $(2)/compiler
	$$(Q)LC_ALL=C $(1) -v 2>&1 | \
		sed -n '/^Target: /p; /^Configured with: /p; /^gcc version /p' >$$@.$$$$$$$$ && \
		mv -f $$@.$$$$$$$$ $$@
all: $(2)/identity

INSTALLED_FOR_COMPILERS += 755:$(2)/spinrule.so:lib/spinrule/$(notdir $(1))/spinrule.so \
	644:$(2)/identity:lib/spinrule/$(notdir $(1))/identity \
	$(if $(PLUGINDIR),755:$(2)/spinrule.so:$(patsubst compiler,$(3),$(PLUGINDIR))/spinrule.so)
endef

# $(1) compiler, $(2) its folder, $(3) port
define library_rules
$(2)/$(3)/code: FORCE
	$$(call stamp,$(code_of_port_$(3)) $(cold_of_port_$(3)))

$(2)/$(3)/%.o: %.c $(2)/compiler $(2)/$(3)/code
	@mkdir -p $$(@D)
	$$(call say,CC,$(notdir $(1)) $(3) $$*.o)
	$$(Q)new=$$@.$$$$$$$$; \
	$(1) $$(RUNTIME_FLAGS) $$(RUNTIME_CFLAGS) $(call flags_of,$(1),$(3)) \
		-MMD -MP -MF $$(@:.o=.d) -MT $$@ -c $$< -o $$$$new && \
	$(shell $(1) -print-prog-name=objcopy) --rename-section '.text=$(code_of_port_$(3))' \
		--rename-section '.text.unlikely=$(cold_of_port_$(3))' $$$$new && \
	mv -f $$$$new $$@

$(2)/libspinrule-$(3).a: $(patsubst %.c,$(2)/$(3)/%.o,$(call runtime_of,$(3))) $(2)/sources
	$$(call say,AR,$$@)
	$$(Q)$(shell $(1) -print-prog-name=ar) rcs $$@.$$$$$$$$ $$(filter %.o,$$^) && \
		mv -f $$@.$$$$$$$$ $$@

all: $(2)/libspinrule-$(3).a
-include $(patsubst %.c,$(2)/$(3)/%.d,$(call runtime_of,$(3)))

INSTALLED_FOR_COMPILERS += \
	644:$(2)/libspinrule-$(3).a:lib/spinrule/$(notdir $(1))/libspinrule-$(3).a
endef

# $(1) compiler, $(2) its folder, $(3) its plugin folder, $(4) its machine
define compiler_rules
$(2)/compiler: FORCE
	$$(call stamp,$$(shell $(1) -v 2>&1 | tr '\n' ' ') $$(CXXFLAGS) $$(PLUGIN_CC_FLAGS) \
		$$(RUNTIME_FLAGS) $$(RUNTIME_CFLAGS) \
		$(foreach p,$(call ports_of,$(4)),$(call flags_of,$(1),$(p))))
$(2)/sources: FORCE
	$$(call stamp,$(PLUGIN_CC) $$(wildcard runtime/*.c))
$(if $(PLUGIN_CC),$(call plugin_rules,$(1),$(2),$(3)))
$(foreach p,$(call ports_of,$(4)),$(call library_rules,$(1),$(2),$(p))
)
endef

ifneq ($(BUILD_GOALS),)
$(foreach c,$(FOUND),$(eval $(call compiler_rules,$(c),build/$(notdir $(c)),$(strip \
	$(shell $(c) -print-file-name=plugin)),$(shell $(c) -dumpmachine))))
-include $(wildcard build/host/*/*.d build/host/*/*/*/*.d)
endif
