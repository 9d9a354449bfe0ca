# SPDX-License-Identifier: GPL-2.0-or-later
# Long campaigns, on request.
.PHONY: exhaustive mutants bench coverage
exhaustive: $(MIGLAB)
	$(Q)$(MIGLAB) compare --all
mutants: $(MIGLAB)
	$(Q)ci/mutate options; a=$$?; ci/mutate bugs; b=$$?; exit $$((a + b))
bench: $(MIGLAB)
	$(Q)ci/bench/run $(BUILD) $(BENCH)
coverage:
	$(Q)ci/setup
	$(Q)ci/coverage $(BUILD)
