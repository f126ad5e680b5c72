# SPDX-License-Identifier: Apache-2.0
# Tests of measurement on the machine, judged by software that is not ours.
#
# Offers: test-attest          registers and log of several boots, against cbor2 and tpm2_eventlog
#         test-slots           slots and their log, on QEMU's flash
#         test-verified-boot   bundles that were changed: what starts, and what is said

ATTEST_QEMU ?= qemu-system-riscv64
ATTEST_FIRMWARE := $(B)/images/opensbi-1.9/fw_dynamic.elf
ATTEST_PAYLOAD := $(B)/guests/payloads/attest_calls.elf

# The same payload with room for a Linux image header in front of it, which the test writes.
ATTEST_BEHIND := $(B)/guests/attest_image.elf
$(ATTEST_BEHIND): GUEST_BASE = 0x80200040
$(ATTEST_BEHIND): $(guests_dir)/payloads/attest_calls.c $(payloads_parts) $(ATTEST_PAYLOAD)
	$(Q)$(guests_link) -o $@ $< $(payloads_parts)

.PHONY: test-attest
test-attest: packages-test $(B)/host/mkbundle $(ATTEST_FIRMWARE) $(ATTEST_BEHIND) \
		$(B)/policies/sandbox+attest/monitor.elf ## measurements, judged by other software
	/usr/bin/python3 tests/attest/test_log.py --mkbundle $(B)/host/mkbundle \
		--monitor $(B)/policies/sandbox+attest/monitor.elf \
		--firmware $(ATTEST_FIRMWARE) --payload $(ATTEST_PAYLOAD) \
		--behind $(ATTEST_BEHIND) --qemu $(ATTEST_QEMU)

# A monitor with a key of its own, which only measures: one build for two tests.
VERIFIED := $(B)/verified
$(VERIFIED)/own.pem:
	@mkdir -p $(@D)
	$(Q)openssl ecparam -name secp384r1 -genkey -noout -out $@

$(VERIFIED)/own.pub: $(VERIFIED)/own.pem
	$(Q)openssl ec -in $< -pubout -out $@ 2>/dev/null

$(VERIFIED)/monitor.elf: $(VERIFIED)/own.pub FORCE | $(LIBFDT)/.stamp $(MBEDTLS)/.stamp
	@[ -e $(@D)/third-party ] || ln -s ../third-party $(@D)/third-party
	$(Q)$(MAKE) --no-print-directory B=$(@D) CACHE=$(CACHE) KEYS=$< VERIFY=measure \
		POLICY="$(POLICY)" $@

.PHONY: test-verified-boot
test-verified-boot: packages-test $(B)/host/mkbundle $(B)/monitor.elf $(B)/guests/hello.elf \
		$(VERIFIED)/monitor.elf ## changed bundles are refused, on QEMU
	python3 tests/attest/test_verified_boot.py --mkbundle $(B)/host/mkbundle \
		--monitor $(B)/monitor.elf --own-monitor $(VERIFIED)/monitor.elf \
		--own-key $(VERIFIED)/own.pem --guest $(B)/guests/hello.elf --qemu $(ATTEST_QEMU)

SLOTS_IMAGE := $(B)/tests/attest/slots.elf
SLOTS_DEPS := tests/crypto/start.S tests/attest/slots_target.c tests/crypto/target.ld \
	$(ATTEST_SLOTS_SRCS:%.c=$(B)/target/%.o) $(CRYPTO_OBJS) $(B)/target/src/lib/string.o

$(SLOTS_IMAGE): $(SLOTS_DEPS) attest/slots.h attest/flash.h
	@mkdir -p $(@D)
	$(Q)$(TARGET_CC) $(BUNDLE_TARGET_FLAGS) $(BUNDLE_WARN) $(BUNDLE_LIBC) -I. -fno-builtin \
		-nostdlib -static -Wl,--build-id=none,--gc-sections,--no-warn-rwx-segments \
		-T tests/crypto/target.ld $(filter %.S %target.c %.o,$^) -o $@

.PHONY: test-slots
test-slots: packages-test $(SLOTS_IMAGE) ## updates, reverts and a changed log, on QEMU's flash
	python3 tests/attest/test_slots.py --image $(SLOTS_IMAGE) --qemu $(ATTEST_QEMU)
