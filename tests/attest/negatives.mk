# SPDX-License-Identifier: Apache-2.0
# What attestation must refuse: the list of it, held against the tests. Included after
# remote_tests.mk.
#
# Offers: check-negatives    every id of negatives.txt has its tests; part of check
#         test-negatives     what firmware and payload try on the machine
#         test-negatives-fail   the same with protections switched off, which must be noticed

.PHONY: check-negatives
check-negatives: ## what must be refused has its tests, and the manual's table names them
	@python3 tests/attest/check_negatives.py --selftest
	@python3 tests/attest/check_negatives.py

check: check-negatives

# The payload with room for a Linux image header in front of it, which the test writes.
NEGATIVES_BEHIND := $(B)/guests/negatives_image.elf
$(NEGATIVES_BEHIND): GUEST_BASE = 0x80200040
$(NEGATIVES_BEHIND): $(guests_dir)/payloads/attest_negatives.c $(payloads_parts) \
		$(B)/guests/payloads/attest_negatives.elf
	$(Q)$(guests_link) -o $@ $< $(payloads_parts)
$(B)/guests/attest_negatives.o: $(guests_dir)/payloads/attest_negatives.h

# A monitor with a key of its own, that enforces.
NEGATIVES_OWN := $(VERIFIED)/enforce/monitor.elf
$(NEGATIVES_OWN): $(VERIFIED)/own.pub FORCE | $(LIBFDT)/.stamp $(MBEDTLS)/.stamp
	@mkdir -p $(@D)
	@[ -e $(@D)/third-party ] || ln -s ../../third-party $(@D)/third-party
	$(Q)$(MAKE) --no-print-directory B=$(@D) CACHE=$(CACHE) KEYS=$< POLICY= $@

NEGATIVES_FIRMWARE := $(B)/guests/attest_negatives.elf
NEGATIVES_PAYLOAD := $(B)/guests/payloads/attest_negatives.elf
NEGATIVES_MONITOR := $(B)/policies/sandbox+attest/monitor.elf
NEGATIVES_SWITCH := $(B)/attacks/switch/sandbox+attest/monitor.elf
NEGATIVES_NEEDS := $(B)/host/mkbundle $(NEGATIVES_FIRMWARE) $(NEGATIVES_BEHIND) \
	$(NEGATIVES_PAYLOAD) $(B)/guests/hello.elf $(B)/stage0.bin $(NEGATIVES_OWN) \
	$(B)/host/cordon-san
NEGATIVES_WORDS = --mkbundle $(B)/host/mkbundle --nm $(CROSS)nm --qemu $(ATTEST_QEMU) \
	--firmware $(NEGATIVES_FIRMWARE) --behind $(NEGATIVES_BEHIND) \
	--payload $(NEGATIVES_PAYLOAD) --guest $(B)/guests/hello.elf --stage0 $(B)/stage0.bin \
	--key attest/keys/TEST-signing-key.pem --own-monitor $(NEGATIVES_OWN) \
	--own-key $(VERIFIED)/own.pem --cordon $(B)/host/cordon-san

.PHONY: test-negatives test-negatives-fail
test-negatives: packages-test $(NEGATIVES_NEEDS) $(NEGATIVES_MONITOR) ## what attestation refuses
	/usr/bin/python3 tests/attest/test_negatives.py --monitor $(NEGATIVES_MONITOR) \
		$(NEGATIVES_WORDS)

test-negatives-fail: packages-test $(NEGATIVES_NEEDS) $(NEGATIVES_SWITCH) ## they can fail
	/usr/bin/python3 tests/attest/test_negatives_fail.py --monitor $(NEGATIVES_SWITCH) \
		$(NEGATIVES_WORDS)
