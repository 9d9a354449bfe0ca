# SPDX-License-Identifier: GPL-2.0-or-later
#
# The guest of real targets: a firmware image, assembled here and carried inside the program (sim/process/firmware.c).
AS_GUEST ?= as
LD_GUEST ?= ld

$(BUILD)/guest.o: scenarios/targets/guest.S
	$(Q)mkdir -p $(@D)
	$(if $(filter 1,$(V)),,@echo "  AS    $<")
	$(Q)$(AS_GUEST) --32 -o $@ $<
$(BUILD)/guest.bin: $(BUILD)/guest.o
	$(if $(filter 1,$(V)),,@echo "  LD    $@")
	$(Q)$(LD_GUEST) -m elf_i386 -Ttext=0xffff0000 --oformat binary -e start -o $@.tmp $< && mv $@.tmp $@

$(BUILD)/obj/sim/process/firmware.o: $(BUILD)/guest.bin
$(BUILD)/obj/sim/process/firmware.o: override DEFS += -DMIGLAB_GUEST_IMAGE='"$(BUILD_ABSOLUTE)/guest.bin"'
