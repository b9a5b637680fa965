/* SPDX-License-Identifier: MIT */
/* SHA-256, for the hash of a prescription's bytes and for derived ids; keyed, for card numbers. Any thread. */
#ifndef GYMSTATION_HASH_H
#define GYMSTATION_HASH_H

#include "gymstation/basics.h"

#define SHA256_SIZE 32

/* 0 or -ENOMEM: the library allocates. */
int sha256(const void *bytes, size_t len, uint8_t ret[SHA256_SIZE]);
int sha256_hex(const void *bytes, size_t len, char ret[HASH_LEN]);

/* HMAC-SHA-256 (RFC 2104) in lower-case hex. 0 or -ENOMEM. */
int hmac_sha256_hex(const void *key, size_t key_len, const void *bytes, size_t len, char ret[HASH_LEN]);

#endif
