# SPDX-License-Identifier: Apache-2.0
# Our tables of CSRs against a database of the specification, if there is one: SPEC_DATA=DIR.

.PHONY: check-spec-csrs
check-spec: check-spec-csrs
# Status 3 says "not run", which is not a failure; the line printed says why.
check-spec-csrs:
	$(if $(V),,@)python3 tests/spec/check_csrs.py \
		$(if $(SPEC_DATA),--spec "$(SPEC_DATA)") || [ $$? -eq 3 ]
