# SPDX-License-Identifier: GPL-2.0-or-later
#
# Layouts of devices, carried inside the program (sim/stream/layouts.c).
$(BUILD)/obj/sim/stream/layouts.o: sim/stream/layouts.jsonl.xz
$(BUILD)/obj/sim/stream/layouts.o: override DEFS += -DMIGLAB_LAYOUTS='"$(abspath sim/stream/layouts.jsonl.xz)"'
