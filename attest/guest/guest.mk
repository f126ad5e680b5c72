# SPDX-License-Identifier: Apache-2.0
# What runs in the guest: the kernel module cordon.ko and the program cordon-agent.
# Included after tests/images/images.mk, and what it needs is fetched only when it is made.
#
# Offers: guest-module                the module for the kernel in $(B)/images/linux-6.12
#         guest-agent                 $(B)/guest/cordon-agent, a static program

GUEST_DIR := attest/guest
GUEST_CROSS := $(abspath $(B))/tools/gcc-14-linux/bin/riscv64-linux-gnu-
GUEST_HEADERS := $(B)/tools/headers-6.12
GUEST_MODULE := $(wildcard $(GUEST_DIR)/module/*) $(GUEST_DIR)/cordon_ioctl.h

# kbuild writes beside the sources, so it gets copies.  KCFLAGS: paths of this machine stay out.
GUEST_KBUILD = PATH="$(dir $(GUEST_CROSS)):$$PATH" $(MAKE) --no-print-directory \
	-C $(GUEST_HEADERS)/build M=$(abspath $(B)/guest/module) W=1 \
	KCFLAGS="-Werror -ffile-prefix-map=$(abspath $(B))/="

$(B)/guest/module/.copied: $(GUEST_MODULE)
	@rm -rf $(@D) && mkdir -p $(@D)
	@cp $(GUEST_DIR)/cordon_ioctl.h $(B)/guest/
	@cp $(GUEST_DIR)/module/* $(@D)/
	@touch $@

$(B)/guest/module/cordon.ko: $(B)/guest/module/.copied $(B)/tools/gcc-14-linux/.stamp \
		$(GUEST_HEADERS)/.stamp | packages-guest
	$(Q)$(GUEST_KBUILD) >$(B)/guest/module.log 2>&1 || { cat $(B)/guest/module.log >&2; false; }

# The part for configfs-tsm, which Debian's kernel has not: compiled, so that it stays right.
$(B)/guest/module/cordon_tsm.o: $(B)/guest/module/cordon.ko
	$(Q)$(GUEST_KBUILD) CFLAGS_cordon_tsm.o=-DCONFIG_TSM_REPORTS=1 cordon_tsm.o \
		>$(B)/guest/tsm.log 2>&1 || { cat $(B)/guest/tsm.log >&2; false; }

.PHONY: guest-module
guest-module: $(B)/guest/module/cordon.ko $(B)/guest/module/cordon_tsm.o ## the guest's module

# ---- cordon-agent: one static program, with mbedTLS for HTTPS ----
AGENT_TLS := $(B)/third-party/mbedtls
AGENT_SRCS := $(addprefix $(GUEST_DIR)/agent/,main.c text.c device.c http.c answer.c)
AGENT_FLAGS := -std=gnu11 -O2 -static -ffunction-sections -fdata-sections -D_FORTIFY_SOURCE=2 \
	-fstack-protector-strong -ffile-prefix-map=$(abspath $(B))/= -I. \
	-isystem $(abspath $(AGENT_TLS))/include \
	-DMBEDTLS_CONFIG_FILE='"$(abspath $(GUEST_DIR))/agent/tls_config.h"'
AGENT_WARN := -Wall -Wextra -Wconversion -Wshadow -Wvla -Wundef -Wmissing-prototypes \
	-Wstrict-prototypes -Werror

# The library is one archive, whose unused parts the linker leaves out.
$(B)/guest/libtls.a: $(AGENT_TLS)/.stamp $(GUEST_DIR)/agent/tls_config.h \
		$(B)/tools/gcc-14-linux/.stamp
	@rm -rf $(B)/guest/tls $@ && mkdir -p $(B)/guest/tls
	$(Q)cd $(B)/guest/tls && $(GUEST_CROSS)gcc $(AGENT_FLAGS) -c \
		$(abspath $(AGENT_TLS))/library/*.c
	$(Q)$(GUEST_CROSS)ar rcs $@ $(B)/guest/tls/*.o

$(B)/guest/cordon-agent: $(AGENT_SRCS) $(GUEST_DIR)/agent/agent.h $(GUEST_DIR)/cordon_ioctl.h \
		$(B)/guest/libtls.a
	$(Q)$(GUEST_CROSS)gcc $(AGENT_FLAGS) $(AGENT_WARN) -Wl,--gc-sections -s -o $@ \
		$(AGENT_SRCS) $(B)/guest/libtls.a

.PHONY: guest-agent
guest-agent: $(B)/guest/cordon-agent ## the program for the guest

# ---- an initramfs that has both, and the way to a network ----
$(B)/guest/initramfs.cpio.gz: $(B)/guest/module/cordon.ko $(B)/guest/cordon-agent \
		$(B)/images/initramfs.cpio.gz $(B)/images/net-6.12/.stamp $(GUEST_DIR)/guest-up
	@rm -rf $(B)/guest/tree && mkdir -p $(B)/guest/tree/bin $(B)/guest/tree/modules
	$(Q)$(GUEST_CROSS)strip --strip-debug -o $(B)/guest/tree/modules/cordon.ko $<
	@cp $(B)/images/net-6.12/*.ko $(B)/guest/tree/modules/
	@cp $(B)/guest/cordon-agent $(GUEST_DIR)/guest-up $(B)/guest/tree/bin/
	@chmod 755 $(B)/guest/tree/bin/*
	@find $(B)/guest/tree -exec touch -h -d @0 {} +
	$(Q)(cat $(B)/images/initramfs.cpio.gz; cd $(B)/guest/tree && find . | LC_ALL=C sort | \
		cpio --quiet --create --format newc --owner 0:0 --reproducible | gzip -9n) >$@
