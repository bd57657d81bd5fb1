// zlib's initialisers are macros that pass the header's version and size.
#ifndef MODICUM_CZLIB_SHIM_H
#define MODICUM_CZLIB_SHIM_H

#include <zlib.h>

static inline int modicum_inflate_init(z_stream *stream, int window_bits) {
    return inflateInit2(stream, window_bits);
}

static inline int modicum_deflate_init(z_stream *stream, int level, int window_bits, int strategy) {
    return deflateInit2(stream, level, Z_DEFLATED, window_bits, 8, strategy);
}

#endif
