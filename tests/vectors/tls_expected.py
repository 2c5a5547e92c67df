# SPDX-License-Identifier: BSD-2-Clause
"""Which checks are seen in what kind of handshake."""

CLIENT = {"tls-client-max-old", "tls-sni-missing", "tls-pq-not-offered"}
DRAFT = {"tls-pq-draft-group"}  # seen when groups were offered or one was chosen
CLIENT12 = CLIENT | DRAFT | {"tls-client-sigalg-weak"}
ONLY13 = CLIENT | DRAFT | {"tls-client-offers-old", "tls-0rtt-offered"}
CLIENT13 = CLIENT12 | ONLY13
GROUP = {"tls-group-weak", "tls-group-phase-out"}
SENTINEL = {"tls-downgrade-sentinel"}
SUITE = {"tls-cipher-null-anon-export", "tls-cipher-rc4", "tls-cipher-64bit-block",
         "tls-kex-static", "tls-kex-dhe", "tls-cipher-cbc-sha1", "tls-cipher-phase-out",
         "tls-cipher-ccm8"}
VERSION = {"tls-version-ssl", "tls-version-10-11", "tls-version-12"}
SERVER13 = VERSION | SUITE
SERVER3 = SERVER13 | {"tls-compression", "tls-reneg-insecure"}
SERVER12 = SERVER3 | {"tls-ems-missing"}
PQ = {"tls-pq-not-negotiated"}
