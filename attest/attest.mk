# SPDX-License-Identifier: Apache-2.0
# What attest/ is made of: the check of a bundle (target and host) and the tool that makes one.
# Included after crypto/crypto.mk.
#
# Offers: ATTEST_SRCS, ATTEST_OBJS   the check of a bundle: sources, objects of the target
#         ATTEST_LOG_SRCS            measurement and its log, for the monitor
#         ATTEST_EVIDENCE_SRCS       claims and the token around them, beside ATTEST_MANIFEST_SRCS
#         ATTEST_ID_SRCS             identity: derivations and certificates
#         ATTEST_OWN_SRCS            the same of the monitor, beside ATTEST_LOG_SRCS
#         ATTEST_MANIFEST_SRCS       the check of a manifest, with ATTEST_CBOR_SRCS
#         ATTEST_CBOR_SRCS           writing CBOR
#         ATTEST_SLOTS_SRCS          slots, their log and the flash that both are in
#         $(KEYS_HEADER)             the authorised keys, from KEYS=
#         $(B)/host/mkbundle         the tool
#         $(B)/host/mkbundle-san     the same with the host's sanitizers, for tests
# Takes:  GUEST_REGS, MONITOR_GCC    flags of the monitor: the guest's registers, what checks read

# KEYS= names files with public keys whose owners may sign what is booted; without it, whoever has
# the TEST key may, and that is everybody.
KEYS ?=
KEYS_TEST := attest/keys/TEST-public-key.pem
KEYS_HEADER := $(B)/gen/manifest_keys.h

ATTEST_CBOR_SRCS := attest/sink.c attest/cbor.c
ATTEST_LOG_SRCS := $(ATTEST_CBOR_SRCS) $(addprefix attest/,measure.c tree_digest.c)
ATTEST_MANIFEST_SRCS := $(addprefix attest/,cbor_read.c cose.c keys.c manifest.c manifest_fields.c \
	manifest_text.c)
# What an identity is made of, for stage 0, monitor, tools and tests alike.
ATTEST_ID_SRCS := $(ATTEST_CBOR_SRCS) $(addprefix attest/,der.c x509.c dice.c)
ATTEST_OWN_SRCS := $(addprefix attest/,der.c x509.c dice.c identity.c)
ATTEST_EVIDENCE_SRCS := attest/evidence.c attest/facts.c
# Its counter is one of a TPM.
ATTEST_SLOTS_SRCS := $(addprefix attest/,slots.c flash.c counter.c tpm_store.c tpm.c tpm_tis.c)
ATTEST_SRCS := attest/image.c attest/image_text.c
MKBUNDLE_PARTS := $(addprefix attest/mkbundle/,bundle.c elf_file.c file.c firmware.c monitor.c \
	pem.c sign.c traits.c verify.c)
MKBUNDLE_SRCS := attest/mkbundle/main.c $(MKBUNDLE_PARTS)
ATTEST_HOST_SRCS := $(ATTEST_SRCS) $(ATTEST_MANIFEST_SRCS) $(ATTEST_CBOR_SRCS) \
	attest/manifest_write.c

ATTEST_OBJS := $(ATTEST_SRCS:%.c=$(B)/target/%.o)
ATTEST_HOST_OBJS := $(ATTEST_HOST_SRCS:%.c=$(B)/host/obj/%.o)
ATTEST_SAN_OBJS := $(ATTEST_HOST_SRCS:%.c=$(B)/host/san/%.o)
ATTEST_ID_SAN_OBJS := $(ATTEST_ID_SRCS:%.c=$(B)/host/san/%.o) $(B)/host/san/attest/identity.o
MKBUNDLE_OBJS := $(MKBUNDLE_SRCS:%.c=$(B)/host/obj/%.o)
MKBUNDLE_SAN_OBJS := $(MKBUNDLE_SRCS:%.c=$(B)/host/san/%.o)

$(B)/gen/keys_choice: FORCE
	$(call write_choice,'$(KEYS)')

$(KEYS_HEADER): attest/keys/mkkeys.sh $(KEYS_TEST) $(KEYS) $(B)/gen/keys_choice
	@mkdir -p $(@D)
	$(Q)sh attest/keys/mkkeys.sh $(KEYS_TEST) $@ $(KEYS)

$(B)/target/attest/keys.o $(B)/host/obj/attest/keys.o $(B)/host/san/attest/keys.o: $(KEYS_HEADER)

# The private half of the TEST key goes into the tool, so that it can sign wherever it is run.
$(B)/gen/test_key.h: attest/keys/TEST-signing-key.pem
	@mkdir -p $(@D)
	$(Q){ echo '/* made from $< */'; echo 'static const char test_key[] ='; \
		sed 's/.*/"&\\n"/' $<; echo ';'; } > $@

$(B)/host/obj/attest/mkbundle/pem.o $(B)/host/san/attest/mkbundle/pem.o: $(B)/gen/test_key.h

$(B)/target/attest/%.o: attest/%.c attest/attest.mk crypto/crypto.mk Makefile
	@mkdir -p $(@D)
	$(Q)$(TARGET_CC) $(BUNDLE_TARGET_FLAGS) $(GUEST_REGS) $(MONITOR_GCC) $(BUNDLE_WARN) \
		$(BUNDLE_LIBC) -I. -I$(B)/gen -MMD -MP -c $< -o $@

$(B)/host/obj/attest/%.o: attest/%.c
	@mkdir -p $(@D)
	$(Q)$(HOSTCC) $(BUNDLE_HOST_FLAGS) $(BUNDLE_WARN) -I. -I$(B)/gen -MMD -MP -c $< -o $@

$(B)/host/san/attest/%.o: attest/%.c
	@mkdir -p $(@D)
	$(Q)$(HOSTCC) $(BUNDLE_SAN_FLAGS) $(BUNDLE_WARN) -I. -I$(B)/gen -MMD -MP -c $< -o $@

$(B)/host/mkbundle: $(MKBUNDLE_OBJS) $(ATTEST_HOST_OBJS) $(CRYPTO_HOST_OBJS)
	$(Q)$(HOSTCC) $(BUNDLE_HOST_FLAGS) $^ -o $@

$(B)/host/mkbundle-san: $(MKBUNDLE_SAN_OBJS) $(ATTEST_SAN_OBJS) $(CRYPTO_SAN_OBJS)
	$(Q)$(HOSTCC) $(BUNDLE_SAN_FLAGS) $^ -o $@

-include $(wildcard $(ATTEST_OBJS:.o=.d) $(ATTEST_HOST_OBJS:.o=.d) $(ATTEST_SAN_OBJS:.o=.d))
-include $(wildcard $(MKBUNDLE_OBJS:.o=.d) $(MKBUNDLE_SAN_OBJS:.o=.d))
