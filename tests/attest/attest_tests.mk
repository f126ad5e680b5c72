# SPDX-License-Identifier: Apache-2.0
# Tests of measurement on the machine, judged by software that is not ours.
#
# Offers: test-attest     registers and log of several boots, against cbor2 and tpm2_eventlog
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

# Every byte of a token changed, appraised without starting a program for each.
$(B)/tests/attest/flip: tests/attest/flip.c $(VERIFIER_LIB_SRCS:%.c=$(B)/host/san/%.o)
	@mkdir -p $(@D)
	$(Q)$(HOSTCC) $(BUNDLE_SAN_FLAGS) $(BUNDLE_WARN) -I. $^ -lcrypto -o $@

.PHONY: test-verifier
test-verifier: $(B)/host/cordon-san $(B)/tests/attest/flip $(CRYPTO_T)/tool ## cordon judges tokens
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
