# SPDX-License-Identifier: Apache-2.0
# Bugs in a copy of the tree, which the tests must notice: made by hand, and at random places.

# The monitors that judges.txt and table.txt name, and what their guests and proofs need.
mutants_sets := $(sort $(shell awk '!/^\#/ && NF && $$2 != "proof" { print $$2 }' \
	tests/mutants/judges.txt; awk '$$1 == "by" && $$2 == "guest" { print $$4 }' \
	tests/mutants/table.txt))
mutants_needs := unit-programs guests $(mutants_sets:%=$(B)/policies/%/monitor.elf) \
	$(B)/host/mkbundle $(B)/images/opensbi-1.9/fw_dynamic.elf \
	$(B)/tools/qemu-10.0/qemu-system-riscv64 $(PROOFS_CBMC)

.PHONY: mutants mutants-made mutants-auto
# Both halves are run, whatever comes of the first; the status is the worse of both.
mutants: packages-build packages-test $(mutants_needs) ## both kinds of bugs are noticed: [M=..]
	@worst=0; \
	for half in mutants-made $(if $(M),,mutants-auto); do \
		$(MAKE) --no-print-directory $$half || { \
			status=$$?; [ $$status -le $$worst ] || worst=$$status; }; \
	done; exit $$worst

mutants-made: packages-build packages-test $(mutants_needs) ## those of table.txt
	python3 tests/mutants/run.py --build $(B) --only "$(M)" CACHE=$(abspath $(CACHE))

mutants-auto: packages-build packages-test $(mutants_needs) ## those of auto.py: [N= SEED= MARKS=..]
	python3 tests/mutants/auto.py --build $(B) --seed $(SEED) --jobs $(JOBS) \
		--number $(if $(filter command%,$(origin N)),$(N),200) --marks "$(MARKS)" \
		CACHE=$(abspath $(CACHE))
