import ContentDigest
import DurableFiles
import Foundation

/// Results of steps by their keys, in a folder that all workers share.
///
/// Each is a folder of its own, made under a temporary name, synced and renamed, so that it is there completely or not at all;
/// two workers that make the same one make the same content.
package struct StepStore: Sendable {
    package let folder: String

    package init(folder: String) { self.folder = folder }

    private struct Record<Value: Codable>: Codable {
        /// Name and size of each file.
        var files: [String: Int]
        var value: Value
    }

    package func path(_ key: String) -> String { folder + "/" + key }
    package func path(_ key: String, _ file: String) -> String { folder + "/" + key + "/" + file }

    /// Returns a step's value; nil where it is not there, or a file of it is gone or has another size.
    package func value<Value: Codable>(_ key: String, as type: Value.Type = Value.self) -> Value? {
        guard let data = FileManager.default.contents(atPath: path(key, Self.recordName)),
            let record = try? JSONDecoder().decode(Record<Value>.self, from: data)
        else { return nil }
        let isWhole = record.files.allSatisfy { name, bytes in Self.size(of: path(key, name)) == bytes }
        return isWhole ? record.value : nil
    }

    /// The names of a step's files.
    package func files(_ key: String) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: path(key)).filter { $0 != Self.recordName }.sorted()
    }

    /// Moves files into the store, under their own names.
    package func put<Value: Codable>(_ key: String, files: [String], value: Value) throws {
        let manager = FileManager.default
        let temporary = folder + "/.\(key.prefix(16)).\(getpid()).\(UInt32.random(in: 0 ... .max)).tmp"
        try manager.createDirectory(atPath: temporary, withIntermediateDirectories: true)
        do {
            var sizes: [String: Int] = [:]
            for file in files {
                let name = URL(fileURLWithPath: file).lastPathComponent
                // A copy where scratch is another disk.
                try manager.moveItem(atPath: file, toPath: temporary + "/" + name)
                try DurableFile.sync(temporary + "/" + name)
                sizes[name] = Self.size(of: temporary + "/" + name)
            }
            let record = temporary + "/" + Self.recordName
            try canonicalJSON(Record(files: sizes, value: value)).write(to: URL(fileURLWithPath: record))
            try DurableFile.sync(record)
            if rename(temporary, path(key)) != 0 {
                // It is there already: another worker's, or one of which somebody removed a file.
                if self.value(key, as: Value.self) == nil {
                    try manager.removeItem(atPath: path(key))
                    guard rename(temporary, path(key)) == 0 else { throw CocoaError(.fileWriteUnknown) }
                } else {
                    try manager.removeItem(atPath: temporary)
                }
            }
            try DurableFile.sync(folder)
        } catch {
            try? manager.removeItem(atPath: temporary)
            throw error
        }
    }

    /// Removes what killed writers have left.
    package func removeLeftOvers() {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        for name in names where name.hasPrefix(".") && name.hasSuffix(".tmp") {
            try? FileManager.default.removeItem(atPath: folder + "/" + name)
        }
    }

    /// A name that stands for a text, for files beside each other.
    package static func shortName(of text: String) -> String {
        String(SHA256Digest(of: text).description.prefix(12))
    }

    private static let recordName = "step.json"

    private static func size(of path: String) -> Int? {
        var status = stat()
        return stat(path, &status) == 0 ? Int(status.st_size) : nil
    }
}
