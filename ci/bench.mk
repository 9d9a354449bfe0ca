# SPDX-License-Identifier: GPL-2.0-or-later
#
# Benchmarks: each ci/bench/NAME.c is a program of its own that prints rates and ratios of one run and fails where a goal is
# missed. They see everything. ci/bench/run runs them.

BENCHES := $(patsubst ci/bench/%.c,$(BUILD)/bench/%,$(sort $(wildcard ci/bench/*.c)))

$(BUILD)/bench/%: ci/bench/%.c $(LIBSIM) $(LIBORACLE) $(LIBREF) | $(foreach s,$(SEES_sim),$(BUILD)/rooms/sim/$(s))
	@mkdir -p $(@D)
	$(if $(filter 1,$(V)),,@echo "  LD    $@")
	$(Q)$(CC) $(ALLFLAGS) $(PKGCFLAGS_sim) -I$(BUILD)/rooms/sim $< $(LIBSIM) $(LIBORACLE) $(LIBREF) $(PKGLIBS_sim) -lm -o $@

.PHONY: bench-programs
bench-programs: $(BENCHES)
