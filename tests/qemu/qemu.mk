# SPDX-License-Identifier: Apache-2.0
# The guests (one small firmware per behaviour) and the on-target test runs.

B ?= build
CROSS ?= riscv64-unknown-elf-
JOBS ?= 2

guests_dir := tests/guests
guests_names := $(patsubst $(guests_dir)/%.c,%,$(wildcard $(guests_dir)/*.c))
guests_elves := $(guests_names:%=$(B)/guests/%.elf)
guests_lib := $(patsubst $(guests_dir)/lib/%,$(B)/guests/lib/%.o, \
	$(wildcard $(guests_dir)/lib/*.c $(guests_dir)/lib/*.S))

guests_flags := -march=rv64imac_zicsr_zifencei -mabi=lp64 -mcmodel=medany -mno-relax \
	-msmall-data-limit=0 -std=gnu11 -O2 -g -ffreestanding -fno-pic -fno-common \
	-fno-tree-loop-distribute-patterns -fno-stack-protector \
	-Wall -Wextra -Wconversion -Wshadow -Wvla -Wundef -Wmissing-prototypes \
	-Wstrict-prototypes -Wcast-align -Werror -I$(guests_dir)/lib -I$(guests_dir)
guests_link = $(CROSS)gcc $(guests_flags) -nostdlib -static -Wl,--no-warn-rwx-segments \
	-Wl,--build-id=none -T $(guests_dir)/lib/guest.ld -Wl,--defsym=BASE=$(GUEST_BASE)

# Where a guest is linked; the few that differ from the reset address are named here.
GUEST_BASE = 0x80000000
$(B)/guests/link_80200000.elf: GUEST_BASE = 0x80200000
$(B)/guests/link_81234000.elf: GUEST_BASE = 0x81234000

$(B)/guests/lib/%.o: $(guests_dir)/lib/% $(wildcard $(guests_dir)/lib/*.h)
	@mkdir -p $(@D)
	$(Q)$(CROSS)gcc $(guests_flags) -c -o $@ $<

$(B)/guests/%.o: $(guests_dir)/%.c $(wildcard $(guests_dir)/lib/*.h)
	@mkdir -p $(@D)
	$(Q)$(CROSS)gcc $(guests_flags) -c -o $@ $<

$(B)/guests/%.elf: $(B)/guests/%.o $(guests_lib) $(guests_dir)/lib/guest.ld
	$(Q)$(guests_link) -o $@ $< $(guests_lib) $(guests_more)

# Trials of every kind of exit: their own files, and a seed that repeats a run (0: the time).
EXITS_SEED ?= 0
exits_dir := $(guests_dir)/exits
exits_parts := $(exits_dir)/trial.c $(exits_dir)/door.S
exits_needs := $(wildcard $(exits_dir)/*) $(if $(filter-out 0,$(EXITS_SEED)),FORCE)
exits_flags = -Wl,--defsym=EXITS_SEED=$(EXITS_SEED)
$(B)/guests/exits.elf $(B)/guests/exits_firmware.elf: \
	guests_more = $(exits_flags) $(exits_parts) $(exits_dir)/machine.c
$(B)/guests/payloads/exits.elf: guests_more = $(exits_flags) $(exits_parts)
$(B)/guests/exits_firmware.o: $(guests_dir)/exits.c
$(B)/guests/exits.o $(B)/guests/exits_firmware.o $(B)/guests/exits.elf \
	$(B)/guests/exits_firmware.elf $(B)/guests/payloads/exits.elf: $(exits_needs)

# What fills the registers before the machine's own first instruction, and who looks for it.
guests_fill := $(B)/guests/start/fill.elf
$(guests_fill): $(guests_dir)/start/fill.S $(guests_dir)/start/numbers.h
	@mkdir -p $(@D)
	$(Q)$(CROSS)gcc $(guests_flags) -nostdlib -static -Wl,--build-id=none \
		-Wl,--no-warn-rwx-segments -Wl,-Ttext=0x84000000 -o $@ $<
$(B)/guests/start_registers.o: $(guests_dir)/start/numbers.h
$(B)/guests/start_registers.elf: guests_more = -Wl,-e,first_instruction

.PRECIOUS: $(B)/guests/%.o $(B)/guests/lib/%.o

# Payloads: S-mode programs that a real firmware starts.
payloads_elves := $(patsubst $(guests_dir)/%.c,$(B)/guests/%.elf, \
	$(wildcard $(guests_dir)/payloads/*.c))
payloads_parts := $(guests_dir)/payloads/start.S $(guests_dir)/lib/console.c
$(B)/guests/payloads/%.elf: GUEST_BASE = 0x80200000
$(payloads_elves): $(B)/guests/%.elf: $(guests_dir)/%.c $(payloads_parts) \
		$(wildcard $(guests_dir)/lib/*.h $(guests_dir)/payloads/*.h) \
		$(guests_dir)/lib/guest.ld
	@mkdir -p $(@D)
	$(Q)$(guests_link) -o $@ $< $(payloads_parts) $(guests_more)

# Monitors for the lines of the table: without policies for those that name none, and A+B, which is
# POLICY="A B", for those that do. $(B)/monitor.elf is the user's, with the POLICY of this make.
POLICY_SETS := none $(shell sed -n 's/^[a-z].* policy=\([^ ]*\).*/\1/p' \
	tests/qemu/table.txt | sort -u)
policy_monitors := $(POLICY_SETS:%=$(B)/policies/%/monitor.elf)
policy_words = $(filter-out none,$(subst +, ,$(1)))
.PRECIOUS: $(B)/policies/%/monitor.elf
.PHONY: policy-monitors
policy-monitors: $(policy_monitors)
$(B)/policies/%/monitor.elf: FORCE | $(LIBFDT)/.stamp
	@mkdir -p $(@D)
	@[ -e $(@D)/third-party ] || ln -s ../../third-party $(@D)/third-party
	$(Q)$(MAKE) --no-print-directory B=$(@D) CACHE=$(CACHE) \
		POLICY="$(call policy_words,$*)" POLICY_DIR="$(POLICY_DIR) tests/policies" $@

# How the runner makes a bundle out of a guest; MONITOR, GUEST and OUT are replaced.
BUNDLE_CMD ?= $(B)/host/mkbundle -m MONITOR -f GUEST -o OUT
QEMU_RUN = tests/qemu/run.py --build $(B) --jobs $(JOBS)

# What the table runs beside the guests.
qemu_parts := $(B)/images/linux-6.12/Image $(B)/images/initramfs.cpio.gz \
	$(foreach version,1.1 1.6 1.9,$(B)/images/opensbi-$(version)/fw_dynamic.elf) \
	$(B)/images/u-boot/m/u-boot.bin $(B)/tools/qemu-10.0/qemu-system-riscv64
QEMU_VERSIONS ?= 7.2 10.0 11.1

.PHONY: guests test-guests test-guests-all test-guests-native
guests: $(guests_elves) $(payloads_elves) $(guests_fill) ## build the on-target test guests

qemu_needs := guests $(policy_monitors) $(B)/host/mkbundle $(qemu_parts)
test-guests: $(qemu_needs) ## run every guest natively and on the monitor, and compare
	$(QEMU_RUN) --bundle-cmd "$(BUNDLE_CMD)"

qemu_newest := $(B)/tools/qemu-11.1/qemu-system-riscv64
test-guests-all: $(qemu_needs) $(qemu_newest) ## the same on every QEMU version
	@status=0; for version in $(QEMU_VERSIONS); do echo "QEMU $$version"; \
		$(QEMU_RUN) --all --qemu-version $$version \
			--bundle-cmd "$(BUNDLE_CMD)" || status=1; \
	done; exit $$status

test-guests-native: guests ## run every guest natively only (checks the guests themselves)
	$(QEMU_RUN) --native-only

# One policy, in the tree or in POLICY_DIR, against the guests that any policy which lets everything
# pass must leave as they are.
POLICY_GUESTS ?= hello payload_registers csr_forms clint_msip
.PHONY: test-policy new-policy
test-policy: guests $(B)/host/mkbundle ## a few guests with the policy NAME=
	$(if $(NAME),,$(error name the policy: make test-policy NAME=x))
	$(Q)$(MAKE) --no-print-directory B=$(B) $(B)/policies/$(NAME)/monitor.elf
	$(QEMU_RUN) $(POLICY_GUESTS:%=--filter %@rv64) --bundle-cmd "$(BUNDLE_CMD)" \
		--monitor $(B)/policies/$(NAME)/monitor.elf

policy_new := $(or $(POLICY_DIR),policies)/$(NAME)
new-policy: ## scaffold the policy NAME= in policies/ or POLICY_DIR=
	$(if $(NAME),,$(error name it: make new-policy NAME=x))
	$(if $(shell echo '$(NAME)' | grep -xE '[a-z][a-z0-9_]*'),, \
		$(error NAME: a-z, 0-9 and _ only))
	$(if $(wildcard $(policy_new)),$(error $(policy_new) is already there))
	@mkdir -p $(policy_new)
	@sed 's/template: every hook.*/$(NAME): what it is for. *\//; s/template/$(NAME)/g' \
		policies/template/template.c > $(policy_new)/$(NAME).c
	$(Q)$(MAKE) --no-print-directory test-policy NAME=$(NAME)
	@echo "$(policy_new)/$(NAME).c: edit it, then make test-policy NAME=$(NAME)"
