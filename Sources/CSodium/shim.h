#ifndef MODICUM_CSODIUM_SHIM_H
#define MODICUM_CSODIUM_SHIM_H

#include <sodium/core.h>
#include <sodium/crypto_hash_sha256.h>
#include <sodium/randombytes.h>

#endif
