# SPDX-License-Identifier: GPL-2.0-or-later
#
# miglab: the build. `make help` lists the targets.
#
# Every room is compiled with an include path of its own, so that the arrows of the design hold by construction:
#     sim -> reference, sim -> oracle, fuzz -> all;  never reference -> anything, never oracle -> anything.
# An include names its room: #include "reference/env.h".  build/rooms/ROOM holds links to what ROOM may see.

CC       ?= gcc
ifeq ($(origin CC),default)
CC       := gcc
endif
BUILD    ?= build
PREFIX   ?= /usr/local
DESTDIR  ?=
OPT      ?= -O2
ifneq ($(words $(BUILD)),1)
$(error BUILD='$(BUILD)': the build folder needs a name without spaces)
endif
# Not abspath, which takes a space in the name of this folder for the end of the name.
BUILD_ABSOLUTE := $(if $(filter /%,$(BUILD)),$(BUILD),$(CURDIR)/$(BUILD))
V        ?= 0
TIME     ?= 60

ifeq ($(V),1)
Q :=
else
Q := @
endif

# gnu11: glib's g_autoptr needs the cleanup attribute. No contraction of a*b+c: the bandwidth estimate is computed in
# double as QEMU computes it, and has to be the same number with every compiler.
CSTD     := -std=gnu11 -ffp-contract=off -fno-strict-aliasing
# A warning is an error with the compilers that everything here was built with (of Debian 11, 12, 13 and unstable, 2026). Another
# one may warn of what no other knows; it still builds. WERROR=-Werror and WERROR= decide otherwise.
TRIED    := gcc-11 gcc-12 gcc-14 gcc-16 clang-14 clang-19
COMPILER := $(shell echo 'clang-__clang_major__ gcc-__GNUC__' | $(CC) -E -P - 2>/dev/null)
COMPILER := $(firstword $(filter-out clang-__clang_major__,$(COMPILER)))
WERROR   ?= $(if $(filter $(TRIED),$(COMPILER)),-Werror)
WARN     := -Wall -Wextra $(WERROR) -Wshadow -Wstrict-prototypes -Wmissing-prototypes -Wpointer-arith -Wwrite-strings \
            -Wno-unused-parameter -Wno-missing-field-initializers
DEFS     := -D_GNU_SOURCE -DG_LOG_DOMAIN='"miglab"' -DG_DISABLE_CAST_CHECKS
SANITIZE ?=
COVERAGE ?=
# CFLAGS, CPPFLAGS and LDFLAGS are the user's: nothing that the build needs is in them.
CFLAGS   ?= -g
CPPFLAGS ?=
LDFLAGS  ?=
ALLFLAGS  = $(CSTD) $(OPT) $(WARN) $(CPPFLAGS) $(CFLAGS) $(DEFS) $(SANITIZE) $(COVERAGE) -MMD -MP
LINK      = $(CC) $(OPT) $(CFLAGS) $(LDFLAGS) $(SANITIZE) $(COVERAGE)

# The engine needs glib and the compression libraries; only its host part needs gio. The judge needs glib and jansson.
PKG_reference := glib-2.0 gio-2.0 gio-unix-2.0 zlib libzstd
PKG_oracle    := glib-2.0 jansson zlib libzstd
PKG_sim       := glib-2.0 gio-2.0 gio-unix-2.0 jansson libfyaml liblzma zlib libzstd
PKG_fuzz      := $(PKG_sim)
PKG_test      := cmocka

SEES_reference := reference
SEES_oracle    := oracle
SEES_sim       := reference oracle sim
SEES_fuzz      := reference oracle sim fuzz
ROOMS          := reference oracle sim fuzz

cflags_of = $(shell pkg-config --cflags $(PKG_$(1)) 2>/dev/null)
libs_of   = $(shell pkg-config --libs $(PKG_$(1)) 2>/dev/null)
$(foreach r,$(ROOMS) test,$(eval PKGCFLAGS_$(r) := $(call cflags_of,$(r)))$(eval PKGLIBS_$(r) := $(call libs_of,$(r))))

find_c   = $(sort $(shell find $(1) -name '*.c' -not -path '*/tests/*' 2>/dev/null))
SRC_reference := $(call find_c,reference)
SRC_oracle    := $(call find_c,oracle)
SRC_sim       := $(filter-out sim/main.c,$(call find_c,sim))
TEST_SRC      := $(sort $(shell find $(ROOMS) -path '*/tests/test_*.c' 2>/dev/null))
FUZZ_SRC      := $(sort $(wildcard fuzz/fuzz_*.c))
FUZZ_COMMON   := $(filter-out $(FUZZ_SRC),$(call find_c,fuzz))

obj = $(patsubst %.c,$(BUILD)/obj/%.o,$(1))
LIBREF    := $(BUILD)/libmigref.a
LIBORACLE := $(BUILD)/libmigoracle.a
LIBSIM    := $(BUILD)/libmigsim.a
MIGLAB    := $(BUILD)/miglab
TESTS     := $(patsubst %.c,$(BUILD)/tests/%,$(TEST_SRC))
# Helpers of the tests, linked into every test of the room: ROOM/.../tests/common*.c
TEST_COMMON_of = $(call obj,$(sort $(shell find $(1) -path '*/tests/*.c' -not -name 'test_*.c' 2>/dev/null)))

.PHONY: all
all: $(MIGLAB)

include $(wildcard ci/*.mk)

.PHONY: help
help:
	@echo 'make run          the main job: the scenario suite on the reference engine and on a real QEMU, with verdicts'
	@echo 'make check        all tests (what continuous integration runs)'
	@echo 'make              build $(MIGLAB)'
	@echo 'make test         unit tests only        TEST=part/of/name selects'
	@echo 'make install      DESTDIR= PREFIX=$(PREFIX)'
	@echo 'make clean'
	@echo 'Long campaigns, on request:'
	@echo '  make fuzz TIME=60 [TARGET=qmp]   make exhaustive   make mutants   make bench   make coverage'
	@echo 'Variables: CC=gcc|clang  OPT=-O2  CFLAGS= CPPFLAGS= LDFLAGS=  WERROR=  V=1  BUILD=build  SANITIZE=...'

ROOMLINKS := $(foreach r,$(ROOMS),$(foreach s,$(SEES_$(r)),$(BUILD)/rooms/$(r)/$(s)))
$(ROOMLINKS):
	$(Q)mkdir -p $(@D) && ln -sfn "$(CURDIR)/$(notdir $@)" $@

define room_rules
$$(BUILD)/obj/$(1)/%.o: $(1)/%.c | $$(foreach s,$$(SEES_$(1)),$$(BUILD)/rooms/$(1)/$$(s))
	@mkdir -p $$(@D)
	$$(if $$(filter 1,$$(V)),,@echo "  CC    $$<")
	$$(Q)$$(CC) $$(ALLFLAGS) $$(PKGCFLAGS_$(1)) $$(if $$(findstring /tests/,$$<),$$(PKGCFLAGS_test) -DMIGLAB_SOURCE_DIR='"$$(CURDIR)"' -DMIGLAB_BUILD_DIR='"$$(BUILD_ABSOLUTE)"' -DCMOCKA_DISABLE_DEPRECATION_WARNINGS) -I$$(BUILD)/rooms/$(1) -c $$< -o $$@
endef
$(foreach r,$(ROOMS),$(eval $(call room_rules,$(r))))

$(LIBREF):    $(call obj,$(SRC_reference))
$(LIBORACLE): $(call obj,$(SRC_oracle))
$(LIBSIM):    $(call obj,$(SRC_sim))
$(LIBREF) $(LIBORACLE) $(LIBSIM):
	$(if $(filter 1,$(V)),,@echo "  AR    $@")
	$(Q)rm -f $@ && ar rcsD $@ $^

$(MIGLAB): $(call obj,sim/main.c) $(LIBSIM) $(LIBORACLE) $(LIBREF)
	$(if $(filter 1,$(V)),,@echo "  LD    $@")
	$(Q)$(LINK) $^ $(PKGLIBS_sim) -lm -o $@

# What a test links is what its room may see. (cmocka 2 deprecates macros whose successors cmocka 1 does not have.)
LIBS_FOR_reference := $(LIBREF)
LIBS_FOR_oracle    := $(LIBORACLE)
LIBS_FOR_sim       := $(LIBSIM) $(LIBORACLE) $(LIBREF)
LIBS_FOR_fuzz      := $(LIBSIM) $(LIBORACLE) $(LIBREF)
define test_rule
$$(BUILD)/tests/$(1): $$(BUILD)/obj/$(1).o $$(call TEST_COMMON_of,$(firstword $(subst /, ,$(1)))) $$(LIBS_FOR_$(firstword $(subst /, ,$(1)))) $(if $(filter fuzz/%,$(1)),$$(call obj,$$(FUZZ_COMMON)))
	@mkdir -p $$(@D)
	$$(if $$(filter 1,$$(V)),,@echo "  LD    $$@")
	$$(Q)$$(LINK) $$(filter %.o,$$^) $$(filter %.a,$$^) $$(PKGLIBS_$(firstword $(subst /, ,$(1)))) $$(PKGLIBS_test) -lm -o $$@
endef
$(foreach t,$(TEST_SRC:.c=),$(eval $(call test_rule,$(t))))

.PHONY: tests test
tests: $(TESTS)
test: $(MIGLAB) $(TESTS)
	$(Q)ci/unit-tests $(BUILD) $(TEST)

# The arrows, proved by the linker: each half is linked whole, without the other.
.PHONY: arrows
arrows: $(BUILD)/libmigref-alone $(BUILD)/oracle-alone
	$(Q)ci/arrows $(BUILD)
$(BUILD)/libmigref-alone: $(LIBREF)
	$(Q)echo 'int main(void){return 0;}' | $(LINK) -x c - -x none -Wl,--whole-archive $(LIBREF) -Wl,--no-whole-archive $(PKGLIBS_reference) -lm -o $@
$(BUILD)/oracle-alone: $(LIBORACLE)
	$(Q)echo 'int main(void){return 0;}' | $(LINK) -x c - -x none -Wl,--whole-archive $(LIBORACLE) -Wl,--no-whole-archive $(PKGLIBS_oracle) -lm -o $@

.PHONY: setup run check install clean
setup:
	$(Q)ci/setup

# Sub-makes, because what pkg-config says is known only after the set-up.
run:
	$(Q)ci/setup
	$(Q)$(MAKE) --no-print-directory -j$(shell nproc) $(MIGLAB)
	$(Q)ci/main-job $(BUILD)

check:
	$(Q)ci/setup
	$(Q)ci/check

install: $(MIGLAB)
	install -d "$(DESTDIR)$(PREFIX)/bin" "$(DESTDIR)$(PREFIX)/share/miglab"
	install -m 0755 $(MIGLAB) "$(DESTDIR)$(PREFIX)/bin/miglab"
	cp -R scenarios "$(DESTDIR)$(PREFIX)/share/miglab/"

clean:
	rm -rf $(BUILD)

-include $(shell find $(BUILD)/obj -name '*.d' 2>/dev/null)
