#!/bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# What this Unbound's headers offer, found by compiling, written as macros.  Distributions move
# single changes into old versions, so a version number would not do.
#
# Usage: probe.sh OUTPUT COMPILER FLAG...
set -eu
output=$1
shift

headers='
#include <config.h>
#include "util/module.h"
#include "util/netevent.h"
#include "services/cache/dns.h"
'

compiler=$1
shift
flags=$*

try() { # statement
    # shellcheck disable=SC2086 # the flags are words
    printf '%s\nint probe(struct module_env *env);\nint probe(struct module_env *env)\n{\n%s\n}\n' \
        "$headers" "$1" | "$compiler" $flags -x c -fsyntax-only - 2>"$output.log"
}

offers() { # macro, what it says, statement
    if try "$3"; then value=1; else value=0; fi
    printf '#define %s %s /* %s */\n' "$1" "$value" "$2"
}

if ! try 'return env->cfg != 0;'; then
    cat "$output.log" >&2
    echo "unbound-module: Unbound's headers do not compile: see above, and ./configure." >&2
    exit 1
fi

{
    echo '/* SPDX-License-Identifier: BSD-2-Clause */'
    echo '/* Written by unbound-module/probe.sh. */'
    offers PL_UNBOUND_CLIENT_ADDR "a client behind a PROXYv2 front has its own address (1.17.0)" \
        'struct comm_reply r; (void)env; return sizeof(r.client_addr) > 0;'
    offers PL_UNBOUND_STORE_VALREC "dns_cache_store() takes is_valrec (1.23.0)" \
        'return dns_cache_store(env, 0, 0, 0, 0, 0, 0, 0, 0, 0);'
    offers PL_UNBOUND_DOQ "DNS over QUIC (1.22.0)" \
        '(void)env; return comm_doq;'
} >"$output.new"
rm -f "$output.log"
mv "$output.new" "$output"
