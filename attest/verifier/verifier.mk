# SPDX-License-Identifier: Apache-2.0
# The relying party's program. It uses OpenSSL, not the library of the monitor, and shares no code
# with the monitor but the layout of bundles.
# Included after crypto/crypto.mk and serve.mk.
#
# Offers: cordon                     the program, $(B)/host/cordon
#         $(B)/host/cordon-san       the same with the host's sanitizers, for tests
#         VERIFIER_LIB_SRCS          the appraisal, without the command line

VERIFIER_LIB_SRCS := $(addprefix attest/verifier/,appraise.c compare.c report.c reference.c \
	chain.c dice_input.c claims.c cose.c keys.c log.c item.c put.c text.c file.c)
VERIFIER_SRCS := $(VERIFIER_LIB_SRCS) $(addprefix attest/verifier/,main.c options.c challenge.c \
	cmd_verify.c decode.c bundle_file.c replay.c keygen.c certify.c diff.c provision.c \
	provision_tpm.c sign.c refval.c)
VERIFIER_SRCS += $(SERVE_SRCS)

VERIFIER_OBJS := $(VERIFIER_SRCS:%.c=$(B)/host/obj/%.o)
VERIFIER_SAN_OBJS := $(VERIFIER_SRCS:%.c=$(B)/host/san/%.o)

# The objects of attest/ have a rule already: here its flags are the same, and so is the header
# that must be there first.
$(VERIFIER_OBJS) $(VERIFIER_SAN_OBJS): | packages-verifier

cordon: $(B)/host/cordon ## the relying party's program, build/host/cordon

$(B)/host/cordon: $(VERIFIER_OBJS)
	$(Q)$(HOSTCC) $(BUNDLE_HOST_FLAGS) $^ -lcrypto $(SERVE_LIBS) -o $@

$(B)/host/cordon-san: $(VERIFIER_SAN_OBJS)
	$(Q)$(HOSTCC) $(BUNDLE_SAN_FLAGS) $^ -lcrypto $(SERVE_LIBS) -o $@

.PHONY: cordon

-include $(wildcard $(VERIFIER_OBJS:.o=.d) $(VERIFIER_SAN_OBJS:.o=.d))
