/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The checks of devices' own protocols.
 *
 *   mqtt-cleartext         a CONNECT in clear; over TLS it is never seen
 *   mqtt-login-cleartext   seen with it; failed when it carries a user or a password
 */
#ifndef PL_CHECK_IOT_H
#define PL_CHECK_IOT_H

#include "catalogue.h"
#include "../read/wire/mqtt.h"

PL_INLINE void pl_check_mqtt(const struct pl_mqtt *m, struct pl_findings *f)
{
    if (!m->connect)
        return;
    pl_found(f, PL_FAMILY_APP, PL_MASK(mqtt_cleartext), true);
    pl_found(f, PL_FAMILY_APP, PL_MASK(mqtt_login_cleartext), m->credentials != 0);
}

#endif
