# SPDX-License-Identifier: Apache-2.0
# Tests with a real Linux that take long.

# How long the load lasts; POLICY= and SMP= count, too (four harts unless told otherwise).
MINUTES ?= 60
REAL_POLICY := $(or $(POLICY),none)
REAL_SET := $(subst $(eval) ,+,$(strip $(REAL_POLICY)))
REAL_NEEDS := $(B)/host/mkbundle $(B)/policies/$(REAL_SET)/monitor.elf \
	$(B)/images/opensbi-1.9/fw_dynamic.elf $(B)/images/linux-6.12/Image

# Debian's QEMU 7.2 keeps a translation for every address at which a page of code is mapped, and
# takes minutes to drop them when memory is cleared at the reboot; later ones keep one.
REAL_QEMU := $(B)/tools/qemu-10.0/qemu-system-riscv64

.PHONY: test-debian test-dying-cpu test-killed
test-debian: packages-run $(REAL_NEEDS) $(B)/images/debian/.stamp ## a Debian under load: MINUTES=
	python3 tests/real/debian.py --build $(B) --policy "$(REAL_POLICY)" --qemu $(REAL_QEMU) \
		--minutes $(MINUTES) --smp $(if $(filter file,$(origin SMP)),4,$(SMP))

test-debian test-dying-cpu: $(REAL_QEMU)

test-dying-cpu: packages-run $(B)/images/debian/.stamp $(B)/images/opensbi-1.9/.stamp \
		$(B)/images/linux-6.12/Image ## Linux alone warns about CPUs that it unplugs
	python3 tests/real/dying_cpu.py --build $(B) --qemu $(REAL_QEMU)

test-killed: packages-run $(REAL_NEEDS) $(B)/images/initramfs.cpio.gz ## Linux outlives its firmware
	python3 tests/real/killed.py --build $(B) --policy "$(REAL_POLICY)" --cross $(CROSS)
