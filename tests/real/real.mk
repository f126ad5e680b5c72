# SPDX-License-Identifier: Apache-2.0
# Tests with a real Linux that take long.

# How long the load lasts; POLICY= and SMP= count, too (four harts unless told otherwise).
MINUTES ?= 60
REAL_POLICY := $(or $(POLICY),none)
REAL_SET := $(subst $(eval) ,+,$(strip $(REAL_POLICY)))
REAL_NEEDS := $(B)/host/mkbundle $(B)/policies/$(REAL_SET)/monitor.elf \
	$(B)/images/opensbi-1.9/fw_dynamic.elf $(B)/images/linux-6.12/Image

.PHONY: test-debian test-killed
test-debian: packages-run $(REAL_NEEDS) $(B)/images/debian/.stamp ## a Debian under load: MINUTES=
	python3 tests/real/debian.py --build $(B) --policy "$(REAL_POLICY)" \
		--minutes $(MINUTES) --smp $(if $(filter file,$(origin SMP)),4,$(SMP))

test-killed: packages-run $(REAL_NEEDS) $(B)/images/initramfs.cpio.gz ## Linux outlives its firmware
	python3 tests/real/killed.py --build $(B) --policy "$(REAL_POLICY)" --cross $(CROSS)
