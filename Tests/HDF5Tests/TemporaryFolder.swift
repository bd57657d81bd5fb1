import Foundation

/// A folder that is there as long as its value is.
final class TemporaryFolder {
    let path: String

    init() throws {
        let url = FileManager.default.temporaryDirectory.appendingPathComponent("modicum-hdf5-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        path = url.path
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    /// Writes `bytes` into the folder and returns the file's path.
    func file(_ bytes: [UInt8]) throws -> String {
        let file = "\(path)/file.h5"
        try Data(bytes).write(to: URL(fileURLWithPath: file))
        return file
    }
}
