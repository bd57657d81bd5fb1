// What Swift cannot import from <hdf5.h> by itself: macros with hidden
// initialisers and variadic functions, each as one inline function.
#ifndef MODICUM_CHDF5_SHIM_H
#define MODICUM_CHDF5_SHIM_H

#include <hdf5.h>

static inline hid_t modicum_h5t_native_double(void) { return H5T_NATIVE_DOUBLE; }

#endif
