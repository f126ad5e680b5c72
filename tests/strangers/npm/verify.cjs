// SPDX-License-Identifier: Apache-2.0

// Judges messages by the npm package @auth0/cose, with pkijs for certificates and cbor-x for CBOR;
// nothing of it is the monitor's or the verifier's code. Reads jobs from standard input, one a
// line, and answers each with "accepted", or "refused: STEP: WHY":
//
//	token FILE ROOTS NONCE   evidence: its form, chain, signature, and claim 10 (hexadecimal)
//	sign1 FILE KEY           a COSE_Sign1 under a public key
//	sign FILE KEY            a COSE_Sign, of which one signature is under the key
//
// ROOTS and KEY are PEM files.
'use strict';

const { X509Certificate, webcrypto } = require('node:crypto');
const { readFileSync } = require('node:fs');
const { createInterface } = require('node:readline');

const { Algorithms, Sign, Sign1 } = require('@auth0/cose');
const { Decoder } = require('cbor-x');
const { importSPKI } = require('jose');
const pkijs = require('pkijs');

const CLAIM_NONCE = 10;
const ONLY_ES384 = { algorithms: [Algorithms.ES384] };

// What did not pass, and why.
class Refusal extends Error {
	constructor(step, why) {
		super(`refused: ${step}: ${why.message || why.name}`.replaceAll('\n', ' '));
	}
}

// The value of a step, or its refusal.
async function step(name, work) {
	try {
		return await work();
	} catch (error) {
		throw new Refusal(name, error);
	}
}

// The key of the first certificate, if the roots certify it. verifyX509() of @auth0/cose 1.0.2 is
// not for this: it hands the chain to pkijs as it is, and pkijs judges the last certificate.
async function leafKey(chain, roots) {
	const engine = new pkijs.CertificateChainValidationEngine({
		certs: chain.map((der) => pkijs.Certificate.fromBER(der)).reverse(),
		trustedCerts: [pkijs.Certificate.fromBER(new X509Certificate(roots).raw)],
	});
	const found = await engine.verify();

	if (!found.result)
		throw new Error(found.resultMessage);
	return new X509Certificate(chain[0]).publicKey;
}

function checkNonce(payload, wanted) {
	const claims = new Decoder({ mapsAsObjects: false, useRecords: false }).decode(payload);
	const nonce = claims.get(CLAIM_NONCE);

	if (!Buffer.from(nonce).equals(Buffer.from(wanted, 'hex')))
		throw new Error('another nonce');
}

async function judgeToken(data, roots, nonce) {
	const message = await step('form', () => Sign1.decode(data));
	const key = await step('chain', () => leafKey(message.x5chain, roots));

	await step('signature', () => message.verify(key, ONLY_ES384));
	await step('nonce', () => checkNonce(message.payload, nonce));
}

async function judgeMessage(kind, data, pem) {
	const key = await importSPKI(pem, 'ES384');
	const message = await step('form', () => kind.decode(data));

	await step('signature', () => message.verify(key, ONLY_ES384));
}

async function judge([job, file, trusted, nonce]) {
	const data = readFileSync(file);
	const pem = readFileSync(trusted, 'ascii');

	if (job === 'token')
		return judgeToken(data, pem, nonce);
	if (job === 'sign1')
		return judgeMessage(Sign1, data, pem);
	if (job === 'sign')
		return judgeMessage(Sign, data, pem);
	throw new Error(`no such job: ${job}`);
}

async function main() {
	pkijs.setEngine('node', new pkijs.CryptoEngine({ name: 'node', crypto: webcrypto }));
	for await (const line of createInterface({ input: process.stdin })) {
		try {
			await judge(line.split(' '));
			console.log('accepted');
		} catch (error) {
			if (!(error instanceof Refusal))
				throw error;
			console.log(error.message);
		}
	}
}

main();
