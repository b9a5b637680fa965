/* SPDX-License-Identifier: MIT */
/* Band curl on a dead anchor: body weight plus the band's pull (detector_curl.c). */
#ifndef GYMSTATION_CORE_DETECTOR_CURL_H
#define GYMSTATION_CORE_DETECTOR_CURL_H

#include "daemon/core/rep_buffer.h"

struct curl_detector {
    struct rep_buffer buffer;
};

#endif
