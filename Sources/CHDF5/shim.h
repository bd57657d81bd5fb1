// What Swift cannot import from <hdf5.h> by itself: macros with hidden
// initialisers and functions whose presence depends on the library's version,
// each as one inline function. Call them under the lock of the HDF5 module:
// the macros open the library when it is not open yet.
#ifndef MODICUM_CHDF5_SHIM_H
#define MODICUM_CHDF5_SHIM_H

#include <hdf5.h>

// Types in memory.
static inline hid_t modicum_h5t_native_double(void) { return H5T_NATIVE_DOUBLE; }
static inline hid_t modicum_h5t_native_float(void) { return H5T_NATIVE_FLOAT; }
static inline hid_t modicum_h5t_native_int8(void) { return H5T_NATIVE_INT8; }
static inline hid_t modicum_h5t_native_int16(void) { return H5T_NATIVE_INT16; }
static inline hid_t modicum_h5t_native_int32(void) { return H5T_NATIVE_INT32; }
static inline hid_t modicum_h5t_native_int64(void) { return H5T_NATIVE_INT64; }
static inline hid_t modicum_h5t_native_uint64(void) { return H5T_NATIVE_UINT64; }

// Types in files: little-endian on every machine.
static inline hid_t modicum_h5t_ieee_f64le(void) { return H5T_IEEE_F64LE; }
static inline hid_t modicum_h5t_ieee_f32le(void) { return H5T_IEEE_F32LE; }
static inline hid_t modicum_h5t_std_i8le(void) { return H5T_STD_I8LE; }
static inline hid_t modicum_h5t_std_i16le(void) { return H5T_STD_I16LE; }
static inline hid_t modicum_h5t_std_i32le(void) { return H5T_STD_I32LE; }
static inline hid_t modicum_h5t_std_i64le(void) { return H5T_STD_I64LE; }
static inline hid_t modicum_h5t_std_u64le(void) { return H5T_STD_U64LE; }
static inline hid_t modicum_h5t_c_s1(void) { return H5T_C_S1; }
static inline size_t modicum_h5t_variable(void) { return H5T_VARIABLE; }

// Classes of property lists.
static inline hid_t modicum_h5p_file_create(void) { return H5P_FILE_CREATE; }
static inline hid_t modicum_h5p_file_access(void) { return H5P_FILE_ACCESS; }
static inline hid_t modicum_h5p_group_create(void) { return H5P_GROUP_CREATE; }
static inline hid_t modicum_h5p_dataset_create(void) { return H5P_DATASET_CREATE; }
static inline hid_t modicum_h5p_default(void) { return H5P_DEFAULT; }

// Flags and whole selections.
static inline unsigned modicum_h5f_acc_rdonly(void) { return H5F_ACC_RDONLY; }
static inline unsigned modicum_h5f_acc_trunc(void) { return H5F_ACC_TRUNC; }
static inline hid_t modicum_h5s_all(void) { return H5S_ALL; }
static inline hid_t modicum_h5e_default(void) { return H5E_DEFAULT; }

// Files are written once and renamed into place, so a lock protects nothing, and
// network file systems without locks would refuse to open them.
static inline herr_t modicum_h5p_disable_file_locking(hid_t access) {
#if H5_VERSION_GE(1, 10, 7)
    return H5Pset_file_locking(access, 0, 1);
#else
    (void)access;
    return 0;
#endif
}

#endif
