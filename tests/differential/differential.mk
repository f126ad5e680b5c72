# SPDX-License-Identifier: Apache-2.0
# The differential machine: N programs on each configuration (CPU=NAME: on that one; QEMU=VERSION:
# on that version), made from SEED; DIFF_FIRST=n DIFF_HARTS=n run some of them again.

DIFF_DIR := tests/differential
N ?= 1000
SEED ?= 1
diff_stage := $(B)/differential/stage.elf
diff_parts := $(DIFF_DIR)/stage/doors.S $(DIFF_DIR)/stage/stage.c $(guests_dir)/lib/mpv.S
diff_own := $(if $(filter command%,$(origin CPU)),--cpu $(CPU)) \
	$(if $(filter command%,$(origin QEMU)),--qemu $(QEMU)) \
	$(if $(DIFF_FIRST),--first $(DIFF_FIRST)) $(if $(DIFF_HARTS),--harts $(DIFF_HARTS))

$(diff_stage): $(diff_parts) $(DIFF_DIR)/stage/stage.ld $(DIFF_DIR)/stage/layout.h \
	$(guests_dir)/lib/mpv.h
	@mkdir -p $(@D)
	$(Q)$(CROSS)gcc $(filter-out -march=%,$(guests_flags)) -march=rv64ima_zicsr_zifencei \
		-nostdlib -static -Wl,--no-warn-rwx-segments -Wl,--build-id=none \
		-T $(DIFF_DIR)/stage/stage.ld -o $@ $(diff_parts)

# The monitor without policies: those change what the firmware sees, on purpose.
DIFF_MONITOR ?= $(B)/policies/none/monitor.elf
.PHONY: diff
diff_needs := $(diff_stage) $(DIFF_MONITOR) $(B)/host/mkbundle
diff: $(diff_needs) ## random programs, natively and on the monitor: N= SEED= CPU= QEMU=
	$(Q)python3 $(DIFF_DIR)/diff.py --build $(B) --cross $(CROSS) --stage $(diff_stage) \
		--monitor $(DIFF_MONITOR) --bundle-cmd "$(BUNDLE_CMD)" \
		--programs $(N) --seed $(SEED) $(diff_own)

# The third judge is the reference model with a machine around it, on the host.
DIFF_MODEL := $(B)/differential/model
diff_model_parts := $(wildcard tests/model/*.c tests/model/machine/*.c)
DIFF_MODEL_FLAGS := -std=gnu11 -O2 -Wall -Wextra -Wconversion -Wshadow -Wvla -Wundef \
	-Wmissing-prototypes -Wstrict-prototypes -Wcast-align -Werror \
	-Itests/model -Itests/model/machine

$(DIFF_MODEL): $(diff_model_parts) $(wildcard tests/model/*.h tests/model/machine/*.h)
	@mkdir -p $(@D)
	$(Q)$(HOSTCC) $(DIFF_MODEL_FLAGS) $(diff_model_parts) -o $@

.PHONY: diff-model diff-model-broken
diff-model: $(diff_stage) $(DIFF_MODEL) ## the same natively and on the reference model
	$(Q)python3 $(DIFF_DIR)/diff.py --build $(B) --cross $(CROSS) --stage $(diff_stage) \
		--model $(DIFF_MODEL) --programs $(N) --seed $(SEED) $(diff_own)

diff-model-broken: $(diff_stage) $(DIFF_MODEL) ## break the model and see that diff-model finds it
	$(Q)bash $(DIFF_DIR)/broken_model.sh $(B) $(CROSS) $(diff_stage) "$(HOSTCC)" \
		"$(DIFF_MODEL_FLAGS)"

.PHONY: diff-broken
diff-broken: $(diff_needs) ## break the monitor in a few places and see that make diff finds each
	$(Q)bash $(DIFF_DIR)/broken.sh $(B) $(CACHE) $(CROSS) --stage $(diff_stage) \
		--bundle-cmd "$(BUNDLE_CMD)"
