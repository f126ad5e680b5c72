# SPDX-License-Identifier: Apache-2.0
# Cordon. `make help` lists what can be made; README.md says what it is.

B ?= build
CROSS ?= riscv64-unknown-elf-
HOSTCC ?= cc
CACHE ?= $(B)/cache
V ?= 0

# ---- what to build and what to run (override on the command line) ----
BOARD ?= qemu-virt
POLICY ?= sandbox offload failsafe
POLICY_DIR ?=
FIRMWARE ?= $(B)/images/opensbi-1.9/fw_dynamic.elf
FIRMWARE_ADDR ?=
PAYLOAD ?= $(B)/images/linux-6.12/Image
INITRD ?= $(if $(filter $(B)/images/linux-6.12/Image,$(PAYLOAD)),$(B)/images/initramfs.cpio.gz)
OUT ?= $(B)/cordon.bin
QEMU ?= qemu-system-riscv64
MACHINE ?= virt
CPU ?= rv64
SMP ?= 2
MEM ?= 512M
APPEND ?=
SIGN_KEY ?=
SVN ?= 0
VERSION ?= unreleased
BIND_PAYLOAD ?= 0
PAYLOAD_ADDR ?= 0x80200000
TRACE ?= 0

.DEFAULT_GOAL := all
.DELETE_ON_ERROR:
.SUFFIXES:
SHELL := /bin/bash

include tests/images/images.mk
include crypto/crypto.mk
include attest/attest.mk
include attest/guest/guest.mk
include attest/verifier/serve.mk
include attest/verifier/verifier.mk

# ---- the board and the policies are names of files ----
BOARD_FILE := src/platform/$(subst -,_,$(BOARD)).c
BOARD_FILES := $(shell grep -l 'const struct board board' src/platform/*.c)
BOARDS := $(subst _,-,$(patsubst src/platform/%.c,%,$(BOARD_FILES)))
ifeq ($(filter $(BOARD),$(BOARDS)),)
$(error no such board '$(BOARD)'; have: $(BOARDS))
endif

POLICY_HOMES := policies $(POLICY_DIR)
POLICY_HOME = $(firstword $(wildcard $(POLICY_HOMES:%=%/$(1)/$(1).c)))
POLICIES := $(sort $(notdir $(patsubst %/,%,$(dir $(wildcard policies/*/*.c)))))
$(foreach p,$(POLICY),$(if $(call POLICY_HOME,$(p)),,\
	$(error no such policy '$(p)'; have: $(or $(POLICIES),none))))

# ---- the monitor ----
LIBFDT := $(B)/third-party/libfdt
LIBFDT_FILES := fdt.c fdt_ro.c fdt_rw.c fdt_wip.c fdt_addresses.c fdt_check.c

MONITOR_SRCS := $(wildcard src/lib/*.c src/hw/*.c monitor/*.c) \
	$(addprefix src/platform/,range_list.c dt.c fdt_read.c fdt_devices.c fdt_judge.c) \
	src/platform/fdt_scan.c src/platform/fdt_patch.c $(BOARD_FILE) \
	src/boot/main.c src/boot/place.c src/boot/load.c src/boot/payload.c src/boot/panic.c \
	src/boot/scrub.c src/boot/tree.c src/boot/verify.c src/boot/traits.c src/boot/facts.c \
	$(foreach p,$(POLICY),$(wildcard $(dir $(call POLICY_HOME,$(p)))*.c)) \
	$(ATTEST_SRCS) $(ATTEST_LOG_SRCS) $(ATTEST_MANIFEST_SRCS) $(ATTEST_OWN_SRCS) \
	$(ATTEST_EVIDENCE_SRCS) $(ATTEST_SLOTS_SRCS)
MONITOR_ASM := src/boot/start.S src/boot/trap.S $(wildcard src/hw/*.S)

MONITOR_WARN := -Wall -Wextra -Wconversion -Wsign-conversion -Wshadow -Wvla -Wundef \
	-Wmissing-prototypes -Wstrict-prototypes -Wcast-align -Wpointer-arith -Werror
# x18..x27 keep the guest's values all the time: src/hw/gpr.h.
GUEST_REGS := $(foreach n,18 19 20 21 22 23 24 25 26 27,-ffixed-x$(n))
# SWITCHES=1: an image for the attack tests, whose protections can be switched off one by one.
SWITCHES ?= 0
MONITOR_CHOICE := $(if $(filter 1,$(SWITCHES)),tests/attacks/switch,monitor/default)
MONITOR_SRCS += $(if $(filter 1,$(SWITCHES)),tests/attacks/switch/mechanism_off.c)
# SELFTEST=1: an image that tries its cryptography at boot and stops if it is wrong.
SELFTEST ?= 0
# VERIFY=measure: an image that runs firmware whoever has signed it, and says so.
VERIFY ?= enforce
ifeq ($(filter enforce measure,$(VERIFY)),)
$(error VERIFY='$(VERIFY)' is neither enforce nor measure)
endif
MONITOR_MARCH := rv64imac_zicsr_zifencei
MONITOR_INCLUDES := -Isrc -I. -I$(B)/gen -I$(MONITOR_CHOICE) -isystem $(LIBFDT) -isystem crypto/libc
MONITOR_CFLAGS := -std=c11 -O2 -g -march=$(MONITOR_MARCH) -mabi=lp64 -mcmodel=medany \
	-ffreestanding -fno-pic -fno-common -fno-stack-protector -fno-strict-aliasing \
	-fno-tree-loop-distribute-patterns -msmall-data-limit=0 $(GUEST_REGS) \
	-ffunction-sections -fdata-sections -ffile-prefix-map=$(CURDIR)=. \
	$(MONITOR_WARN) $(MONITOR_INCLUDES) -DLOG_TRACE=$(TRACE) \
	-DCRYPTO_SELFTEST=$(SELFTEST) -DIMAGE_SWITCHES=$(SWITCHES) -DIMAGE_BOARD=$(BOARD) \
	-DVERIFY_MEASURE=$(if $(filter measure,$(VERIFY)),1,0) $(EXTRA_CFLAGS)
MONITOR_GCC := -fcallgraph-info=su
MONITOR_LDFLAGS := -nostdlib -static -Wl,--emit-relocs,--gc-sections,--build-id=none \
	-Wl,--no-warn-rwx-segments,-Map=$(B)/monitor.map

MONITOR_OBJS := $(patsubst %.c,$(B)/target/%.o,$(MONITOR_SRCS)) \
	$(patsubst %.S,$(B)/target/%.o,$(MONITOR_ASM)) \
	$(LIBFDT_FILES:%.c=$(B)/target/libfdt/%.o) $(CRYPTO_OBJS)

TARGET_CC = $(CROSS)gcc
Q := $(if $(filter 1,$(V)),,@)

all: packages-build $(B)/monitor.bin $(B)/host/mkbundle ## build the monitor and the host tools

# Files that hold a choice: rewritten only when the choice changes, so that only what depends on
# it is rebuilt.
define write_choice
@mkdir -p $(@D); printf '%s\n' $(1) > $@.tmp; cmp -s $@.tmp $@ && rm $@.tmp || mv $@.tmp $@
endef
FORCE:
$(B)/gen/policy_list.h: FORCE
	$(call write_choice,'/* written by the Makefile */' $(foreach p,$(POLICY),'POLICY($(p))'))
# The first tier of the trap path: that of the first policy which has one.
POLICY_FOLDERS := $(foreach p,$(POLICY),$(dir $(call POLICY_HOME,$(p))))
FAST_TIER := $(firstword $(wildcard $(POLICY_FOLDERS:%=%fast_tier.h)) src/boot/fast_tier.h)
$(B)/gen/fast_tier.h: FORCE
	$(call write_choice,'/* written by the Makefile */' '#include "$(FAST_TIER)"')
$(B)/gen/choices: FORCE
	$(call write_choice,'$(MONITOR_CFLAGS) $(CROSS) $(BOARD)')

$(B)/gen/asm_offsets.h: src/boot/asm_offsets.c src/boot/layout.h monitor/hart.h src/hw/probe.h \
		src/platform/platform.h src/lib/device.h $(B)/gen/choices | packages-build
	@mkdir -p $(@D)
	$(Q)$(TARGET_CC) $(MONITOR_CFLAGS) -DGENERATE_OFFSETS -S $< -o $(B)/gen/asm_offsets.s
	$(Q){ echo '/* made from $< */'; \
		awk '$$1 == "@define" { print "#define", $$2, $$3 }' $(B)/gen/asm_offsets.s; } > $@

# Who asks the policies is found out by the compiler (-MMD): other policies, few files anew.
$(B)/target/%.o: %.c $(B)/gen/choices $(LIBFDT)/.stamp | $(B)/gen/policy_list.h
	@mkdir -p $(@D)
	$(Q)$(TARGET_CC) $(MONITOR_CFLAGS) $(MONITOR_GCC) -MMD -MP -c $< -o $@

$(B)/target/src/boot/traits.o: $(KEYS_HEADER)

$(B)/target/%.o: %.S $(B)/gen/asm_offsets.h $(B)/gen/fast_tier.h
	@mkdir -p $(@D)
	$(Q)$(TARGET_CC) $(MONITOR_CFLAGS) -MMD -MP -c $< -o $@

$(B)/target/libfdt/%.o: $(LIBFDT)/.stamp $(B)/gen/choices
	@mkdir -p $(@D)
	$(Q)$(TARGET_CC) $(filter-out $(MONITOR_WARN),$(MONITOR_CFLAGS)) $(MONITOR_GCC) \
		-include lib/string.h -c $(LIBFDT)/$*.c -o $@

$(B)/gen/link.ld: src/boot/link.ld.S src/boot/layout.h
	@mkdir -p $(@D)
	$(Q)$(TARGET_CC) -E -P -x assembler-with-cpp $(MONITOR_INCLUDES) $< -o $@

$(B)/monitor.elf: $(MONITOR_OBJS) $(B)/gen/link.ld $(B)/target/src/boot/asm_offsets.o
	$(Q)$(TARGET_CC) $(MONITOR_CFLAGS) $(MONITOR_LDFLAGS) -T $(B)/gen/link.ld \
		$(MONITOR_OBJS) -o $@

$(B)/monitor.bin: $(B)/monitor.elf
	$(Q)$(CROSS)objcopy -O binary $< $@

-include $(wildcard $(patsubst %.o,%.d,$(MONITOR_OBJS)))

# ---- bundles ----
# A firmware of ours by name is fetched; anything else must be there.
$(if $(wildcard $(FIRMWARE))$(filter $(B)/images/%,$(FIRMWARE)),,\
	$(if $(filter image run debug trace stats,$(MAKECMDGOALS)),\
	$(error FIRMWARE='$(FIRMWARE)' is not there: name an ELF or raw binary)))

FETCHED = $(filter $(B)/images/%,$(1))

# BIND_PAYLOAD=1: the monitor lets PAYLOAD begin and nothing else, by the policy sandbox.
BOUND := $(if $(filter 1,$(BIND_PAYLOAD)),$(PAYLOAD))
$(if $(BOUND),$(if $(filter sandbox,$(POLICY)),,\
	$(if $(filter image run debug trace stats,$(MAKECMDGOALS)),\
	$(error BIND_PAYLOAD=1 needs the policy sandbox: add it to POLICY))))

image: all $(call FETCHED,$(FIRMWARE) $(BOUND)) ## one bundle: OUT= FIRMWARE= KEYS= BIND_PAYLOAD=
	@mkdir -p $(dir $(OUT))
	$(Q)$(B)/host/mkbundle -m $(B)/monitor.elf -f $(FIRMWARE) \
		$(if $(FIRMWARE_ADDR),-a $(FIRMWARE_ADDR)) -b "$(BOARD)" -p "$(strip $(POLICY))" \
		$(if $(SIGN_KEY),-k $(SIGN_KEY)) -s $(SVN) -v "$(VERSION)" \
		$(if $(BOUND),--payload $(BOUND) --payload-addr $(PAYLOAD_ADDR)) -o $(OUT)

$(OUT): image ;

include src/stage0/stage0.mk

# ---- running ----
RUN_APPEND = console=ttyS0 earlycon=sbi $(RUN_WORDS) $(APPEND)
RUN_WORDS = $$([ -t 0 ] || echo cordon.plain)
RUN_QEMU = $(QEMU) -M $(MACHINE) -cpu $(CPU) -smp $(SMP) -m $(MEM) -nographic -bios $(OUT) \
	$(if $(PAYLOAD),-kernel $(PAYLOAD)) $(if $(INITRD),-initrd $(INITRD)) \
	$(if $(PAYLOAD),-append "$(RUN_APPEND)")
HASH := \#
# What a script on stdin waits for (the prompt: what comes while a shell opens its terminal may be
# lost), and what it sends at its end.
RUN_READY ?= $(if $(filter $(B)/images/initramfs.cpio.gz,$(INITRD)),cordon:~$(HASH))
RUN_CONSOLE = python3 tests/images/console.py --ready '$(RUN_READY)' --end '$(RUN_END)' \
	--timeout $(RUN_TIMEOUT)
RUN_END ?= $(if $(RUN_READY),exit\n)
RUN_TIMEOUT ?= 180

RUN_WHAT = $(notdir $(FIRMWARE)) $(if $(PAYLOAD),and $(notdir $(PAYLOAD)) )
RUN_INPUTS := image $(call FETCHED,$(PAYLOAD) $(INITRD))

run: packages-run $(RUN_INPUTS) ## boot firmware and Linux on the monitor in QEMU
	$(Q)$(B)/host/mkbundle --verify $(OUT) >/dev/null
	@echo "run: $(RUN_WHAT)on $(QEMU) -cpu $(CPU) -smp $(SMP); leave with Ctrl-A X"
	$(Q)$(RUN_CONSOLE) $(RUN_QEMU)

trace: ## like run, with one console line for every exit (TRACE=1)
	$(Q)$(MAKE) --no-print-directory run TRACE=1 B=$(B)/trace CACHE=$(CACHE)

debug: packages-debug $(RUN_INPUTS) ## QEMU waits, gdb-multiarch attached with symbols
	$(Q)bash tests/images/debug.sh $(B)/monitor.elf "$(FIRMWARE)" "$(FIRMWARE_ADDR)" $(RUN_QEMU)

# ---- tests ----
# The quick tests, one after the other; their counts are added up at the end.
test: packages-test all guests ## all quick tests; ends with "N passed, N failed"
	$(Q)B=$(B) CACHE=$(CACHE) CROSS=$(CROSS) bash tests/all.sh quick

test-all: packages-test all guests ## the long matrix: every QEMU, CPU, firmware and compiler
	$(Q)B=$(B) CACHE=$(CACHE) CROSS=$(CROSS) bash tests/all.sh all

fuzz: fuzz-image fuzz-manifest fuzz-verifier ## libFuzzer on every parser, and on the monitor

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  %-18s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

clean: ## remove what was built (downloads stay in $(CACHE))
	rm -rf $(B)/target $(B)/gen $(B)/host $(B)/guests $(B)/unit $(B)/monitor.* $(B)/cordon.bin

.PHONY: all image fuzz run trace debug test test-all help clean FORCE

include tests/check/check.mk
include tests/qemu/qemu.mk
include tests/differential/differential.mk
include tests/real/real.mk
include tests/stats/stats.mk
include tests/bench/bench.mk
include tests/attacks/attacks.mk
include tests/proofs/proofs.mk
include tests/mutants/mutants.mk
include tests/exhaustive/exhaustive.mk
include tests/spec/spec.mk
include tests/bundle/bundle.mk
include tests/crypto/crypto_tests.mk
include tests/attest/attest_tests.mk
include tests/attest/remote_tests.mk
include tests/attest/demo/demo.mk
include tests/attest/negatives.mk
include tests/strangers/strangers.mk
-include tests/unit/unit.mk
include tests/flips/flips.mk
-include tests/fuzz/fuzz.mk
