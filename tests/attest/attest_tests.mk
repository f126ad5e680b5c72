# SPDX-License-Identifier: Apache-2.0
# Tests of measurement on the machine, judged by software that is not ours.
#
# Offers: test-attest     registers and log of several boots, against cbor2 and tpm2_eventlog
#         test-evidence   evidence and its chain, against cbor2, cryptography and openssl
#         test-identity   derivations and certificates, against Python and OpenSSL
#         test-verifier   cordon against tokens made by hand, right ones and wrong ones
#         fuzz-verifier   every parser of cordon

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

# ---- the identity ----

IDENTITY_TOOL := $(B)/tests/attest/identity_tool

$(IDENTITY_TOOL): tests/attest/identity_tool.c attest/dice.h attest/x509.h $(ATTEST_ID_SAN_OBJS) \
		$(CRYPTO_SAN_OBJS)
	@mkdir -p $(@D)
	$(Q)$(HOSTCC) $(BUNDLE_SAN_FLAGS) $(BUNDLE_WARN) -I. $(filter %.c %.o,$^) -o $@

.PHONY: test-identity
test-identity: $(IDENTITY_TOOL) ## derivations and certificates, against Python and OpenSSL
	python3 tests/attest/test_identity.py --tool $<

# Every byte of a token changed, appraised without starting a program for each.
$(B)/tests/attest/flip: tests/attest/flip.c $(VERIFIER_LIB_SRCS:%.c=$(B)/host/san/%.o)
	@mkdir -p $(@D)
	$(Q)$(HOSTCC) $(BUNDLE_SAN_FLAGS) $(BUNDLE_WARN) -I. $^ -lcrypto -o $@

.PHONY: test-verifier
test-verifier: $(B)/host/cordon-san $(B)/tests/attest/flip \
		$(CRYPTO_T)/tool ## cordon, against tokens made by hand
	python3 tests/attest/test_verifier.py --tool $(B)/host/cordon-san \
		--flip $(B)/tests/attest/flip
	python3 tests/attest/test_verifier_content.py --tool $(B)/host/cordon-san
	python3 tests/attest/test_verifier_tools.py --tool $(B)/host/cordon-san \
		--reference $(CRYPTO_T)/tool

VERIFIER_FUZZ_SRCS := $(VERIFIER_LIB_SRCS) attest/verifier/bundle_file.c

$(B)/fuzz/fuzz_verifier: tests/fuzz/fuzz_verifier.c $(VERIFIER_FUZZ_SRCS) \
		$(wildcard attest/verifier/*.h) | packages-verifier
	@mkdir -p $(@D)
	$(BUNDLE_FUZZ_CC) -O1 -g -fsanitize=fuzzer,address,undefined -fno-sanitize-recover=all \
		-I. $(filter %.c,$^) -lcrypto -o $@

.PHONY: fuzz-verifier
VERIFIER_FUZZ_RUNS ?= 100000
fuzz-verifier: $(B)/fuzz/fuzz_verifier ## fuzz every parser of cordon
	python3 tests/attest/fuzz_seeds.py $(B)/fuzz/corpus-verifier
	$< -runs=$(VERIFIER_FUZZ_RUNS) -max_len=8192 -print_final_stats=0 $(B)/fuzz/corpus-verifier

ATTEST_EVIDENCE_SET := sandbox+offload+failsafe+attest
ATTEST_EVIDENCE := $(B)/guests/payloads/attest_evidence.elf
.PHONY: test-evidence
test-evidence: packages-test $(B)/host/mkbundle $(ATTEST_FIRMWARE) $(ATTEST_EVIDENCE) \
	$(B)/policies/$(ATTEST_EVIDENCE_SET)/monitor.elf ## evidence, judged by other software
	@/usr/bin/python3 tests/attest/evidence_reference.py >$(B)/evidence_reference.txt
	@for word in $$(grep -oE '[0-9a-f]{96}' $(B)/evidence_reference.txt); do \
		tr -d '"\n\t ' <tests/unit/test_evidence.c | grep -q $$word || \
		{ echo "tests/unit/test_evidence.c lacks $$word of the reference"; exit 1; }; done
	/usr/bin/python3 tests/attest/test_evidence.py --mkbundle $(B)/host/mkbundle \
		--monitor $(B)/policies/$(ATTEST_EVIDENCE_SET)/monitor.elf \
		--firmware $(ATTEST_FIRMWARE) --payload $(ATTEST_EVIDENCE) --qemu $(ATTEST_QEMU) \
		--policies "$(subst +, ,$(ATTEST_EVIDENCE_SET))"
