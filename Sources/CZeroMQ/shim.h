// What Swift cannot import from <zmq.h> by itself.
#ifndef MODICUM_CZEROMQ_SHIM_H
#define MODICUM_CZEROMQ_SHIM_H

#include <sys/eventfd.h>
#include <zmq.h>

// An enumeration constant with a flag type of its own on some C libraries.
static inline int modicum_make_eventfd(void) {
    return eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
}

#endif
