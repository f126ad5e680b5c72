# SPDX-License-Identifier: Apache-2.0
# Every byte of what a start depends on, changed one at a time. Included after unit.mk.
#
# Offers: test-flips   stage 0 and the monitor's identity, as a program of the host

FLIPS := $(B)/tests/flips
# Without sanitizers, whose own memory lies where the machine's is mapped; what is judged here has
# them in test-unit.
FLIPS_FLAGS := -std=gnu11 $(BUNDLE_HOST_FLAGS) $(UNIT_WARN) -Isrc -I. -Iattest/mkbundle \
	-Imonitor/default -isystem $(UNIT_LIBFDT)
FLIPS_SRCS := tests/flips/flips.c tests/flips/started.c $(filter src/%,$(STAGE0_SRCS)) \
	src/lib/log.c $(BOARD_FILE) $(addprefix src/platform/,range_list.c dt.c fdt_read.c \
	fdt_devices.c) $(filter-out attest/flash.c,$(ATTEST_SLOTS_SRCS)) $(ATTEST_OWN_SRCS)
FLIPS_OBJS := $(FLIPS_SRCS:%.c=$(FLIPS)/obj/%.o) $(UNIT_FDT:%.c=$(FLIPS)/obj/libfdt/%.o)
FLIPS_TREE := $(UNIT)/dtb/virt.dtb
FLIPS_MONITOR := $(B)/policies/sandbox+attest/monitor.elf
FLIPS_FIRMWARE := $(B)/guests/hello.elf

$(FLIPS)/obj/%.o: %.c $(UNIT_LIBFDT)/.stamp | packages-test
	@mkdir -p $(@D)
	$(Q)$(HOSTCC) $(FLIPS_FLAGS) -MMD -MP -c $< -o $@

$(FLIPS)/obj/libfdt/%.o: $(UNIT_LIBFDT)/.stamp
	@mkdir -p $(@D)
	$(Q)$(HOSTCC) $(BUNDLE_HOST_FLAGS) -I$(UNIT_LIBFDT) -c $(UNIT_LIBFDT)/$*.c -o $@

$(FLIPS)/flips: $(FLIPS_OBJS) $(MKBUNDLE_PARTS:%.c=$(B)/host/obj/%.o) $(ATTEST_HOST_OBJS) \
		$(CRYPTO_HOST_OBJS)
	$(Q)$(HOSTCC) $(BUNDLE_HOST_FLAGS) $^ -o $@

.PHONY: test-flips
test-flips: $(FLIPS)/flips $(FLIPS_MONITOR) $(FLIPS_FIRMWARE) $(FLIPS_TREE) ## each byte of a start
	$(FLIPS)/flips $(FLIPS_MONITOR) $(FLIPS_FIRMWARE) $(FLIPS_TREE)

-include $(FLIPS_OBJS:.o=.d)
