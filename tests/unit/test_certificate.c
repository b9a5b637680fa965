/* SPDX-License-Identifier: MIT */
/* From when until when a certificate says that it is valid, also where that is no wall time of ours. */
#include "gymstation/certificate.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include "tests/unit/check.h"

#define NOON_NS (INT64_C(1795608000) * 1000000000) /* 2026-11-25T12:00:00Z */

static void write_certificate(const char *path, const char *from, const char *until)
{
    X509 *x509 = X509_new();
    EVP_PKEY *key = EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
    FILE *file = fopen(path, "we");

    assert_non_null(x509);
    assert_non_null(key);
    assert_non_null(file);
    assert_int_equal(ASN1_TIME_set_string(X509_getm_notBefore(x509), from), 1);
    assert_int_equal(ASN1_TIME_set_string(X509_getm_notAfter(x509), until), 1);
    assert_int_equal(X509_set_pubkey(x509, key), 1);
    assert_true(X509_sign(x509, key, NULL) > 0);
    assert_int_equal(PEM_write_X509(file, x509), 1);
    fclose(file);
    EVP_PKEY_free(key);
    X509_free(x509);
}

static struct certificate certificate_of(const char *from, const char *until)
{
    char path[] = "/tmp/gymstation-certificate-XXXXXX";
    struct certificate certificate = {-1, -1};
    int fd = mkstemp(path);

    assert_true(fd >= 0);
    close(fd);
    write_certificate(path, from, until);
    assert_int_equal(certificate_read(path, &certificate), 0);
    unlink(path);
    return certificate;
}

static void its_dates_are_wall_times(void **state)
{
    struct certificate certificate = certificate_of("20261125120000Z", "20271125120001Z");

    (void)state;
    assert_int_equal(certificate.from_wall_ns, NOON_NS);
    assert_int_equal(certificate.until_wall_ns, NOON_NS + (365 * INT64_C(86400) + 1) * 1000000000);
}

static void what_never_ends_has_not_expired(void **state)
{
    (void)state;
    assert_int_equal(certificate_of("20261125120000Z", "99991231235959Z").until_wall_ns, INT64_MAX);
    assert_int_equal(certificate_of("20261125120000Z", "22620411234716Z").until_wall_ns / 1000000000,
                     INT64_MAX / 1000000000);
    assert_int_equal(certificate_of("20261125120000Z", "22620411234717Z").until_wall_ns, INT64_MAX);
}

static void what_began_before_1970_is_valid_since_then(void **state)
{
    (void)state;
    assert_int_equal(certificate_of("00010101000000Z", "20271125120001Z").from_wall_ns, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(its_dates_are_wall_times),
        cmocka_unit_test(what_never_ends_has_not_expired),
        cmocka_unit_test(what_began_before_1970_is_valid_since_then),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
