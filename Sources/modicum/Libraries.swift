import ContentDigest
import Deflate
import HDF5
import ZeroMQ

/// The libraries that this process runs with, and their versions.
enum Libraries {
    static var versions: [String: String] {
        [
            "HDF5": libraryVersionOfHDF5(), "ISA-L": Deflate.fastLibraryVersion, "OpenSSL": SHA256Digest.libraryVersion,
            "ZeroMQ": ZeroMQ.Context.libraryVersion, "zlib": Deflate.libraryVersion,
        ]
    }
}
