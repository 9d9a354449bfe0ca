# SPDX-License-Identifier: GPL-2.0-or-later
# Fuzz harnesses. Built here with the ordinary compiler they replay corpora; fuzz/campaign builds them again with AFL++.
FUZZERS := $(patsubst fuzz/fuzz_%.c,$(BUILD)/fuzz/%,$(FUZZ_SRC))

.PHONY: fuzzers fuzz
fuzzers: $(FUZZERS)
$(BUILD)/fuzz/%: $(BUILD)/obj/fuzz/fuzz_%.o $(call obj,$(FUZZ_COMMON)) $(LIBSIM) $(LIBORACLE) $(LIBREF)
	@mkdir -p $(@D)
	$(if $(filter 1,$(V)),,@echo "  LD    $@")
	$(Q)$(LINK) $^ $(PKGLIBS_fuzz) -lm -o $@

fuzz:
	$(Q)ci/setup
	$(Q)fuzz/campaign --time $(TIME) $(if $(TARGET),$(TARGET))

# Objects of tests and harnesses are kept: make would take them for intermediate files.
.SECONDARY:
