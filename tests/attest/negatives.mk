# SPDX-License-Identifier: Apache-2.0
# What attestation must refuse: the list of it, held against the tests. Included after
# remote_tests.mk.
#
# Offers: check-negatives    every id of negatives.txt has its tests; part of check

.PHONY: check-negatives
check-negatives: ## what must be refused has its tests, and the manual's table names them
	@python3 tests/attest/check_negatives.py --selftest
	@python3 tests/attest/check_negatives.py

check: check-negatives
