/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The monitor that is proved has no policies: it must be the machine. But a proof may ask for one
 * (PROOF_POLICY in table.txt), policy_proof, which it has written itself.
 */
#ifdef PROOF_POLICY
POLICY(proof)
#endif
