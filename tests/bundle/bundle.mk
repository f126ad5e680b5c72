# SPDX-License-Identifier: Apache-2.0
# Tests of crypto/ and of the bundle. Included after crypto/crypto.mk and attest/attest.mk.
#
# Offers: BUNDLE_TESTS  the targets below, for the main `test`
# No target is silent about a missing tool: it fails.

BUNDLE_T := $(B)/tests/bundle
BUNDLE_QEMU ?= qemu-system-riscv64
BUNDLE_FUZZ_CC ?= clang
BUNDLE_FUZZ_RUNS ?= 40000
BUNDLE_TESTS := test-crypto test-image test-manifest test-mkbundle test-signing \
	test-bundle-target

.PHONY: $(BUNDLE_TESTS) fuzz-image fuzz-manifest

# Unit tests of crypto/, one program for each file
CRYPTO_SUITES := $(basename $(notdir $(wildcard tests/unit/test_crypto*.c)))

# Of what an identity is made of
IDENTITY_SUITES := test_dice test_x509 test_identity

# Of the check of a manifest and what it stands on
MANIFEST_SUITES := test_cbor_read test_manifest test_manifest_fields test_slots \
	test_slots_counter

test-crypto: $(CRYPTO_SUITES:%=$(B)/tests/unit/%) ## unit tests of crypto/
	python3 tests/unit/run.py $^

test-image: $(B)/tests/unit/test_image ## unit tests of the check of a bundle
	$<

test-manifest: $(MANIFEST_SUITES:%=$(B)/tests/unit/%) ## unit tests of manifests and slots
	python3 tests/unit/run.py $^

test-mkbundle: $(B)/host/mkbundle-san bundle-test-inputs ## exit codes and output of mkbundle
	python3 tests/bundle/test_mkbundle.py --tool $(B)/host/mkbundle-san --inputs $(BUNDLE_T)

test-signing: $(B)/host/mkbundle-san $(B)/monitor.elf ## signed bundles, keys and refusals
	python3 tests/bundle/test_signing.py --tool $(B)/host/mkbundle-san \
		--monitor $(B)/monitor.elf

# On QEMU: the check of a bundle before and after relocation, whole and damaged
test-bundle-target: $(B)/host/mkbundle bundle-test-inputs ## the check of a bundle, on QEMU
	python3 tests/bundle/test_target.py --tool $(B)/host/mkbundle --inputs $(BUNDLE_T) \
		--qemu $(BUNDLE_QEMU)

fuzz-image: $(B)/fuzz/fuzz_image ## fuzz the check of a bundle
	@mkdir -p $(B)/fuzz/corpus-image
	$< -runs=$(BUNDLE_FUZZ_RUNS) -max_len=16384 -print_final_stats=0 $(B)/fuzz/corpus-image

fuzz-manifest: $(B)/fuzz/fuzz_manifest ## fuzz the reader of CBOR and of manifests
	@mkdir -p $(B)/fuzz/corpus-manifest
	$< -runs=$(BUNDLE_FUZZ_RUNS) -max_len=4096 -print_final_stats=0 $(B)/fuzz/corpus-manifest

# Unit tests, with the host's sanitizers
BUNDLE_UNIT_FLAGS = $(BUNDLE_SAN_FLAGS) $(BUNDLE_WARN) -I.

$(CRYPTO_SUITES:%=$(B)/tests/unit/%): $(B)/tests/unit/%: tests/unit/%.c \
		tests/unit/crypto_hex.h crypto/crypto.h crypto/arena.h crypto/selftest.h \
		$(CRYPTO_SAN_OBJS)
	@mkdir -p $(@D)
	$(Q)$(HOSTCC) $(BUNDLE_UNIT_FLAGS) $(filter %.c %.o,$^) -lcmocka -o $@

$(B)/tests/unit/test_image: tests/unit/test_image.c attest/image.h attest/image_format.h \
		$(MKBUNDLE_PARTS:%.c=$(B)/host/san/%.o) \
		$(ATTEST_SAN_OBJS) $(CRYPTO_SAN_OBJS)
	@mkdir -p $(@D)
	$(Q)$(HOSTCC) $(BUNDLE_UNIT_FLAGS) $(filter %.c %.o,$^) -lcmocka -o $@

$(IDENTITY_SUITES:%=$(B)/tests/unit/%): $(B)/tests/unit/%: tests/unit/%.c \
		tests/unit/crypto_hex.h $(wildcard attest/*.h) \
		$(ATTEST_ID_SAN_OBJS) $(CRYPTO_SAN_OBJS)
	@mkdir -p $(@D)
	$(Q)$(HOSTCC) $(BUNDLE_UNIT_FLAGS) $(filter %.c %.o,$^) -lcmocka -o $@

$(MANIFEST_SUITES:%=$(B)/tests/unit/%): $(B)/tests/unit/%: tests/unit/%.c \
		$(ATTEST_SAN_OBJS) $(CRYPTO_SAN_OBJS)
	@mkdir -p $(@D)
	$(Q)$(HOSTCC) $(BUNDLE_UNIT_FLAGS) $(CRYPTO_CPPFLAGS) -MMD -MP $(filter %.c %.o,$^) \
		-lcmocka -o $@

# Their flash is a fake one, and so is the counter
$(B)/tests/unit/test_slots $(B)/tests/unit/test_slots_counter: $(B)/host/san/attest/slots.o

-include $(MANIFEST_SUITES:%=$(B)/tests/unit/%.d)

$(B)/fuzz/fuzz_image: tests/fuzz/fuzz_image.c $(ATTEST_SRCS) $(CRYPTO_HASH_SRCS) attest/image.h \
		attest/image_format.h crypto/crypto.h $(MBEDTLS)/.stamp
	@mkdir -p $(@D)
	$(BUNDLE_FUZZ_CC) -O1 -g -fsanitize=fuzzer,address,undefined -fno-sanitize-recover=all \
		$(CRYPTO_CPPFLAGS) $(filter %.c,$^) \
		$(MBEDTLS)/library/sha512.c -o $@

# Signatures are no fuzzer's business: they are left out, and so is what verifies them
$(B)/fuzz/fuzz_manifest: tests/fuzz/fuzz_manifest.c tests/fuzz/no_signatures.c \
		$(ATTEST_HOST_SRCS) $(CRYPTO_HASH_SRCS) $(MBEDTLS)/.stamp $(KEYS_HEADER)
	@mkdir -p $(@D)
	$(BUNDLE_FUZZ_CC) -O1 -g -fsanitize=fuzzer,address,undefined -fno-sanitize-recover=all \
		$(CRYPTO_CPPFLAGS) -I$(B)/gen $(filter %.c,$^) \
		$(MBEDTLS)/library/sha512.c -o $@

# Inputs made by the cross compiler: good monitors, bad monitors, a firmware as ELF and raw
BUNDLE_LINK := -nostdlib -static -Wl,--build-id=none,--no-warn-rwx-segments
BUNDLE_STUB_DEPS := tests/bundle/stub.S tests/bundle/stub.c tests/bundle/stub.h \
	tests/bundle/stub.ld attest/image.h attest/image_format.h
BUNDLE_BAD := HI20 DISTANCE WORD ALIGNMENT AMBIGUOUS RESERVED
BUNDLE_INPUTS := $(addprefix $(BUNDLE_T)/,stub.elf far.elf norelocs.elf firmware.elf firmware.bin \
	$(BUNDLE_BAD:%=bad-%.elf))
BUNDLE_STUB_CC = $(TARGET_CC) $(BUNDLE_TARGET_FLAGS) $(BUNDLE_WARN) $(BUNDLE_LIBC) -I. \
	-fno-builtin -fno-tree-loop-distribute-patterns $(BUNDLE_LINK)
BUNDLE_STUB_SRCS := tests/bundle/stub.S tests/bundle/stub.c

.PHONY: bundle-test-inputs
bundle-test-inputs: $(BUNDLE_INPUTS)

$(BUNDLE_T)/stub.elf: $(BUNDLE_STUB_DEPS) $(ATTEST_OBJS) $(CRYPTO_HASH_OBJS)
	@mkdir -p $(@D)
	$(BUNDLE_STUB_CC) -Wl,--emit-relocs -Wl,--defsym=__link_base=0x80000000 \
		-T tests/bundle/stub.ld $(BUNDLE_STUB_SRCS) $(filter %.o,$^) -o $@

# Linked where it will not run, so that relocation has something to do
$(BUNDLE_T)/far.elf: $(BUNDLE_STUB_DEPS) $(ATTEST_OBJS) $(CRYPTO_HASH_OBJS)
	@mkdir -p $(@D)
	$(BUNDLE_STUB_CC) -Wl,--emit-relocs -Wl,--defsym=__link_base=0x4000000000 \
		-T tests/bundle/stub.ld $(BUNDLE_STUB_SRCS) $(filter %.o,$^) -o $@

$(BUNDLE_T)/norelocs.elf: $(BUNDLE_STUB_DEPS) $(ATTEST_OBJS) $(CRYPTO_HASH_OBJS)
	@mkdir -p $(@D)
	$(BUNDLE_STUB_CC) -Wl,--defsym=__link_base=0x80000000 \
		-T tests/bundle/stub.ld $(BUNDLE_STUB_SRCS) $(filter %.o,$^) -o $@

# Linked low: a 20-bit absolute address must be possible before it can be refused
$(BUNDLE_T)/bad-%.elf: $(BUNDLE_STUB_DEPS) $(ATTEST_OBJS) $(CRYPTO_HASH_OBJS)
	@mkdir -p $(@D)
	$(BUNDLE_STUB_CC) -DBAD_$* -Wl,--emit-relocs -Wl,--defsym=__link_base=0x10000 \
		-T tests/bundle/stub.ld $(BUNDLE_STUB_SRCS) $(filter %.o,$^) -o $@

$(BUNDLE_T)/firmware.elf: tests/bundle/firmware.S tests/bundle/firmware.ld
	@mkdir -p $(@D)
	$(Q)$(TARGET_CC) $(BUNDLE_TARGET_FLAGS) -nostdlib -static -Wl,--build-id=none \
		-T tests/bundle/firmware.ld tests/bundle/firmware.S -o $@

$(BUNDLE_T)/firmware.bin: $(BUNDLE_T)/firmware.elf
	$(CROSS)objcopy -O binary $< $@
