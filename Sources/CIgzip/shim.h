// ISA-L's deflate, as one call: its state is a struct of a hundred kilobytes,
// which Swift would import as a tuple of as many members.
#ifndef MODICUM_CIGZIP_SHIM_H
#define MODICUM_CIGZIP_SHIM_H

#include <isa-l.h>
#include <stdint.h>
#include <stdlib.h>

// The version that this was built with; the library does not tell its own.
static inline int modicum_isal_version(int part) {
    const int parts[] = {ISAL_MAJOR_VERSION, ISAL_MINOR_VERSION, ISAL_PATCH_VERSION};
    return parts[part];
}

// Compresses with zlib's wrapper and the least effort that still finds matches.
//
// Returns the length, or 0 where the result does not fit into `capacity`.
static inline uint32_t modicum_deflate_fast(
    const uint8_t *input, uint32_t count, uint8_t *output, uint32_t capacity) {
    struct isal_zstream *stream = (struct isal_zstream *)malloc(sizeof(struct isal_zstream));
    uint8_t *tables = (uint8_t *)malloc(ISAL_DEF_LVL1_DEFAULT);
    uint32_t length = 0;
    if (stream && tables) {
        isal_deflate_init(stream);
        stream->level = 1;
        stream->level_buf = tables;
        stream->level_buf_size = ISAL_DEF_LVL1_DEFAULT;
        stream->gzip_flag = IGZIP_ZLIB;
        stream->end_of_stream = 1;
        stream->next_in = (uint8_t *)input;
        stream->avail_in = count;
        stream->next_out = output;
        stream->avail_out = capacity;
        if (isal_deflate(stream) == COMP_OK && stream->internal_state.state == ZSTATE_END)
            length = stream->total_out;
    }
    free(tables);
    free(stream);
    return length;
}

#endif
