// SPDX-License-Identifier: Apache-2.0

// Judges messages by Veraison's go-cose, fxamacker's cbor and Go's crypto/x509; nothing of it is
// the monitor's or the verifier's code. Reads jobs from standard input, one a line, and answers
// each with "accepted", or "refused: STEP: WHY":
//
//	token FILE ROOTS NONCE   evidence: its form, chain, signature, and claim 10 (hexadecimal)
//	sign1 FILE KEY           a COSE_Sign1 under a public key
//	sign FILE KEY            a COSE_Sign, of which the first signature is under the key
//
// ROOTS and KEY are PEM files.
package main

import (
	"bufio"
	"bytes"
	"crypto"
	"crypto/x509"
	"encoding/hex"
	"encoding/pem"
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/fxamacker/cbor/v2"
	"github.com/veraison/go-cose"
)

const claimNonce = 10

// refusal says which step did not pass, and why.
type refusal struct {
	step string
	why  error
}

func (r refusal) Error() string {
	return "refused: " + r.step + ": " + strings.ReplaceAll(r.why.Error(), "\n", " ")
}

func refuse(step string, why error) error {
	if why == nil {
		return nil
	}
	return refusal{step, why}
}

// chainOf gives the certificates of the header x5chain (RFC 9360).
func chainOf(headers cose.UnprotectedHeader) ([]*x509.Certificate, error) {
	list, ok := headers[cose.HeaderLabelX5Chain].([]interface{})
	if !ok || len(list) == 0 {
		return nil, errors.New("there is no x5chain with certificates")
	}
	var chain []*x509.Certificate
	for _, item := range list {
		der, ok := item.([]byte)
		if !ok {
			return nil, errors.New("a certificate is no byte string")
		}
		certificate, err := x509.ParseCertificate(der)
		if err != nil {
			return nil, err
		}
		chain = append(chain, certificate)
	}
	return chain, nil
}

func verifyChain(chain []*x509.Certificate, roots []byte) error {
	options := x509.VerifyOptions{
		Roots:         x509.NewCertPool(),
		Intermediates: x509.NewCertPool(),
		KeyUsages:     []x509.ExtKeyUsage{x509.ExtKeyUsageAny},
	}
	if !options.Roots.AppendCertsFromPEM(roots) {
		return errors.New("no root certificate can be read")
	}
	for _, certificate := range chain[1:] {
		options.Intermediates.AddCert(certificate)
	}
	_, err := chain[0].Verify(options)
	return err
}

func publicKey(text []byte) (crypto.PublicKey, error) {
	block, _ := pem.Decode(text)
	if block == nil {
		return nil, errors.New("the key is not PEM")
	}
	return x509.ParsePKIXPublicKey(block.Bytes)
}

func verifyNonce(payload []byte, wanted string) error {
	mode, err := cbor.DecOptions{
		DupMapKey:   cbor.DupMapKeyEnforcedAPF,
		IndefLength: cbor.IndefLengthForbidden,
	}.DecMode()
	if err != nil {
		return err
	}
	var claims map[int64]cbor.RawMessage
	if err := mode.Unmarshal(payload, &claims); err != nil {
		return err
	}
	var nonce []byte
	if err := mode.Unmarshal(claims[claimNonce], &nonce); err != nil {
		return err
	}
	expected, err := hex.DecodeString(wanted)
	if err == nil && !bytes.Equal(nonce, expected) {
		err = errors.New("another nonce")
	}
	return err
}

func judgeToken(data, roots []byte, nonce string) error {
	var message cose.Sign1Message
	if err := message.UnmarshalCBOR(data); err != nil {
		return refuse("form", err)
	}
	chain, err := chainOf(message.Headers.Unprotected)
	if err == nil {
		err = verifyChain(chain, roots)
	}
	if err != nil {
		return refuse("chain", err)
	}
	verifier, err := cose.NewVerifier(cose.AlgorithmES384, chain[0].PublicKey)
	if err == nil {
		err = message.Verify(nil, verifier)
	}
	if err != nil {
		return refuse("signature", err)
	}
	return refuse("nonce", verifyNonce(message.Payload, nonce))
}

func verifierOf(key []byte) (cose.Verifier, error) {
	public, err := publicKey(key)
	if err != nil {
		return nil, err
	}
	return cose.NewVerifier(cose.AlgorithmES384, public)
}

func judgeSign1(data, key []byte) error {
	verifier, err := verifierOf(key)
	if err != nil {
		return err
	}
	var message cose.Sign1Message
	if err := message.UnmarshalCBOR(data); err != nil {
		return refuse("form", err)
	}
	return refuse("signature", message.Verify(nil, verifier))
}

func judgeSign(data, key []byte) error {
	verifier, err := verifierOf(key)
	if err != nil {
		return err
	}
	var message cose.SignMessage
	if err := message.UnmarshalCBOR(data); err != nil {
		return refuse("form", err)
	}
	return refuse("signature", message.Verify(nil, verifier))
}

func judge(words []string) error {
	if len(words) < 3 {
		return errors.New("a job has at least three words")
	}
	data, err := os.ReadFile(words[1])
	if err != nil {
		return err
	}
	trusted, err := os.ReadFile(words[2])
	if err != nil {
		return err
	}
	switch {
	case words[0] == "token" && len(words) == 4:
		return judgeToken(data, trusted, words[3])
	case words[0] == "sign1" && len(words) == 3:
		return judgeSign1(data, trusted)
	case words[0] == "sign" && len(words) == 3:
		return judgeSign(data, trusted)
	}
	return errors.New("no such job: " + words[0])
}

func main() {
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		err := judge(strings.Fields(lines.Text()))
		var refused refusal
		switch {
		case err == nil:
			fmt.Println("accepted")
		case errors.As(err, &refused):
			fmt.Println(refused)
		default:
			fmt.Fprintln(os.Stderr, "verify:", err)
			os.Exit(2)
		}
	}
}
