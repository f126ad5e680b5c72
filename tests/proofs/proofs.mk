# SPDX-License-Identifier: Apache-2.0
# Proofs by CBMC, which comes from a newer Debian (tests/images/parts.txt).

PROOFS_CBMC := $(B)/tools/cbmc-6.6/cbmc

.PHONY: proofs proofs-quick
proofs proofs-quick: packages-build packages-test $(PROOFS_CBMC)

proofs: ## prove the emulation against the model: [P="names"]
	python3 tests/proofs/run.py --cbmc $(PROOFS_CBMC) --only "$(P)"

proofs-quick:
	python3 tests/proofs/run.py --cbmc $(PROOFS_CBMC) --quick
