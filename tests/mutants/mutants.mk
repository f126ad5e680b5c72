# SPDX-License-Identifier: Apache-2.0
# Deliberate bugs in a copy of the tree, which the tests must notice. Needs CBMC for some.

.PHONY: mutants
mutants: packages-build packages-test unit-programs $(PROOFS_CBMC) ## bugs that are noticed: [M=..]
	python3 tests/mutants/run.py --build $(B) --only "$(M)" CACHE=$(abspath $(CACHE))
