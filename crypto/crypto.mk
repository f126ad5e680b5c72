# SPDX-License-Identifier: Apache-2.0
# What crypto/ is made of, for the target and for the host.
#
# Offers: CRYPTO_OBJS        objects of the freestanding build (ours and mbedTLS's)
#         CRYPTO_HASH_OBJS   of those, what SHA-384, comparison and erasure need
#         CRYPTO_HOST_OBJS   the same code for programs on the host
#         CRYPTO_SAN_OBJS    the same again with the host's sanitizers, for tests
# Takes:  GUEST_REGS, MONITOR_GCC   flags of the monitor: the guest's registers, what checks read
# Needs:  $(B)/third-party/mbedtls/.stamp, made once its include/ and library/ are there.

B ?= build
CROSS ?= riscv64-unknown-elf-
HOSTCC ?= cc
TARGET_CC ?= $(CROSS)gcc
TARGET_MARCH ?= rv64imac_zicsr_zifencei

MBEDTLS := $(B)/third-party/mbedtls

# Sources, and the files of mbedTLS that are built: first what hashes, then the rest.
CRYPTO_HASH_SRCS := crypto/crypto_mbedtls.c crypto/constant_time.c
CRYPTO_SRCS := $(CRYPTO_HASH_SRCS) $(addprefix crypto/,hmac.c secret.c arena.c drbg.c p384.c lms.c \
	selftest.c selftest_data.c)
CRYPTO_TARGET_SRCS := $(CRYPTO_SRCS) crypto/byteswap.c crypto/count_zeros.c
CRYPTO_UPSTREAM := sha512.c sha256.c md.c hmac_drbg.c bignum.c bignum_core.c ecp.c ecp_curves.c \
	ecdsa.c asn1parse.c asn1write.c lms.c lmots.c constant_time.c platform_util.c

# C11 without extensions, every warning an error; shared by crypto/ and attest/.
BUNDLE_WARN := -std=c11 -Wall -Wextra -Wconversion -Wsign-conversion -Wshadow -Wvla -Wundef \
	-Wmissing-prototypes -Wstrict-prototypes -Wcast-align -Wswitch-enum -Werror
BUNDLE_TARGET_FLAGS := -march=$(TARGET_MARCH) -mabi=lp64 -mcmodel=medany -ffreestanding \
	-fno-pic -fno-common -ffunction-sections -fdata-sections -O2 -g \
	-ffile-prefix-map=$(CURDIR)=.
BUNDLE_HOST_FLAGS := -O2 -g
BUNDLE_SAN_FLAGS := -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=all

CRYPTO_CPPFLAGS := -I. -isystem $(MBEDTLS)/include \
	-DMBEDTLS_CONFIG_FILE='"crypto/mbedtls_config.h"'
# Freestanding code has no C library: these headers are all it sees of one.
BUNDLE_LIBC := -isystem crypto/libc

CRYPTO_OBJS := $(CRYPTO_TARGET_SRCS:%.c=$(B)/target/%.o) \
	$(CRYPTO_UPSTREAM:%.c=$(B)/target/mbedtls/%.o)
CRYPTO_HASH_OBJS := $(CRYPTO_HASH_SRCS:%.c=$(B)/target/%.o) $(B)/target/crypto/byteswap.o \
	$(B)/target/mbedtls/sha512.o
CRYPTO_HOST_OBJS := $(CRYPTO_SRCS:%.c=$(B)/host/obj/%.o) \
	$(CRYPTO_UPSTREAM:%.c=$(B)/host/obj/mbedtls/%.o)
CRYPTO_SAN_OBJS := $(CRYPTO_SRCS:%.c=$(B)/host/san/%.o) \
	$(CRYPTO_UPSTREAM:%.c=$(B)/host/san/mbedtls/%.o)

$(B)/target/crypto/%.o: crypto/%.c $(MBEDTLS)/.stamp crypto/crypto.mk Makefile
	@mkdir -p $(@D)
	$(Q)$(TARGET_CC) $(BUNDLE_TARGET_FLAGS) $(GUEST_REGS) $(MONITOR_GCC) $(BUNDLE_WARN) \
		$(BUNDLE_LIBC) $(CRYPTO_CPPFLAGS) -MMD -MP -c $< -o $@

$(B)/host/obj/crypto/%.o: crypto/%.c $(MBEDTLS)/.stamp
	@mkdir -p $(@D)
	$(Q)$(HOSTCC) $(BUNDLE_HOST_FLAGS) $(BUNDLE_WARN) $(CRYPTO_CPPFLAGS) -MMD -MP -c $< -o $@

$(B)/host/san/crypto/%.o: crypto/%.c $(MBEDTLS)/.stamp
	@mkdir -p $(@D)
	$(Q)$(HOSTCC) $(BUNDLE_SAN_FLAGS) $(BUNDLE_WARN) $(CRYPTO_CPPFLAGS) -MMD -MP -c $< -o $@

# Upstream files are fetched by the stamp's rule, so make finds them only after it has run.
$(B)/target/mbedtls/%.o: $(MBEDTLS)/.stamp crypto/mbedtls_config.h crypto/crypto.mk Makefile
	@mkdir -p $(@D)
	$(Q)$(TARGET_CC) $(BUNDLE_TARGET_FLAGS) $(GUEST_REGS) $(MONITOR_GCC) $(BUNDLE_LIBC) \
		$(CRYPTO_CPPFLAGS) $(UPSTREAM_FLAGS) -c $(MBEDTLS)/library/$*.c -o $@

# A modular inversion cannot be cut into slices: 4 KiB of code make it short enough to be one.
$(B)/target/mbedtls/bignum_core.o: UPSTREAM_FLAGS := -funroll-loops --param max-unroll-times=2

$(B)/host/obj/mbedtls/%.o: $(MBEDTLS)/.stamp crypto/mbedtls_config.h
	@mkdir -p $(@D)
	$(Q)$(HOSTCC) $(BUNDLE_HOST_FLAGS) $(CRYPTO_CPPFLAGS) -c $(MBEDTLS)/library/$*.c -o $@

$(B)/host/san/mbedtls/%.o: $(MBEDTLS)/.stamp crypto/mbedtls_config.h
	@mkdir -p $(@D)
	$(Q)$(HOSTCC) $(BUNDLE_SAN_FLAGS) $(CRYPTO_CPPFLAGS) -c $(MBEDTLS)/library/$*.c -o $@

-include $(wildcard $(CRYPTO_OBJS:.o=.d) $(CRYPTO_HOST_OBJS:.o=.d) $(CRYPTO_SAN_OBJS:.o=.d))
