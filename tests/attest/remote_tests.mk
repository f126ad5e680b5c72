# SPDX-License-Identifier: Apache-2.0
# Tests of what asks the monitor from Linux, and of the server far away.  Included after
# attest_tests.mk.
#
# Offers: test-linux-guest    module and program in Debian's Linux
#         test-serve          cordon serve, with SQLite and with PostgreSQL

REMOTE_MONITOR := $(B)/policies/sandbox+offload+failsafe+attest/monitor.elf
REMOTE_PLAIN := $(B)/policies/sandbox+offload+failsafe/monitor.elf
# QEMU 7.2 loads no kernel beside a second flash.
REMOTE_QEMU ?= $(B)/tools/qemu-10.0/qemu-system-riscv64

.PHONY: test-linux-guest test-serve
test-linux-guest: packages-test $(B)/host/mkbundle $(B)/host/cordon-san $(ATTEST_FIRMWARE) \
		guest-module $(B)/guest/initramfs.cpio.gz $(B)/images/linux-6.12/Image \
		$(REMOTE_MONITOR) $(REMOTE_PLAIN) $(B)/stage0.bin \
		$(REMOTE_QEMU) ## module and program in Debian's Linux
	/usr/bin/python3 tests/attest/test_linux_guest.py --mkbundle $(B)/host/mkbundle \
		--monitor $(REMOTE_MONITOR) --plain $(REMOTE_PLAIN) \
		--firmware $(ATTEST_FIRMWARE) --kernel $(B)/images/linux-6.12/Image \
		--initrd $(B)/guest/initramfs.cpio.gz --qemu $(ATTEST_QEMU) \
		--cordon $(B)/host/cordon-san --stage0 $(B)/stage0.bin --flash-qemu $(REMOTE_QEMU)

test-serve: packages-fleet $(B)/host/serve-test $(B)/host/cordon-san ## cordon serve, both stores
	/usr/bin/python3 tests/attest/test_serve.py --serve $(B)/host/serve-test \
		--cordon $(B)/host/cordon-san
