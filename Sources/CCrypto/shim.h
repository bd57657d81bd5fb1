// OpenSSL's SHA-256 on a plain state, which can be copied with the value that
// holds it. OpenSSL 3 marks these functions as deprecated in favour of contexts
// on its heap; they use the same code, with the CPU's own instructions where it
// has them.
#ifndef MODICUM_CCRYPTO_SHIM_H
#define MODICUM_CCRYPTO_SHIM_H

#define OPENSSL_SUPPRESS_DEPRECATED
#include <openssl/sha.h>

#endif
