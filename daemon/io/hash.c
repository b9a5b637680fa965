/* SPDX-License-Identifier: MIT */
/* SHA-256 by OpenSSL's libcrypto. */
#include "gymstation/hash.h"

#include <errno.h>
#include <limits.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

int sha256(const void *bytes, size_t len, uint8_t ret[SHA256_SIZE])
{
    return EVP_Digest(bytes, len, ret, NULL, EVP_sha256(), NULL) == 1 ? 0 : -ENOMEM;
}

static void to_hex(const uint8_t sum[SHA256_SIZE], char ret[HASH_LEN])
{
    static const char digits[] = "0123456789abcdef";

    for (size_t i = 0; i < SHA256_SIZE; i++) {
        ret[2 * i] = digits[sum[i] >> 4];
        ret[2 * i + 1] = digits[sum[i] & 15];
    }
    ret[HASH_LEN - 1] = '\0';
}

int sha256_hex(const void *bytes, size_t len, char ret[HASH_LEN])
{
    uint8_t sum[SHA256_SIZE];
    int r = sha256(bytes, len, sum);

    if (r == 0)
        to_hex(sum, ret);
    return r;
}

int hmac_sha256_hex(const void *key, size_t key_len, const void *bytes, size_t len, char ret[HASH_LEN])
{
    uint8_t sum[SHA256_SIZE];

    if (key_len > INT_MAX || HMAC(EVP_sha256(), key, (int)key_len, bytes, len, sum, NULL) == NULL)
        return -ENOMEM;
    to_hex(sum, ret);
    return 0;
}
