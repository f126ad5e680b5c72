/* SPDX-License-Identifier: Apache-2.0 */
/* The policies of the suites test_jail*. */
POLICY(sandbox)
POLICY(failsafe)
POLICY(onlooker)
