# SPDX-License-Identifier: Apache-2.0
# make stats: Linux boots once for each set of policies, audit counts, and a table and a chart are
# drawn of it. Included after tests/qemu/qemu.mk; firmware, payload, QEMU, CPU and SMP as for run.

# Sets of policies side by side, A+B for POLICY="A B"; audit is added to each.
stats_space := $(subst ,, )
stats_own := $(subst $(stats_space),+,$(filter-out audit,$(POLICY)))
STATS_POLICIES ?= none offload $(filter-out none offload,$(stats_own))
stats_sets := $(foreach set,$(STATS_POLICIES),\
	$(if $(filter none audit,$(set)),audit,$(patsubst %+audit,%,$(set))+audit))
stats_logs := $(stats_sets:%=$(B)/stats/%.log)

# Where the device tree names a power switch, Linux throws it itself and nobody hears of it: without
# that driver it asks the firmware, and audit prints its table.
STATS_APPEND := initcall_blacklist=syscon_poweroff_register,syscon_poweroff_driver_init

stats_what := $(patsubst $(B)/images/%,%,$(FIRMWARE)) and \
	$(patsubst $(B)/images/%,%,$(PAYLOAD))

.PHONY: stats test-stats
.PRECIOUS: $(B)/stats/%.log
stats: $(stats_logs) ## boot Linux with audit, STATS_POLICIES="none A A+B": a table and a chart
	$(Q)python3 tests/stats/stats.py --out $(B)/stats --title \
		"$(stats_what), -cpu $(CPU) -smp $(SMP)" $(stats_logs)

$(B)/stats/%.log: override OUT = $(B)/stats/$*.bin
$(B)/stats/%.log: override APPEND += $(STATS_APPEND)
$(B)/stats/%.log: $(B)/policies/%/monitor.elf $(B)/host/mkbundle \
		$(call FETCHED,$(FIRMWARE) $(PAYLOAD) $(INITRD)) FORCE | packages-run
	@mkdir -p $(@D); rm -f $@
	@echo 'stats: $(RUN_WHAT)with POLICY="$(subst +, ,$*)" on -cpu $(CPU) -smp $(SMP)'
	$(Q)$(B)/host/mkbundle -m $< -f $(FIRMWARE) \
		$(if $(FIRMWARE_ADDR),-a $(FIRMWARE_ADDR)) -b "$(BOARD)" \
		-p "$(subst +, ,$*)" -o $(OUT) >/dev/null
	$(Q)exec </dev/null; $(RUN_CONSOLE) --log $@ $(RUN_QEMU) >/dev/null || { \
		echo "stats: the machine did not come to its end: see $@" >&2; exit 1; }

test-stats: ## the script behind make stats: what it reads, draws and refuses
	$(Q)python3 tests/stats/test_stats.py
