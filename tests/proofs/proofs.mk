# SPDX-License-Identifier: Apache-2.0
# Proofs by CBMC, which comes from a newer Debian (tests/images/parts.txt).

PROOFS_CBMC := $(B)/tools/cbmc-6.6/cbmc

.PHONY: proofs proofs-quick
proofs: packages-build $(PROOFS_CBMC) ## prove the emulation against the model: [P="names"]
	python3 tests/proofs/run.py --cbmc $(PROOFS_CBMC) --only "$(P)"

proofs-quick: packages-build $(PROOFS_CBMC)
	python3 tests/proofs/run.py --cbmc $(PROOFS_CBMC) --quick
