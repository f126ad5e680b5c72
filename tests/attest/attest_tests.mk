# SPDX-License-Identifier: Apache-2.0
# Tests of measurement on the machine, judged by software that is not ours.
#
# Offers: test-attest         registers and log of several boots, against cbor2 and tpm2_eventlog
#         test-linux-guest    module and program in Debian's Linux
#         test-serve          cordon serve, with SQLite and with PostgreSQL

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

.PHONY: test-linux-guest
test-linux-guest: packages-test $(B)/host/mkbundle $(ATTEST_FIRMWARE) guest-module \
		$(B)/guest/initramfs.cpio.gz $(B)/images/linux-6.12/Image \
		$(B)/policies/sandbox+offload+failsafe+attest/monitor.elf \
		$(B)/policies/sandbox+offload+failsafe/monitor.elf ## module and agent in Linux
	/usr/bin/python3 tests/attest/test_linux_guest.py --mkbundle $(B)/host/mkbundle \
		--monitor $(B)/policies/sandbox+offload+failsafe+attest/monitor.elf \
		--plain $(B)/policies/sandbox+offload+failsafe/monitor.elf \
		--firmware $(ATTEST_FIRMWARE) --kernel $(B)/images/linux-6.12/Image \
		--initrd $(B)/guest/initramfs.cpio.gz --qemu $(ATTEST_QEMU)

.PHONY: test-serve
test-serve: packages-fleet $(B)/host/serve-test $(B)/host/cordon-san ## cordon serve, both stores
	/usr/bin/python3 tests/attest/test_serve.py --serve $(B)/host/serve-test \
		--cordon $(B)/host/cordon-san
