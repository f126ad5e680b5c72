# SPDX-License-Identifier: Apache-2.0
# Measuring: the counting plugin, the guests that are measured, and the runs.

bench_dir := tests/bench
bench_plugins := $(foreach v,1 3 7,$(B)/bench/count-$(v).so)
$(bench_plugins): $(B)/bench/count-%.so: $(bench_dir)/count.c
	@mkdir -p $(@D)
	$(Q)$(HOSTCC) -std=c11 -O2 -fPIC -shared -fvisibility=hidden -Wall -Wextra -Werror \
		-DPLUGIN_VERSION=$* $< -o $@

# The runtime is that of tests/guests; the payload's code lies apart.
bench_parts := $(bench_dir)/guests/main.c $(bench_dir)/guests/firmware.S \
	$(bench_dir)/guests/payload.S
$(B)/bench/operations.elf: $(bench_parts) $(guests_lib) $(bench_dir)/guests/bench.ld \
		$(wildcard $(bench_dir)/guests/*.h)
	@mkdir -p $(@D)
	$(Q)$(CROSS)gcc $(guests_flags) -I$(bench_dir)/guests -nostdlib -static \
		-Wl,--no-warn-rwx-segments -Wl,--build-id=none -T $(bench_dir)/guests/bench.ld \
		-Wl,--defsym=BASE=0x80000000 -o $@ $(bench_parts) $(guests_lib)

bench_calls := $(bench_dir)/guests/calls.c $(bench_dir)/guests/calls.S \
	$(guests_dir)/payloads/start.S $(guests_dir)/lib/console.c
$(B)/bench/calls.elf: $(bench_calls) $(guests_dir)/lib/guest.ld \
		$(wildcard $(bench_dir)/guests/*.h $(guests_dir)/*/*.h)
	@mkdir -p $(@D)
	$(Q)$(CROSS)gcc $(guests_flags) -I$(bench_dir)/guests -nostdlib -static \
		-Wl,--no-warn-rwx-segments -Wl,--build-id=none -T $(guests_dir)/lib/guest.ld \
		-Wl,--defsym=BASE=0x80200000 -o $@ $(bench_calls)

bench_tools := $(bench_plugins) $(B)/bench/operations.elf $(B)/bench/calls.elf
bench_policies := none sandbox offload sandbox+offload sandbox+offload+failsafe+audit
bench_monitors := $(bench_policies:%=policies/%/monitor.elf)
bench_firmware := $(B)/images/opensbi-1.9/.stamp
bench_needs := $(bench_tools) $(B)/host/mkbundle $(bench_monitors:%=$(B)/%) $(bench_firmware)
bench_all := $(bench_needs) $(B)/images/opensbi-1.6/.stamp $(B)/images/linux-6.12/.stamp \
	$(B)/images/initramfs.cpio.gz $(B)/tools/qemu-10.0/.stamp
bench_run = python3 $(bench_dir)/bench.py --build $(B) --cross $(CROSS) --qemu $(QEMU)

.PHONY: bench bench-baseline bench-check bench-plugin bench-apps test-bench
bench-plugin: $(bench_tools)

# BASE: that revision's monitors, built in a work tree of their own, run by the measuring code of
# this one.
# SUITE: only these of operations, harts and linux; the last two take minutes.
bench_base := $(B)/bench/base
bench_measure = $(bench_run) measure $(SUITE:%=--suite %)
bench: packages-run $(bench_all) ## count every operation's instructions; BASE=REV [SUITE=NAME]
	$(Q)$(bench_measure) --json $(B)/bench/bench.json --svg $(B)/bench/bench.svg
	$(if $(BASE),$(Q)$(MAKE) --no-print-directory B=$(B) CACHE=$(CACHE) CROSS=$(CROSS) \
		BASE=$(BASE) SUITE="$(SUITE)" bench-base)

.PHONY: bench-base
bench-base: $(bench_all)
	$(Q)CACHE=$(abspath $(CACHE)) CROSS=$(CROSS) bash $(bench_dir)/base.sh "$(BASE)" \
		$(bench_base) $(abspath $(B)/third-party) $(bench_policies)
	$(Q)$(bench_measure) --monitors $(bench_base)/build --json $(B)/bench/base.json \
		>/dev/null
	$(Q)git worktree remove --force $(bench_base)
	@echo; echo "From $(BASE) to here:"
	$(Q)$(bench_run) difference $(B)/bench/base.json $(B)/bench/bench.json

bench_baseline := $(bench_dir)/baseline.json
bench-check: packages-run $(bench_needs) ## no operation costs 3 % more than in the baseline
	$(Q)$(bench_run) check $(bench_baseline)

test-bench: ## the scripts behind make bench: tables, differences, what is refused
	$(Q)python3 $(bench_dir)/test_bench.py

bench-baseline: packages-run $(bench_needs) ## write the baseline anew: a cost has changed
	$(Q)$(bench_run) baseline $(bench_baseline)

bench-apps: packages-run $(B)/images/debian-apps/.stamp $(B)/images/opensbi-1.9/.stamp \
		$(B)/policies/sandbox+offload+failsafe/monitor.elf $(B)/host/mkbundle \
		## redis, sysbench and a compile on four harts, natively and on the monitor in turns
	$(Q)python3 $(bench_dir)/apps/apps.py --build $(B) --qemu $(QEMU) $(APPS)
