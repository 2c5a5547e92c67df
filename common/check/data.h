/* SPDX-License-Identifier: BSD-2-Clause */
/* The checks of databases. */
#ifndef PL_CHECK_DATA_H
#define PL_CHECK_DATA_H

#include "catalogue.h"

#endif
