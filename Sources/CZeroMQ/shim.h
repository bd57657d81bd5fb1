// What Swift cannot import from <zmq.h> by itself.
#ifndef MODICUM_CZEROMQ_SHIM_H
#define MODICUM_CZEROMQ_SHIM_H

#include <sys/eventfd.h>
#include <zmq.h>

#endif
