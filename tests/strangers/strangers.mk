# SPDX-License-Identifier: Apache-2.0
# Software that is not ours judges the evidence of a boot, and the same with something changed.
# Included after attest_tests.mk.
#
# Offers: test-strangers       by an npm package, openssl, cddl, cbor2 and tpm2_eventlog
#         test-strangers-go    by Veraison's go-cose; a Go compiler is fetched for it
#         test-vectors         the same cases as files, for another verifier: $(B)/vectors

STRANGERS_DIR := tests/strangers
STRANGERS := $(B)/strangers
STRANGERS_MONITOR := $(B)/policies/$(ATTEST_EVIDENCE_SET)/monitor.elf
# QEMU 7.2 loads no kernel beside a second flash.
STRANGERS_QEMU := $(B)/tools/qemu-10.0/qemu-system-riscv64
STRANGERS_KEY := attest/keys/TEST-signing-key.pem
STRANGERS_NEEDS := $(B)/host/cordon $(B)/host/mkbundle $(B)/stage0.bin $(STRANGERS_MONITOR) \
	$(ATTEST_FIRMWARE) $(ATTEST_EVIDENCE) $(STRANGERS_QEMU)
STRANGERS_WORDS := --cordon $(B)/host/cordon --mkbundle $(B)/host/mkbundle \
	--signer $(STRANGERS_KEY) --signer-public attest/keys/TEST-public-key.pem \
	--stage0 $(B)/stage0.bin --monitor $(STRANGERS_MONITOR) --firmware $(ATTEST_FIRMWARE) \
	--payload $(ATTEST_EVIDENCE) --qemu $(STRANGERS_QEMU) \
	--policies "$(subst +, ,$(ATTEST_EVIDENCE_SET))"

# Node looks for packages beside the program.
$(STRANGERS)/verify.cjs: $(STRANGERS_DIR)/npm/verify.cjs $(B)/tools/npm-cose/.stamp
	@mkdir -p $(@D)
	$(Q)ln -sfn ../tools/npm-cose/node_modules $(@D)/node_modules
	$(Q)cp $< $@

$(B)/tools/npm-cose/.stamp: $(STRANGERS_DIR)/npm/packages.txt | packages-strangers

STRANGERS_GO := $(STRANGERS)/go
STRANGERS_GO_ENV = env -u GOFLAGS GO111MODULE=on GOENV=off GOWORK=off GOPROXY=off \
	GOTOOLCHAIN=local CGO_ENABLED=0 GOCACHE=$(abspath $(STRANGERS_GO))/cache \
	GOPATH=$(abspath $(STRANGERS_GO))/path
$(STRANGERS_GO)/verify: $(STRANGERS_DIR)/go/main.go $(STRANGERS_DIR)/go/go.mod \
		$(B)/tools/go-cose/.stamp
	@mkdir -p $(@D)
	$(Q)ln -sfn ../../tools/go-cose/usr/share/gocode/src $(@D)/src
	$(Q)cp $(STRANGERS_DIR)/go/main.go $(STRANGERS_DIR)/go/go.mod $(@D)/
	$(Q)cd $(@D) && $(STRANGERS_GO_ENV) $(abspath $(B))/tools/go-cose/bin/go build \
		-mod=mod -trimpath -o verify .

.PHONY: test-strangers test-strangers-go test-vectors
test-strangers: packages-test packages-strangers $(STRANGERS_NEEDS) $(STRANGERS)/verify.cjs \
		$(B)/tools/cddl-0.9/cddl ## evidence, judged by five programs that are not ours
	/usr/bin/python3 $(STRANGERS_DIR)/test_strangers.py $(STRANGERS_WORDS) \
		--strangers npm,openssl,cddl,cbor2,tpm2_eventlog \
		--npm $(STRANGERS)/verify.cjs --cddl $(B)/tools/cddl-0.9/cddl

test-strangers-go: packages-test $(STRANGERS_NEEDS) $(STRANGERS_GO)/verify ## the same by go-cose
	/usr/bin/python3 $(STRANGERS_DIR)/test_strangers.py $(STRANGERS_WORDS) \
		--strangers go-cose --go $(STRANGERS_GO)/verify

test-vectors: packages-test $(STRANGERS_NEEDS) ## evidence right and wrong as files: build/vectors
	/usr/bin/python3 $(STRANGERS_DIR)/make_vectors.py $(STRANGERS_WORDS) --out $(B)/vectors
