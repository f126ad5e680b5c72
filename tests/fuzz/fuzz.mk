# SPDX-License-Identifier: Apache-2.0
# Fuzzing the monitor's sources on the fake hart of tests/host, with clang's libFuzzer and its
# sanitizers. Included after tests/unit/unit.mk, whose sources and flags these are.
#
# Offers: fuzz-NAME     one fuzzer, FUZZ_RUNS inputs, beginning with the seeds
#         fuzz-smoke    every fuzzer for a few seconds, always with the same inputs

FUZZ := $(B)/fuzz
FUZZ_CC ?= $(BUNDLE_FUZZ_CC)
FUZZ_RUNS ?= 200000
FUZZ_SMOKE_RUNS ?= 2000
FUZZ_MONITOR := emulate calls mmio model tree
FUZZ_SAN := -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=all
FUZZ_FLAGS = -std=gnu11 -w $(FUZZ_SAN) -fsanitize=fuzzer-no-link -Itests/host -Itests/unit -Isrc \
	-I. -Imonitor/default -isystem $(UNIT_LIBFDT)

FUZZ_HOST := $(filter-out tests/host/dtb.c,$(UNIT_HOST))
FUZZ_TESTED := $(filter-out policies/%,$(UNIT_TESTED)) $(wildcard policies/attest/*.c) $(FUZZ_HOST)
FUZZ_WITH := $(filter monitor/%,$(UNIT_TESTED)) $(FUZZ_HOST) $(wildcard policies/sandbox/*.c)
FUZZ_COMMON := $(patsubst %.c,$(FUZZ)/obj/%.o,$(FUZZ_TESTED)) $(FUZZ)/obj/string.o
FUZZ_FDT := $(patsubst %.c,$(FUZZ)/obj/libfdt/%.o,$(UNIT_FDT) fdt_sw.c)
FUZZ_MONITOR_PROGRAMS := $(FUZZ_MONITOR:%=$(FUZZ)/fuzz_%)

$(FUZZ)/obj/%.o: %.c $(UNIT_LIBFDT)/.stamp | packages-test
	@mkdir -p $(@D)
	$(Q)$(FUZZ_CC) $(FUZZ_FLAGS) -MMD -MP -c $< -o $@

# The same monitor with the sandbox as its policy
$(FUZZ)/with/%.o: %.c $(UNIT_LIBFDT)/.stamp | packages-test
	@mkdir -p $(@D)
	$(Q)$(FUZZ_CC) -Itests/host/with/sandbox $(FUZZ_FLAGS) -MMD -MP -c $< -o $@

$(FUZZ)/obj/libfdt/%.o: $(UNIT_LIBFDT)/.stamp
	@mkdir -p $(@D)
	$(Q)$(FUZZ_CC) -w $(FUZZ_SAN) -fsanitize=fuzzer-no-link -I$(UNIT_LIBFDT) \
		-c $(UNIT_LIBFDT)/$*.c -o $@

$(FUZZ)/obj/string.o: src/lib/string.c tests/host/rename_string.h
	@mkdir -p $(@D)
	$(Q)$(FUZZ_CC) $(FUZZ_FLAGS) -fno-builtin -include tests/host/rename_string.h \
		-MMD -MP -c $< -o $@

# The proofs' hart and relation, and what they prove. What these never call is left out of the link:
# a call of it is a crash.
FUZZ_MODEL := tests/fuzz/fuzz_model.c $(filter-out monitor/state.c,\
	$(shell grep '^[mt]' tests/proofs/csr/sources.txt))
$(FUZZ)/model/%.o: %.c | packages-test
	@mkdir -p $(@D)
	$(Q)$(FUZZ_CC) -Itests/proofs/common/none $(FUZZ_FLAGS) -Itests/model \
		-Itests/proofs/common -include tests/fuzz/prover.h -MMD -MP -c $< -o $@

$(FUZZ)/libplain.a: $(FUZZ_COMMON) $(FUZZ_FDT)
$(FUZZ)/libsandbox.a: $(FUZZ_WITH:%.c=$(FUZZ)/with/%.o) \
	$(filter-out $(addprefix $(FUZZ)/obj/,monitor/% tests/% policies/%),$(FUZZ_COMMON)) \
	$(FUZZ_FDT)
$(FUZZ)/libplain.a $(FUZZ)/libsandbox.a:
	@rm -f $@
	@$(AR) rcs $@ $^

$(FUZZ)/fuzz_emulate: $(FUZZ)/obj/tests/fuzz/fuzz_emulate.o $(FUZZ)/libplain.a
$(FUZZ)/fuzz_calls: $(FUZZ)/obj/tests/fuzz/fuzz_calls.o $(FUZZ)/libplain.a $(CRYPTO_HOST_OBJS)
$(FUZZ)/fuzz_mmio: $(FUZZ)/with/tests/fuzz/fuzz_mmio.o $(FUZZ)/libsandbox.a $(CRYPTO_HOST_OBJS)
$(FUZZ)/fuzz_tree: $(FUZZ)/obj/tests/fuzz/fuzz_tree.o $(FUZZ)/libplain.a
$(FUZZ)/fuzz_model: $(FUZZ_MODEL:%.c=$(FUZZ)/model/%.o)
$(FUZZ)/fuzz_model: FUZZ_LINK := -no-pie -Wl,--unresolved-symbols=ignore-all
$(FUZZ_MONITOR_PROGRAMS):
	$(Q)$(FUZZ_CC) $(FUZZ_SAN) -fsanitize=fuzzer $(FUZZ_LINK) $^ -lcmocka -o $@

# The seeds are text (tests/fuzz/seeds.txt): NAME, then bytes.
$(FUZZ)/seeds/.stamp: tests/fuzz/seeds.py tests/fuzz/seeds.txt
	@mkdir -p $(@D)
	$(Q)python3 tests/fuzz/seeds.py $(@D)
	@touch $@

.PHONY: fuzz-smoke $(FUZZ_MONITOR:%=fuzz-%)
$(FUZZ_MONITOR:%=fuzz-%): fuzz-%: $(FUZZ)/fuzz_% $(FUZZ)/seeds/.stamp
	@mkdir -p $(FUZZ)/corpus-$*
	$< -runs=$(FUZZ_RUNS) -max_len=1024 -len_control=0 -print_final_stats=0 \
		$(FUZZ)/corpus-$* $(FUZZ)/seeds/$*

# Beside the parsers of Makefile
fuzz: $(FUZZ_MONITOR:%=fuzz-%)

FUZZ_SMOKE := $(FUZZ_MONITOR_PROGRAMS) $(FUZZ)/fuzz_image $(FUZZ)/fuzz_manifest
fuzz-smoke: $(FUZZ_SMOKE) $(FUZZ)/seeds/.stamp ## every fuzzer for a few seconds
	@sh tests/fuzz/smoke.sh $(FUZZ_SMOKE_RUNS) $(FUZZ)/seeds $(FUZZ_SMOKE)

-include $(wildcard $(FUZZ)/obj/*.d $(FUZZ)/obj/*/*.d $(FUZZ)/obj/*/*/*.d)
-include $(wildcard $(FUZZ)/model/*/*.d $(FUZZ)/model/*/*/*.d $(FUZZ)/model/*/*/*/*.d)
-include $(wildcard $(FUZZ)/with/*/*.d $(FUZZ)/with/*/*/*.d)
