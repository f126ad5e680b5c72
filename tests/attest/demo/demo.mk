# SPDX-License-Identifier: Apache-2.0
# The demonstration of attestation, and its table of outcomes. Included after remote_tests.mk.
#
# Offers: attest-demo    keys, device, boots, verdicts, and a table of expected and actual outcomes

DEMO := $(B)/demo
# QEMU 7.2 loads no kernel beside a second flash.
DEMO_QEMU ?= $(B)/tools/qemu-10.0/qemu-system-riscv64
DEMO_SET := sandbox offload failsafe attest
DEMO_OPEN_SET := offload attest
DEMO_HOSTILE := $(DEMO)/hostile.elf
DEMO_CALM := $(DEMO)/calm.elf
DEMO_OLDER := $(B)/images/opensbi-1.1/fw_dynamic.elf

# Who signs bundles: the public half is compiled into stage 0 and monitors.
$(DEMO)/signer.pub: | $(B)/host/cordon
	@mkdir -p $(@D) && rm -f $(DEMO)/signer
	$(Q)$(B)/host/cordon keygen --out $(DEMO)/signer

demo_make = $(MAKE) --no-print-directory B=$(1) CACHE=$(CACHE) KEYS=$(DEMO)/signer.pub \
	POLICY="$(2)" $(3)
demo_parts = mkdir -p $(1) && { [ -e $(1)/third-party ] || ln -s ../third-party $(1)/third-party; }

.PHONY: demo-monitors
demo-monitors: $(DEMO)/signer.pub | $(LIBFDT)/.stamp $(MBEDTLS)/.stamp
	@$(call demo_parts,$(DEMO)) && $(call demo_parts,$(B)/demo-open)
	+$(Q)$(call demo_make,$(DEMO),$(DEMO_SET),$(DEMO)/monitor.elf $(DEMO)/stage0.bin \
		$(DEMO)/host/mkbundle)
	+$(Q)$(call demo_make,$(B)/demo-open,$(DEMO_OPEN_SET),$(B)/demo-open/monitor.elf)

$(DEMO_HOSTILE) $(DEMO_CALM): tests/attest/demo/hostile.c $(guests_lib) $(guests_dir)/lib/guest.ld
	@mkdir -p $(@D)
	$(Q)$(guests_link) -DATTACKS=$(if $(filter $(DEMO_HOSTILE),$@),1,0) -o $@ $< \
		$(guests_lib)

.PHONY: attest-demo
attest-demo: packages-test packages-run packages-serve $(DEMO_QEMU) $(B)/host/cordon \
		demo-monitors $(DEMO_HOSTILE) $(DEMO_CALM) $(ATTEST_FIRMWARE) $(ATTEST_EVIDENCE) \
		$(DEMO_OLDER) \
		$(B)/guest/initramfs.cpio.gz \
		$(B)/images/linux-6.12/Image ## boots, verdicts and a table of outcomes
	/usr/bin/python3 tests/attest/demo/demo.py --cordon $(B)/host/cordon \
		--mkbundle $(DEMO)/host/mkbundle --signer $(DEMO)/signer \
		--stage0 $(DEMO)/stage0.bin --monitor $(DEMO)/monitor.elf \
		--open-monitor $(B)/demo-open/monitor.elf --hostile $(DEMO_HOSTILE) \
		--calm $(DEMO_CALM) --firmware $(ATTEST_FIRMWARE) --older $(DEMO_OLDER) \
		--payload $(ATTEST_EVIDENCE) --kernel $(B)/images/linux-6.12/Image \
		--initrd $(B)/guest/initramfs.cpio.gz --qemu $(DEMO_QEMU) \
		--policies "$(DEMO_SET)" --open-policies "$(DEMO_OPEN_SET)"
