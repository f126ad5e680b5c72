# SPDX-License-Identifier: Apache-2.0
# Unit tests on the host: the monitor's own sources against the fake hart in tests/host, with
# sanitizers. Included after crypto/crypto.mk, attest/attest.mk and tests/bundle/bundle.mk.
#
# Offers: UNIT_TESTS   the target, for the main `test`
# Needs:  $(B)/third-party/libfdt/.stamp and what crypto/ needs.

UNIT := $(B)/unit
UNIT_TESTS := test-unit
UNIT_LIBFDT := $(B)/third-party/libfdt

UNIT_SAN := -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=all -fno-omit-frame-pointer
UNIT_WARN := -Wall -Wextra -Wconversion -Wshadow -Wvla -Wundef -Wmissing-prototypes \
	-Wstrict-prototypes -Wcast-align -Werror
# tests/host first: its hw/csr.h and hw/mmio.h take the place of src/hw's; other headers are shared
UNIT_FLAGS = -std=gnu11 $(UNIT_SAN) $(UNIT_WARN) -Itests/host -Isrc -I. \
	-Imonitor/default -isystem $(UNIT_LIBFDT) \
	-DUNIT_DTB_DIR='"$(UNIT)/dtb"' $(UNIT_EXTRA_FLAGS)

# The code under test
UNIT_TESTED := $(patsubst ./%,%,$(wildcard monitor/*.c)) \
	$(wildcard policies/audit/*.c policies/attest/*.c policies/offload/*.c) \
	$(ATTEST_LOG_SRCS) $(ATTEST_OWN_SRCS) $(ATTEST_EVIDENCE_SRCS) $(ATTEST_SLOTS_SRCS) \
	attest/cose.c attest/cbor_read.c \
	src/hw/probe.c src/hw/mpv.c src/hw/uart.c src/lib/log.c \
	$(addprefix src/platform/,dt.c fdt_read.c fdt_devices.c fdt_judge.c fdt_patch.c) \
	src/platform/fdt_scan.c src/platform/range_list.c \
	src/boot/scrub.c src/boot/payload.c src/boot/load.c
UNIT_HOST := $(wildcard tests/host/*.c)
UNIT_FDT := fdt.c fdt_ro.c fdt_rw.c fdt_wip.c fdt_addresses.c fdt_check.c
UNIT_OBJS := $(UNIT_TESTED:%.c=$(UNIT)/obj/%.o) $(UNIT_HOST:%.c=$(UNIT)/obj/%.o) \
	$(UNIT_FDT:%.c=$(UNIT)/obj/libfdt/%.o) $(UNIT)/obj/string.o

# Suites of the fake hart, and those that have rules elsewhere
UNIT_ELSEWHERE := $(CRYPTO_SUITES) $(IDENTITY_SUITES) $(MANIFEST_SUITES) test_image test_decode
UNIT_WITH := sandbox jail
UNIT_WITH_SUITES := $(foreach w,$(UNIT_WITH),\
	$(basename $(notdir $(wildcard tests/unit/test_$(w)*.c))))
UNIT_SUITES := $(filter-out $(UNIT_ELSEWHERE) $(UNIT_WITH_SUITES),\
	$(basename $(notdir $(wildcard tests/unit/test_*.c))))
UNIT_DTS := $(patsubst tests/unit/dts/%.dts,$(UNIT)/dtb/%.dtb,$(wildcard tests/unit/dts/*.dts)) \
	$(UNIT)/dtb/qemu.dtb
UNIT_PROGRAMS := $(UNIT_SUITES:%=$(UNIT)/%) $(UNIT_WITH_SUITES:%=$(UNIT)/%) \
	$(UNIT)/test_decode \
	$(patsubst %,$(B)/tests/unit/%,$(CRYPTO_SUITES) $(IDENTITY_SUITES) $(MANIFEST_SUITES) \
		test_image)

.PHONY: test-unit unit-programs
test-unit: unit-programs ## unit tests of the monitor on a fake hart, of decoder, crypto and bundle
	@python3 tests/unit/run.py $(UNIT_PROGRAMS)

unit-programs: $(UNIT_PROGRAMS) $(UNIT_DTS)

$(UNIT)/obj/%.o: %.c $(UNIT_LIBFDT)/.stamp | packages-test
	@mkdir -p $(@D)
	$(if $(filter 1,$(V)),,@)$(HOSTCC) $(UNIT_FLAGS) -MMD -MP -c $< -o $@

$(UNIT)/obj/libfdt/%.o: $(UNIT_LIBFDT)/.stamp
	@mkdir -p $(@D)
	$(if $(filter 1,$(V)),,@)$(HOSTCC) $(UNIT_SAN) -I$(UNIT_LIBFDT) -c $(UNIT_LIBFDT)/$*.c -o $@

# Our string functions under other names: the host's own are not to be replaced
$(UNIT)/obj/string.o: src/lib/string.c tests/host/rename_string.h
	@mkdir -p $(@D)
	$(if $(filter 1,$(V)),,@)$(HOSTCC) $(UNIT_FLAGS) -fno-builtin \
		-include tests/host/rename_string.h -MMD -MP -c $< -o $@

# One link takes only the objects that the suite needs, so a broken one breaks few suites
$(UNIT)/libunit.a: $(UNIT_OBJS)
	@rm -f $@
	@$(AR) rcs $@ $^

$(UNIT_SUITES:%=$(UNIT)/%): $(UNIT)/%: $(UNIT)/obj/tests/unit/%.o $(UNIT)/libunit.a
	$(if $(filter 1,$(V)),,@)$(HOSTCC) $(UNIT_SAN) $^ -lcmocka -o $@

# These hash
$(addprefix $(UNIT)/,test_attest test_attest_requests test_attest_slots test_claims test_evidence \
	test_measure test_measured test_recheck test_tpm) $(UNIT_WITH_SUITES:%=$(UNIT)/%): \
		$(CRYPTO_SAN_OBJS)

# A bundle is made for it
$(UNIT)/test_load: $(MKBUNDLE_PARTS:%.c=$(B)/host/san/%.o) $(ATTEST_SAN_OBJS) $(CRYPTO_SAN_OBJS)

# Suites of whole policies: test_NAME* has a monitor with the policies of tests/host/with/NAME
UNIT_WITH_TESTED := $(filter monitor/%,$(UNIT_TESTED)) $(UNIT_HOST) \
	$(wildcard policies/sandbox/*.c policies/failsafe/*.c)
UNIT_WITH_COMMON := $(filter-out $(UNIT)/obj/monitor/% $(UNIT)/obj/policies/% $(UNIT)/obj/tests/%,\
	$(UNIT_OBJS))

define UNIT_WITH_RULES
$(UNIT)/with/$(1)/%.o: %.c $(UNIT_LIBFDT)/.stamp | packages-test
	@mkdir -p $$(@D)
	$$(if $$(filter 1,$$(V)),,@)$$(HOSTCC) -Itests/host/with/$(1) $$(UNIT_FLAGS) -MMD -MP \
		-c $$< -o $$@

$(UNIT)/with/$(1)/libunit.a: $(UNIT_WITH_TESTED:%.c=$(UNIT)/with/$(1)/%.o) $(UNIT_WITH_COMMON)
	@rm -f $$@
	@$$(AR) rcs $$@ $$^

$(patsubst %,$(UNIT)/%,$(filter test_$(1)%,$(UNIT_WITH_SUITES))): $(UNIT)/%: \
		$(UNIT)/with/$(1)/tests/unit/%.o $(UNIT)/with/$(1)/libunit.a
	$$(if $$(filter 1,$$(V)),,@)$$(HOSTCC) $$(UNIT_SAN) $$^ -lcmocka -o $$@
endef
$(foreach w,$(UNIT_WITH),$(eval $(call UNIT_WITH_RULES,$(w))))

$(UNIT)/test_decode: $(UNIT)/obj/tests/unit/test_decode.o $(UNIT)/obj/monitor/decode.o
	$(if $(filter 1,$(V)),,@)$(HOSTCC) $(UNIT_SAN) $^ -lcmocka -o $@

$(UNIT)/dtb/%.dtb: tests/unit/dts/%.dts | packages-build
	@mkdir -p $(@D)
	$(if $(filter 1,$(V)),,@)dtc -q -I dts -O dtb -o $@ $<

# The tree of a machine, with its seed; dtc takes out the room that QEMU leaves in it
$(UNIT)/dtb/qemu.dtb: tests/unit/unit.mk | packages-build packages-run
	@mkdir -p $(@D)
	$(Q)qemu-system-riscv64 -M virt,dumpdtb=$@.raw -smp 2 -display none </dev/null \
		>$@.log 2>&1 || { cat $@.log; exit 1; }
	$(Q)dtc -q -I dtb -O dtb -o $@ $@.raw && rm $@.raw

-include $(wildcard $(UNIT)/obj/*.d $(UNIT)/obj/*/*.d $(UNIT)/obj/*/*/*.d)
-include $(wildcard $(UNIT)/with/*/*/*.d $(UNIT)/with/*/*/*/*.d)
