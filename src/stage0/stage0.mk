# SPDX-License-Identifier: Apache-2.0
# Stage 0, for QEMU's virt machine. Included after attest/attest.mk and the monitor's rules.
#
# Offers: $(B)/stage0.elf     the stage
#         $(B)/pflash0.img    the first flash with it
#         $(B)/pflash1.img    the second flash with the bundle OUT and the identity of IDENTITY=
#         image-flash         both

STAGE0_SRCS := $(addprefix src/stage0/,main.c device.c derive.c)
STAGE0_PARTS := $(STAGE0_SRCS) src/lib/log.c src/lib/string.c src/hw/uart.c $(BOARD_FILE) \
	$(addprefix src/platform/,range_list.c dt.c fdt_read.c fdt_devices.c) \
	$(ATTEST_SRCS) $(ATTEST_ID_SRCS) $(ATTEST_MANIFEST_SRCS) $(ATTEST_SLOTS_SRCS)
STAGE0_OBJS := $(B)/target/src/stage0/start.o $(STAGE0_PARTS:%.c=$(B)/target/%.o) \
	$(LIBFDT_FILES:%.c=$(B)/target/libfdt/%.o) $(CRYPTO_OBJS)
STAGE0_LDFLAGS := -nostdlib -static -Wl,--gc-sections,--build-id=none \
	-Wl,--no-warn-rwx-segments,-Map=$(B)/stage0.map

$(B)/gen/stage0.ld: src/stage0/link.ld.S src/stage0/layout.h
	@mkdir -p $(@D)
	$(Q)$(TARGET_CC) -E -P -x assembler-with-cpp $(MONITOR_INCLUDES) $< -o $@

$(B)/stage0.elf: $(STAGE0_OBJS) $(B)/gen/stage0.ld
	$(Q)$(TARGET_CC) $(MONITOR_CFLAGS) $(STAGE0_LDFLAGS) -T $(B)/gen/stage0.ld \
		$(STAGE0_OBJS) -o $@

$(B)/stage0.bin: $(B)/stage0.elf
	$(Q)$(CROSS)objcopy -O binary $< $@

# Files of the size of QEMU's flashes. IDENTITY=: the sector that `cordon provision` makes; without
# it the device has no secret.
IDENTITY ?=

image-flash: image $(B)/stage0.bin ## both flashes for a boot by stage 0: IDENTITY=
	$(Q)python3 src/stage0/flash.py --stage0 $(B)/stage0.bin --bundle $(OUT) \
		$(if $(IDENTITY),--identity $(IDENTITY)) --out $(B)/pflash

-include $(wildcard $(STAGE0_OBJS:.o=.d))
.PHONY: image-flash
