// SPDX-License-Identifier: Apache-2.0

// What main.go needs is where Debian's packages have it: "src" beside this file leads there
// (tests/strangers/strangers.mk), and nothing is fetched.
module verify

go 1.24

require (
	github.com/fxamacker/cbor/v2 v2.8.0
	github.com/veraison/go-cose v1.2.1
	github.com/x448/float16 v0.8.4
)

replace (
	github.com/fxamacker/cbor/v2 => ./src/github.com/fxamacker/cbor
	github.com/veraison/go-cose => ./src/github.com/veraison/go-cose
	github.com/x448/float16 => ./src/github.com/x448/float16
)
