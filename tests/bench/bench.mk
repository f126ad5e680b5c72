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
.PHONY: bench-plugin
bench-plugin: $(bench_tools)
