# SPDX-License-Identifier: Apache-2.0
# Tests of crypto/ beside the unit tests: on the machine it is for, and against OpenSSL.
# Included after crypto/crypto.mk.
#
# Offers: test-crypto-openssl   what we make OpenSSL accepts, and the other way round
#         test-crypto-boot      a monitor made with SELFTEST=1 boots, or stops if an answer is wrong
#         test-crypto-target    self-test and bounds of cost, on QEMU; CRYPTO_CPU names the hart

CRYPTO_T := $(B)/tests/crypto
CRYPTO_QEMU ?= qemu-system-riscv64
CRYPTO_CPU ?= rv64

CRYPTO_FIRMWARE := $(B)/images/opensbi-1.9/fw_dynamic.elf

.PHONY: test-crypto-openssl test-crypto-target test-crypto-boot

test-crypto-openssl: $(CRYPTO_T)/tool ## our cryptography and OpenSSL's accept each other
	python3 tests/crypto/test_openssl.py --tool $<

test-crypto-target: $(CRYPTO_T)/target.elf ## self-test of crypto/ on QEMU, and what it costs
	python3 tests/crypto/test_target.py --image $< --qemu $(CRYPTO_QEMU) --cpu $(CRYPTO_CPU)

test-crypto-boot: $(B)/host/mkbundle $(CRYPTO_FIRMWARE) ## a monitor tries its cryptography at boot
	$(Q)$(MAKE) --no-print-directory -s SELFTEST=1 B=$(B)/selftest CACHE=$(CACHE) \
		$(B)/selftest/monitor.elf
	python3 tests/crypto/test_boot.py --monitor $(B)/selftest/monitor.elf \
		--mkbundle $(B)/host/mkbundle --firmware $(CRYPTO_FIRMWARE) --qemu $(CRYPTO_QEMU)

$(CRYPTO_T)/tool: tests/crypto/tool.c crypto/crypto.h $(CRYPTO_SAN_OBJS)
	@mkdir -p $(@D)
	$(Q)$(HOSTCC) $(BUNDLE_SAN_FLAGS) $(BUNDLE_WARN) -I. $(filter %.c %.o,$^) -o $@

CRYPTO_TARGET_DEPS := tests/crypto/start.S tests/crypto/target.c tests/crypto/target.ld \
	crypto/crypto.h crypto/selftest.h

$(CRYPTO_T)/target.elf: $(CRYPTO_TARGET_DEPS) $(CRYPTO_OBJS) $(B)/target/src/lib/string.o
	@mkdir -p $(@D)
	$(Q)$(TARGET_CC) $(BUNDLE_TARGET_FLAGS) $(BUNDLE_WARN) $(BUNDLE_LIBC) -I. -fno-builtin \
		-nostdlib -static -Wl,--build-id=none,--gc-sections,--no-warn-rwx-segments \
		-T tests/crypto/target.ld $(filter %.S %target.c %.o,$^) -o $@
