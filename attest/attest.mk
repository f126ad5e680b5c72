# SPDX-License-Identifier: Apache-2.0
# What attest/ is made of: the check of a bundle (target and host) and the tool that makes one.
# Included after crypto/crypto.mk.
#
# Offers: ATTEST_SRCS, ATTEST_OBJS   the check of a bundle: sources, objects of the target
#         ATTEST_LOG_SRCS            measurement and its log, for the monitor
#         ATTEST_EVIDENCE_SRCS       claims and the token around them; also takes what reads CBOR
#         ATTEST_ID_SRCS             identity: derivations and certificates
#         $(B)/host/mkbundle         the tool
#         $(B)/host/mkbundle-san     the same with the host's sanitizers, for tests
# Takes:  GUEST_REGS, MONITOR_GCC    flags of the monitor: the guest's registers, what checks read

ATTEST_LOG_SRCS := $(addprefix attest/,sink.c cbor.c measure.c tree_digest.c)
# What an identity is made of, for stage 0, monitor, tools and tests alike.
ATTEST_ID_SRCS := $(addprefix attest/,sink.c cbor.c der.c x509.c dice.c)
ATTEST_EVIDENCE_SRCS := $(addprefix attest/,evidence.c facts.c cose.c cbor_read.c)
ATTEST_SRCS := attest/image.c attest/image_text.c
MKBUNDLE_SRCS := $(addprefix attest/mkbundle/,main.c bundle.c elf_file.c file.c firmware.c \
	monitor.c verify.c)

ATTEST_OBJS := $(ATTEST_SRCS:%.c=$(B)/target/%.o)
ATTEST_HOST_OBJS := $(ATTEST_SRCS:%.c=$(B)/host/obj/%.o)
ATTEST_SAN_OBJS := $(ATTEST_SRCS:%.c=$(B)/host/san/%.o)
ATTEST_ID_SAN_OBJS := $(ATTEST_ID_SRCS:%.c=$(B)/host/san/%.o)
MKBUNDLE_OBJS := $(MKBUNDLE_SRCS:%.c=$(B)/host/obj/%.o)
MKBUNDLE_SAN_OBJS := $(MKBUNDLE_SRCS:%.c=$(B)/host/san/%.o)

$(B)/target/attest/%.o: attest/%.c attest/attest.mk crypto/crypto.mk Makefile
	@mkdir -p $(@D)
	$(Q)$(TARGET_CC) $(BUNDLE_TARGET_FLAGS) $(GUEST_REGS) $(MONITOR_GCC) $(BUNDLE_WARN) \
		$(BUNDLE_LIBC) -I. -MMD -MP -c $< -o $@

$(B)/host/obj/attest/%.o: attest/%.c
	@mkdir -p $(@D)
	$(Q)$(HOSTCC) $(BUNDLE_HOST_FLAGS) $(BUNDLE_WARN) -I. -MMD -MP -c $< -o $@

$(B)/host/san/attest/%.o: attest/%.c
	@mkdir -p $(@D)
	$(Q)$(HOSTCC) $(BUNDLE_SAN_FLAGS) $(BUNDLE_WARN) -I. -MMD -MP -c $< -o $@

$(B)/host/mkbundle: $(MKBUNDLE_OBJS) $(ATTEST_HOST_OBJS) $(CRYPTO_HOST_OBJS)
	$(Q)$(HOSTCC) $(BUNDLE_HOST_FLAGS) $^ -o $@

$(B)/host/mkbundle-san: $(MKBUNDLE_SAN_OBJS) $(ATTEST_SAN_OBJS) $(CRYPTO_SAN_OBJS)
	$(Q)$(HOSTCC) $(BUNDLE_SAN_FLAGS) $^ -o $@

-include $(wildcard $(ATTEST_OBJS:.o=.d) $(ATTEST_HOST_OBJS:.o=.d) $(ATTEST_SAN_OBJS:.o=.d))
-include $(wildcard $(MKBUNDLE_OBJS:.o=.d) $(MKBUNDLE_SAN_OBJS:.o=.d))
