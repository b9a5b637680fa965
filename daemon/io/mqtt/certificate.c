/* SPDX-License-Identifier: MIT */
/* Certificates by OpenSSL's libcrypto; see certificate.h. */
#include "gymstation/certificate.h"

#include <errno.h>
#include <stdio.h>

#include <openssl/err.h>
#include <openssl/pem.h>

static int read_pem(const char *path, X509 **ret_x509)
{
    FILE *file = fopen(path, "re");

    if (file == NULL)
        return -errno;
    *ret_x509 = PEM_read_X509(file, NULL, NULL, NULL);
    fclose(file);
    ERR_clear_error();
    return *ret_x509 ? 0 : -EINVAL;
}

/* RFC 5280, 4.1.2.5: what never ends says the year 9999, which is more ns away than a number holds. */
static int64_t wall_ns(const ASN1_TIME *time, const ASN1_TIME *epoch)
{
    int days = 0, seconds = 0;
    int64_t ns;

    ASN1_TIME_diff(&days, &seconds, epoch, time);
    if (days < 0 || seconds < 0)
        return 0;
    return __builtin_mul_overflow((int64_t)days * 86400 + seconds, INT64_C(1000000000), &ns) ? INT64_MAX : ns;
}

int certificate_read(const char *path, struct certificate *ret_certificate)
{
    ASN1_TIME *epoch = ASN1_TIME_set(NULL, 0);
    X509 *x509 = NULL;
    int r = epoch ? read_pem(path, &x509) : -ENOMEM;

    if (r == 0) {
        ret_certificate->from_wall_ns = wall_ns(X509_get0_notBefore(x509), epoch);
        ret_certificate->until_wall_ns = wall_ns(X509_get0_notAfter(x509), epoch);
    }
    X509_free(x509);
    ASN1_TIME_free(epoch);
    return r;
}

/* A key that wants a passphrase is refused: nobody is there to type it. */
static int no_passphrase(char *buffer, int size, int writing, void *context)
{
    (void)buffer;
    (void)size;
    (void)writing;
    (void)context;
    return -1;
}

int certificate_fits(const char *path, const char *key_path)
{
    X509 *x509 = NULL;
    EVP_PKEY *key = NULL;
    FILE *file = fopen(key_path, "re");
    int r = file ? read_pem(path, &x509) : -errno;

    if (r == 0) {
        key = PEM_read_PrivateKey(file, NULL, no_passphrase, NULL);
        r = key && X509_check_private_key(x509, key) == 1 ? 0 : -EINVAL;
    }
    ERR_clear_error();
    EVP_PKEY_free(key);
    X509_free(x509);
    if (file)
        fclose(file);
    return r;
}
