import CHDF5

/// The version of the HDF5 library that runs, such as `1.10.8`.
package func libraryVersionOfHDF5() -> String {
    var (major, minor, release): (UInt32, UInt32, UInt32) = (0, 0, 0)
    HDF5.release { H5get_libversion(&major, &minor, &release) }
    return "\(major).\(minor).\(release)"
}
