# SPDX-License-Identifier: Apache-2.0
# Checks of the source tree and of the image: what a reader may rely on without reading it all.
#
# Include after MONITOR_SRCS, MONITOR_OBJS and MONITOR_CFLAGS are known.  Looked at:
#   MONITOR_SRCS    the monitor's sources, relative to the top
#   MONITOR_OBJS    what is linked into $(B)/monitor.elf, with .ci files beside the objects
#                   (-fcallgraph-info=su); if empty, every object under $(B)
#   MONITOR_CFLAGS  flags of one compilation, include paths and warnings
#   CRYPTO_TARGET_SRCS, CRYPTO_OBJS, CRYPTO_CPPFLAGS, BUNDLE_LIBC   the same of crypto/
#   CHECK_HOST_CFLAGS   flags of a host compilation of monitor headers (the fake hart's -I first)
#   CHECK_MAP       the linker's map
#   CHECK_REPRO     the files under build/ that two builds must agree on

B ?= build
CROSS ?= riscv64-unknown-elf-
HOSTCC ?= cc
PYTHON ?= python3
CHECK_MAP ?= $(B)/monitor.map
# A bundle is all that reference values are computed from, stage 0 apart.
CHECK_REPRO ?= monitor.bin stage0.bin cordon.bin
CHECK_REPRO_FIRMWARE := $(B)/images/opensbi-1.9/fw_dynamic.elf
CHECK_IMAGE := $(if $(MONITOR_SRCS),$(B)/monitor.elf $(B)/stage0.elf)

CHECK_TARGETS := check check-source size stack
$(CHECK_TARGETS): export CHECK_BUILD = $(B)
$(CHECK_TARGETS): export CHECK_CROSS = $(CROSS)
$(CHECK_TARGETS): export CHECK_HOSTCC = $(HOSTCC)
$(CHECK_TARGETS): export CHECK_CFLAGS = $(MONITOR_CFLAGS) $(BUNDLE_LIBC) $(CRYPTO_CPPFLAGS)
$(CHECK_TARGETS): export CHECK_HOST_CFLAGS ?=
$(CHECK_TARGETS): export CHECK_SRCS = $(sort $(MONITOR_SRCS) $(CRYPTO_TARGET_SRCS) $(STAGE0_PARTS))
$(CHECK_TARGETS): export CHECK_OBJS = $(sort $(MONITOR_OBJS) $(CRYPTO_OBJS) $(STAGE0_OBJS))
$(CHECK_TARGETS): export CHECK_MAP := $(CHECK_MAP)

.PHONY: $(CHECK_TARGETS) check-selftest check-repro

check: $(CHECK_IMAGE) check-selftest	## layers, style, ids, links, registers, globals, stack
	@status=0; $(PYTHON) tests/check/run.py || status=1; \
	$(PYTHON) tests/check/stack.py || status=1; exit $$status

check-source:	## only the checks that need no build
	@$(PYTHON) tests/check/run.py layers asm shape ids docs words commits mutants

check-selftest:	## feed every checker something wrong and see that it is found
	@PYTHON='$(PYTHON)' CROSS='$(CROSS)' HOSTCC='$(HOSTCC)' tests/check/selftest.sh

size: $(CHECK_IMAGE)	## bytes and lines per folder, crypto apart, worst-case stack
	@$(PYTHON) tests/check/size.py

stack: $(CHECK_IMAGE)	## worst-case stack depth against the hart's stack
	@$(PYTHON) tests/check/stack.py

check-repro: $(CHECK_REPRO_FIRMWARE)	## build twice in different directories and compare
	@tests/check/repro.sh '$(CHECK_REPRO)' FIRMWARE=$(abspath $<) \
		$(if $(CACHE),CACHE=$(abspath $(CACHE))) $(if $(CROSS),CROSS=$(CROSS))
