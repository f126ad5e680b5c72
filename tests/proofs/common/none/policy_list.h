/* SPDX-License-Identifier: Apache-2.0 */
/* The monitor that is proved has no policies: it must be the machine. */
