# SPDX-License-Identifier: Apache-2.0
# The instruction decoder against everything that can contradict it.

B ?= build
HOSTCC ?= cc
CROSS ?= riscv64-unknown-elf-

DECODE_DIR := tests/exhaustive
DECODE_ALL := $(B)/tests/decode_all
DECODE_OBJ := $(B)/tests/decode-target.o
DECODE_THREADS ?= 2
DECODE_BYTES := 2048

DECODE_WARN := -Wall -Wextra -Wconversion -Wshadow -Wvla -Wundef -Wmissing-prototypes \
	-Wstrict-prototypes -Wcast-align -Werror
DECODE_SRC := $(DECODE_DIR)/decode_all.c $(DECODE_DIR)/reference.c monitor/decode.c
DECODE_HDR := $(DECODE_DIR)/reference.h monitor/decode.h

# Without sanitizers: the unit tests have them, this is about 2^32 words.
$(DECODE_ALL): $(DECODE_SRC) $(DECODE_HDR) $(DECODE_DIR)/exhaustive.mk
	@mkdir -p $(@D)
	$(if $(V),,@)$(HOSTCC) -std=gnu11 -O2 $(DECODE_WARN) -I. -pthread $(DECODE_SRC) -o $@

$(DECODE_OBJ): monitor/decode.c monitor/decode.h $(DECODE_DIR)/exhaustive.mk
	@mkdir -p $(@D)
	$(if $(V),,@)$(CROSS)gcc -std=c11 -ffreestanding -O2 $(DECODE_WARN) -I. \
		-march=rv64imac_zicsr_zifencei -mabi=lp64 -mcmodel=medany -c monitor/decode.c -o $@

.PHONY: exhaustive check-asm check-decode check-spec check-spec-insts

exhaustive: $(DECODE_ALL) ## decode all 2^32 instruction words and compare with a second table
	$(if $(V),,@)$(DECODE_ALL) --threads $(DECODE_THREADS)

check-asm: $(DECODE_ALL) ## compare the decoder with what the assembler wrote
	$(if $(V),,@)python3 $(DECODE_DIR)/check_asm.py --tool $(DECODE_ALL) --cross $(CROSS)

check-decode: $(DECODE_OBJ) ## the decoder is small, stateless and free of relocations
	$(if $(V),,@)sh $(DECODE_DIR)/check_object.sh $(CROSS) $(DECODE_OBJ) $(DECODE_BYTES)

check-spec: check-spec-insts ## compare our tables with a database of the spec: SPEC_DATA=DIR

# Status 3 says "not run", which is not a failure; the line printed says why.
check-spec-insts: $(DECODE_ALL)
	$(if $(V),,@)python3 $(DECODE_DIR)/check_spec.py --tool $(DECODE_ALL) \
		$(if $(SPEC_DATA),--spec "$(SPEC_DATA)") || [ $$? -eq 3 ]
