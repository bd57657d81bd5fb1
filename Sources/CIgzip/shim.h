// ISA-L's deflate. Its states are structs of a hundred kilobytes, which Swift
// would import as tuples of as many members: they stay behind a pointer.
#ifndef MODICUM_CIGZIP_SHIM_H
#define MODICUM_CIGZIP_SHIM_H

#include <isa-l/igzip_lib.h>
#include <stdint.h>
#include <stdlib.h>

// `wrapper` is one of these.
static inline uint32_t modicum_igzip_raw(void) { return ISAL_DEFLATE; }
static inline uint32_t modicum_igzip_gzip(void) { return ISAL_GZIP; }
static inline uint32_t modicum_igzip_zlib(void) { return ISAL_ZLIB; }

static inline void modicum_inflate_reset(void *opaque, uint32_t wrapper) {
    struct inflate_state *state = (struct inflate_state *)opaque;
    isal_inflate_init(state);
    state->crc_flag = wrapper;
}

// A new stream; free() ends it.
static inline void *modicum_inflate_new(uint32_t wrapper) {
    void *state = malloc(sizeof(struct inflate_state));
    if (state) modicum_inflate_reset(state, wrapper);
    return state;
}

// Decompresses into `room` as far as it and the input reach, and returns the library's status.
//
// `consumed` may be less than 0 where a stream ends with bytes that an earlier call took.
static inline int modicum_inflate(
    void *opaque, const uint8_t *input, uint32_t available, uint8_t *room, uint32_t capacity, int64_t *consumed,
    uint32_t *written, int *is_complete) {
    struct inflate_state *state = (struct inflate_state *)opaque;
    state->next_in = (uint8_t *)input;
    state->avail_in = available;
    state->next_out = room;
    state->avail_out = capacity;
    int status = isal_inflate(state);
    *consumed = (int64_t)available - state->avail_in;
    *written = capacity - state->avail_out;
    *is_complete = state->block_state == ISAL_BLOCK_FINISH;
    // Whole bytes that were read ahead belong to whatever follows the stream.
    if (*is_complete) *consumed -= state->read_in_length / 8;
    return status;
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
