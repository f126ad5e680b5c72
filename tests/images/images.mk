# SPDX-License-Identifier: Apache-2.0
# The real parts as make targets.  Depend on the file you want; it is fetched when it is missing:
#   $(B)/third-party/libfdt/libfdt.h       $(B)/images/linux-6.12/Image
#   $(B)/third-party/mbedtls/.stamp        $(B)/images/initramfs.cpio.gz
#   $(B)/tools/qemu-10.0/qemu-system-riscv64  $(B)/images/opensbi-1.6/fw_dynamic.elf
# A part's .stamp is the record of its files.  CACHE= keeps the downloads somewhere else, MIRROR=
# names another Debian mirror; tests/images/parts.txt is the table of the parts.

B ?= build
CACHE ?= $(B)/cache
IMAGES_DIR := tests/images
IMAGES_FETCH = B=$(B) CACHE=$(CACHE) MIRROR=$(MIRROR) sh $(IMAGES_DIR)/fetch.sh

IMAGES_SOURCES := $(shell awk '$$2 == "source" || $$2 == "upstream" { print $$1 }' \
	$(IMAGES_DIR)/parts.txt)
IMAGES_TOOLS := $(shell awk '$$2 ~ /^(tool|gcc|headers|golang|npm)$$/ { print $$1 }' \
	$(IMAGES_DIR)/parts.txt)
IMAGES_BOOTED := $(shell awk '$$2 ~ /^(linux|modules|busybox|opensbi|uboot)$$/ { print $$1 }' \
	$(IMAGES_DIR)/parts.txt)

PACKAGE_GROUPS := build run test debug debian verifier guest serve fleet strangers
.PHONY: $(PACKAGE_GROUPS:%=packages-%) images images-all images-list

# Nothing is done, and no time taken, when the machine has what the group needs.
$(PACKAGE_GROUPS:%=packages-%): packages-%:
	@sh $(IMAGES_DIR)/packages.sh $*

$(IMAGES_SOURCES:%=$(B)/third-party/%/.stamp): $(B)/third-party/%/.stamp: | packages-build
	@$(IMAGES_FETCH) $*

$(IMAGES_TOOLS:%=$(B)/tools/%/.stamp): $(B)/tools/%/.stamp: | packages-build
	@$(IMAGES_FETCH) $*

$(IMAGES_BOOTED:%=$(B)/images/%/.stamp): $(B)/images/%/.stamp: | packages-build
	@$(IMAGES_FETCH) $*

# A program of ours for the initramfs: it needs Linux, but no C library.
LAWFUL_DIR := tests/real/lawful
LAWFUL_FLAGS := -march=rv64gc -mabi=lp64d -mcmodel=medany -std=gnu11 -O2 -ffreestanding -fno-pic \
	-fno-common -fno-tree-loop-distribute-patterns -fno-stack-protector -mno-relax \
	-msmall-data-limit=0 -Wall -Wextra -Wconversion -Wshadow -Wvla -Wundef \
	-Wmissing-prototypes -Wstrict-prototypes -Wcast-align -Werror
$(B)/real/lawful: $(wildcard $(LAWFUL_DIR)/*) | packages-build
	@mkdir -p $(@D)
	$(Q)$(CROSS)gcc $(LAWFUL_FLAGS) -nostdlib -static -s -Wl,--build-id=none -o $@ \
		$(LAWFUL_DIR)/start.S $(wildcard $(LAWFUL_DIR)/*.c)

$(B)/images/initramfs.cpio.gz: $(IMAGES_DIR)/init $(B)/real/lawful $(B)/images/busybox/.stamp \
		| packages-run
	@$(IMAGES_FETCH) initramfs

# A Debian on a disk; it takes minutes, and is made again when what it holds has changed.
# The other one has the programs that tests/bench/apps runs, too.
$(B)/images/debian/.stamp $(B)/images/debian-apps/.stamp: $(B)/images/%/.stamp: \
		$(IMAGES_DIR)/debian.sh $(IMAGES_DIR)/debian-init \
		$(B)/images/linux-6.12/.stamp $(B)/images/busybox/.stamp \
		| packages-debian packages-run
	@rm -rf $(@D)
	@$(IMAGES_FETCH) $*

# The files of a part come with its stamp.
define IMAGES_files
$(1)/%: $(1)/.stamp ;
endef
$(foreach part,$(IMAGES_SOURCES),$(eval $(call IMAGES_files,$(B)/third-party/$(part))))
$(foreach part,$(IMAGES_TOOLS),$(eval $(call IMAGES_files,$(B)/tools/$(part))))
$(foreach part,$(IMAGES_BOOTED),$(eval $(call IMAGES_files,$(B)/images/$(part))))

images: packages-build packages-run ## fetch the kernel, busybox, OpenSBI and the library sources
	@$(IMAGES_FETCH) libfdt mbedtls opensbi-1.9 linux-6.12 busybox
	@$(MAKE) --no-print-directory $(B)/images/initramfs.cpio.gz

images-all: packages-build packages-run ## fetch every real part: all firmware, newer QEMUs, gcc 14
	@$(IMAGES_FETCH) $$(sh $(IMAGES_DIR)/fetch.sh --list | grep -vx initramfs)
	@$(MAKE) --no-print-directory $(B)/images/initramfs.cpio.gz

images-list: ## list the real parts that can be fetched
	@sh $(IMAGES_DIR)/fetch.sh --list
