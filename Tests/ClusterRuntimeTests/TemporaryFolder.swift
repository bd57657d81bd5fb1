import ClusterRuntime
import DurableFiles
import Glibc

/// A folder that is removed with everything in it when the test is over.
final class TemporaryFolder {
    let path: String

    init() throws {
        var template = Array("/tmp/modicum-test-XXXXXX".utf8CString)
        guard mkdtemp(&template) != nil else { throw FileError("make", "/tmp/modicum-test-XXXXXX") }
        path = template.withUnsafeBufferPointer { String(cString: $0.baseAddress!) }
    }

    deinit {
        remove(path)
    }

    subscript(name: String) -> String { "\(path)/\(name)" }

    /// Writes a small file, and the folders above it.
    func write(_ text: String, to name: String) throws {
        try DurableFile.makeFolder(DurableFile.parent(of: self[name]))
        try DurableFile.write(Array(text.utf8), to: self[name], mode: 0o600, survivesCrash: false)
    }

    private func remove(_ path: String) {
        if let listing = opendir(path) {
            while let item = readdir(listing) {
                let name = withUnsafeBytes(of: item.pointee.d_name) { bytes in
                    String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
                }
                if name != ".", name != ".." { remove("\(path)/\(name)") }
            }
            closedir(listing)
            rmdir(path)
        } else {
            unlink(path)
        }
    }
}

/// The permissions of a file.
func mode(of path: String) -> mode_t {
    var status = stat()
    return stat(path, &status) == 0 ? status.st_mode & 0o777 : 0
}
