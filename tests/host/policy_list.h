/* SPDX-License-Identifier: Apache-2.0 */
/* The policies of host builds: fake_setup.c has them. */
POLICY(alpha)
POLICY(beta)
POLICY(gamma)
