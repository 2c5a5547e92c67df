/* SPDX-License-Identifier: BSD-2-Clause */
/* What a host knows of a TLS connection that its bytes do not say; all zero is nothing. */
#ifndef PL_READ_TLS_HOST_H
#define PL_READ_TLS_HOST_H

#include "../../base.h"

struct pl_tls_host_facts {
    /* This client asked this network's resolver lately: what it asked is remembered. */
    bool questions_known;
    bool resolved; /* and among it is the name of the hello, with this address */
    /* A probe said the same hello to the server, whole and in two segments. */
    bool probed_whole, probed_split; /* it was answered */
    bool probe_done;                 /* both were tried */
};

#endif
