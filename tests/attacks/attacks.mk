# SPDX-License-Identifier: Apache-2.0
# The attack gate: hostile firmware and its victim, monitors to attack, and the runs.
# Include after tests/qemu/qemu.mk.

attacks_dir := tests/attacks
attacks_flags := -I$(attacks_dir)/lib
attacks_headers = $(wildcard $(attacks_dir)/*/*.h) $(wildcard $(guests_dir)/lib/*.h)
attacks_common := $(guests_dir)/lib/console.c $(guests_dir)/lib/fdt.c $(guests_dir)/lib/string.c \
	$(attacks_dir)/lib/chosen.c
attacks_hostile := $(wildcard $(attacks_dir)/hostile/*.[cS]) $(attacks_common) \
	$(addprefix $(guests_dir)/lib/,start.S trap.c mpv.S machine.c code.c paging.c)
attacks_victim := $(attacks_dir)/victim/start.S $(wildcard $(attacks_dir)/victim/*.c) \
	$(attacks_common)

$(B)/attacks/victim.elf: GUEST_BASE = 0x80200000
$(B)/attacks/hostile.elf: $(attacks_hostile) $(attacks_headers) $(guests_dir)/lib/guest.ld
	@mkdir -p $(@D)
	$(Q)$(guests_link) $(attacks_flags) -o $@ $(attacks_hostile)
$(B)/attacks/victim.elf: $(attacks_victim) $(attacks_headers) $(guests_dir)/lib/guest.ld
	@mkdir -p $(@D)
	$(Q)$(guests_link) $(attacks_flags) -o $@ $(attacks_victim)

# Monitors: attacks/plain/SET is what users run, attacks/switch/SET can have a protection switched
# off, attacks/mutant/NAME/SET is broken on purpose. SET is A+B for POLICY="A B", or none.
attacks_policy = $(filter-out none,$(subst +, ,$(1)))
define attacks_monitor
@mkdir -p $(@D)
@[ -e $(@D)/third-party ] || ln -s $(abspath $(B)/third-party) $(@D)/third-party
$(Q)$(MAKE) --no-print-directory B=$(@D) CACHE=$(CACHE) \
	POLICY="$(call attacks_policy,$(1))" SWITCHES=$(2) $@
endef
$(B)/attacks/plain/%/monitor.elf: FORCE | $(LIBFDT)/.stamp
	$(call attacks_monitor,$*,0)
$(B)/attacks/switch/%/monitor.elf: FORCE | $(LIBFDT)/.stamp
	$(call attacks_monitor,$*,1)
.PRECIOUS: $(B)/attacks/plain/%/monitor.elf $(B)/attacks/switch/%/monitor.elf

# mutant/SET@NAME.elf: the plain monitor of that set with mutants/NAME.txt done to its sources. The
# make of that monitor (its B, its POLICY) links it.
$(B)/attacks/mutant/%.elf: FORCE | $(LIBFDT)/.stamp
	@mkdir -p $(@D)
	$(Q)$(MAKE) --no-print-directory $(B)/attacks/plain/$(word 1,$(subst @, ,$*))/monitor.elf
	$(Q)$(MAKE) --no-print-directory B=$(B)/attacks/plain/$(word 1,$(subst @, ,$*)) \
		POLICY="$(call attacks_policy,$(word 1,$(subst @, ,$*)))" \
		$(B)/attacks/plain/$(word 1,$(subst @, ,$*))/mutant-$(word 2,$(subst @, ,$*)).elf
	@cp $(B)/attacks/plain/$(word 1,$(subst @, ,$*))/mutant-$(word 2,$(subst @, ,$*)).elf $@
$(B)/mutant-%.elf: $(attacks_dir)/mutants/%.txt $(B)/monitor.elf
	$(Q)bash $(attacks_dir)/mutate.sh $< $(B)/mutant-$* "$(TARGET_CC) $(MONITOR_CFLAGS)" \
		"$(MONITOR_OBJS)" $(B)/target "$(MONITOR_LDFLAGS) -T $(B)/gen/link.ld" $@

# What the table of attacks asks for, with the policies that are there.
attacks_wanted = $(shell python3 $(attacks_dir)/run.py --build $(B) --monitors $(1) \
	--policies "$(POLICIES)")
ATTACKS_RUN = python3 $(attacks_dir)/run.py --build $(B) --jobs $(JOBS) --policies "$(POLICIES)" \
	--json $(B)/attacks/report.json

.PHONY: attacks attacks-quick attacks-build attacks-quick-build
attacks_needs := $(B)/images/opensbi-1.9/.stamp $(B)/tools/qemu-10.0/.stamp
attacks_programs := $(B)/attacks/hostile.elf $(B)/attacks/victim.elf $(B)/host/mkbundle
attacks-build: $(attacks_needs) $(B)/tools/qemu-11.1/.stamp $(attacks_programs)
	$(Q)$(MAKE) --no-print-directory B=$(B) CACHE=$(CACHE) $(call attacks_wanted,all)
attacks-quick-build: $(attacks_needs) $(attacks_programs)
	$(Q)$(MAKE) --no-print-directory B=$(B) CACHE=$(CACHE) $(call attacks_wanted,quick)
attacks: attacks-build ## every attack is stopped, and succeeds with its protection off
	$(Q)python3 $(attacks_dir)/agree.py
	$(ATTACKS_RUN) $(ATTACKS_ARGS)
attacks-quick: attacks-quick-build ## the same for the most important attacks, in two minutes
	$(Q)python3 $(attacks_dir)/agree.py
	$(ATTACKS_RUN) --quick $(ATTACKS_ARGS)
