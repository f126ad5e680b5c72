/* SPDX-License-Identifier: Apache-2.0 */
/* The policies of the suites test_sandbox*. */
POLICY(sandbox)
POLICY(witness)
