/* SPDX-License-Identifier: MIT */
/* SHA-256 by OpenSSL's libcrypto. */
#include "gymstation/hash.h"

#include <errno.h>
#include <openssl/evp.h>

int sha256(const void *bytes, size_t len, uint8_t ret[SHA256_SIZE])
{
    return EVP_Digest(bytes, len, ret, NULL, EVP_sha256(), NULL) == 1 ? 0 : -ENOMEM;
}

int sha256_hex(const void *bytes, size_t len, char ret[HASH_LEN])
{
    static const char digits[] = "0123456789abcdef";
    uint8_t sum[SHA256_SIZE];
    int r = sha256(bytes, len, sum);

    if (r < 0)
        return r;
    for (size_t i = 0; i < SHA256_SIZE; i++) {
        ret[2 * i] = digits[sum[i] >> 4];
        ret[2 * i + 1] = digits[sum[i] & 15];
    }
    ret[HASH_LEN - 1] = '\0';
    return 0;
}
