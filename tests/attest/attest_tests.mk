# SPDX-License-Identifier: Apache-2.0
# Tests of measurement on the machine, judged by software that is not ours.
#
# Offers: test-attest     registers and log of several boots, against cbor2 and tpm2_eventlog
#         test-evidence   evidence and its chain, against cbor2, cryptography and openssl
#         test-identity   derivations and certificates, against Python and OpenSSL
#         test-verifier   cordon against tokens made by hand, right ones and wrong ones
#         fuzz-verifier   every parser of cordon
#         test-stage0     boots by stage 0: what starts, what is refused, what is left in memory
#         boot-cost       what the stages of a start cost
#         test-slots      slots and their log, on QEMU's flash
#         test-rollback   slots as stage 0 uses them: older bundles, trials, damage, a changed log
#         test-tpm        an identity and a counter in a TPM, by swtpm; test-tpm-update: minutes
#         test-verified-boot   bundles that were changed: what starts, and what is said

ATTEST_QEMU ?= qemu-system-riscv64
ATTEST_FIRMWARE := $(B)/images/opensbi-1.9/fw_dynamic.elf
ATTEST_OLDER := $(B)/images/opensbi-1.6/fw_dynamic.elf
ATTEST_OLDEST := $(B)/images/opensbi-1.1/fw_dynamic.elf
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

ATTEST_EVIDENCE_SET := sandbox+offload+failsafe+attest
ATTEST_EVIDENCE := $(B)/guests/payloads/attest_evidence.elf
.PHONY: test-evidence
test-evidence: packages-test $(B)/host/mkbundle $(ATTEST_FIRMWARE) $(ATTEST_OLDER) \
	$(ATTEST_OLDEST) $(ATTEST_EVIDENCE) \
	$(B)/policies/$(ATTEST_EVIDENCE_SET)/monitor.elf ## evidence, judged by other software
	@/usr/bin/python3 tests/attest/evidence_reference.py >$(B)/evidence_reference.txt
	@for word in $$(grep -oE '[0-9a-f]{96}' $(B)/evidence_reference.txt); do \
		tr -d '"\n\t ' <tests/unit/test_evidence.c | grep -q $$word || \
		{ echo "tests/unit/test_evidence.c lacks $$word of the reference"; exit 1; }; done
	/usr/bin/python3 tests/attest/test_evidence.py --mkbundle $(B)/host/mkbundle \
		--monitor $(B)/policies/$(ATTEST_EVIDENCE_SET)/monitor.elf \
		--firmware $(ATTEST_FIRMWARE) --older $(ATTEST_OLDER) \
		--oldest $(ATTEST_OLDEST) --payload $(ATTEST_EVIDENCE) --qemu $(ATTEST_QEMU) \
		--policies "$(subst +, ,$(ATTEST_EVIDENCE_SET))"

# ---- stage 0 ----

STAGE0_PROBE := $(B)/tests/attest/latch_probe.elf
STAGE0_MONITOR := $(B)/policies/sandbox+attest/monitor.elf

$(STAGE0_PROBE): tests/attest/latch_probe.S tests/bundle/stub.ld attest/image_format.h
	@mkdir -p $(@D)
	$(Q)$(TARGET_CC) $(BUNDLE_TARGET_FLAGS) -I. $(BUNDLE_LINK) -Wl,--emit-relocs \
		-Wl,--defsym=__link_base=0x80000000 -T tests/bundle/stub.ld $< -o $@

STAGE0_PAYLOAD := $(B)/tests/attest/idle.elf
$(STAGE0_PAYLOAD): tests/attest/idle.S
	@mkdir -p $(@D)
	$(Q)$(TARGET_CC) $(BUNDLE_TARGET_FLAGS) -nostdlib -static -Wl,--build-id=none \
		-Wl,-Ttext=0x80200000,--no-warn-rwx-segments $< -o $@

.PHONY: test-stage0
test-stage0: packages-test $(IDENTITY_TOOL) $(B)/host/mkbundle $(B)/stage0.bin $(STAGE0_MONITOR) \
		$(STAGE0_PROBE) $(ATTEST_FIRMWARE) $(STAGE0_PAYLOAD) \
		$(ATTEST_EVIDENCE) ## boots by stage 0 on QEMU
	python3 tests/attest/test_stage0.py --tool $(IDENTITY_TOOL) --mkbundle $(B)/host/mkbundle \
		--key attest/keys/TEST-signing-key.pem --stage0 $(B)/stage0.bin \
		--monitor $(STAGE0_MONITOR) --probe $(STAGE0_PROBE) --firmware $(ATTEST_FIRMWARE) \
		--payload $(STAGE0_PAYLOAD) --evidence $(ATTEST_EVIDENCE) --nm $(CROSS)nm \
		--qemu $(ATTEST_QEMU)

.PHONY: boot-cost
boot-cost: packages-test packages-debug $(B)/host/mkbundle $(B)/stage0.elf $(STAGE0_MONITOR) \
		$(ATTEST_FIRMWARE) ## instructions of each stage of a start by stage 0
	@python3 tests/attest/boot_cost.py --qemu $(ATTEST_QEMU) --gdb gdb-multiarch \
		--cross $(CROSS) --mkbundle $(B)/host/mkbundle --stage0 $(B)/stage0.elf \
		--monitor $(STAGE0_MONITOR) --firmware $(ATTEST_FIRMWARE)

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
	$(ATTEST_SLOTS_SRCS:%.c=$(B)/target/%.o) $(B)/target/attest/sink.o $(CRYPTO_OBJS) \
	$(B)/target/src/lib/string.o

$(SLOTS_IMAGE): $(SLOTS_DEPS) attest/slots.h attest/flash.h
	@mkdir -p $(@D)
	$(Q)$(TARGET_CC) $(BUNDLE_TARGET_FLAGS) $(BUNDLE_WARN) $(BUNDLE_LIBC) -I. -fno-builtin \
		-nostdlib -static -Wl,--build-id=none,--gc-sections,--no-warn-rwx-segments \
		-T tests/crypto/target.ld $(filter %.S %target.c %.o,$^) -o $@

.PHONY: test-slots
test-slots: packages-test $(SLOTS_IMAGE) ## updates, reverts and a changed log, on QEMU's flash
	python3 tests/attest/test_slots.py --image $(SLOTS_IMAGE) --qemu $(ATTEST_QEMU)

ATTEST_UPDATE := $(B)/guests/payloads/attest_update.elf

.PHONY: test-rollback test-update
test-update: ROLLBACK_CLASSES := Update
test-rollback: ROLLBACK_CLASSES := Rollback Flash
test-update: ## an update by the payload, from staging to confirmation; minutes
test-rollback test-update: packages-test $(B)/host/mkbundle $(B)/monitor.elf $(B)/stage0.bin \
		$(B)/guests/hello.elf $(STAGE0_MONITOR) $(ATTEST_FIRMWARE) \
		$(ATTEST_UPDATE) $(B)/policies/none/monitor.elf \
		$(B)/guests/flash.elf ## older bundles, trials and a changed log, by stage 0 on QEMU
	python3 tests/attest/test_rollback.py --mkbundle $(B)/host/mkbundle \
		--monitor $(B)/monitor.elf --stage0 $(B)/stage0.bin --guest $(B)/guests/hello.elf \
		--attest-monitor $(STAGE0_MONITOR) --firmware $(ATTEST_FIRMWARE) \
		--payload $(ATTEST_UPDATE) --flash-guest $(B)/guests/flash.elf \
		--plain-monitor $(B)/policies/none/monitor.elf --qemu $(ATTEST_QEMU) \
		$(ROLLBACK_CLASSES)

# ---- a TPM ----

# QEMU 7.2 does not name it in the device tree.
TPM_QEMU ?= $(B)/tools/qemu-10.0/qemu-system-riscv64
TPM_CLASSES ?= Boot Registers Rollback Sealed Refusals

.PHONY: test-tpm test-tpm-update
test-tpm-update: TPM_CLASSES := Updates
test-tpm-update: ## an update with the counter of a TPM; minutes
test-tpm test-tpm-update: packages-test packages-tpm $(TPM_QEMU) $(B)/host/cordon-san \
		$(B)/host/mkbundle $(B)/stage0.bin $(STAGE0_MONITOR) $(ATTEST_FIRMWARE) \
		$(STAGE0_PAYLOAD) $(ATTEST_EVIDENCE) $(ATTEST_UPDATE) $(B)/guests/tpm.elf \
		$(B)/policies/none/monitor.elf ## an identity and a counter in a TPM: swtpm on QEMU
	python3 tests/attest/test_tpm.py --cordon $(B)/host/cordon-san \
		--mkbundle $(B)/host/mkbundle --key attest/keys/TEST-signing-key.pem \
		--stage0 $(B)/stage0.bin --monitor $(STAGE0_MONITOR) \
		--firmware $(ATTEST_FIRMWARE) --payload $(STAGE0_PAYLOAD) \
		--evidence $(ATTEST_EVIDENCE) --update $(ATTEST_UPDATE) \
		--tpm-guest $(B)/guests/tpm.elf --plain-monitor $(B)/policies/none/monitor.elf \
		--qemu $(TPM_QEMU) $(TPM_CLASSES)
