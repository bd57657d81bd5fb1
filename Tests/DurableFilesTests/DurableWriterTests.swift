import Glibc
import Testing

import DurableFiles

@Suite("Files that are complete under their names")
struct DurableWriterTests {
    private struct Refused: Error {}

    private func withFolder(_ body: (String) throws -> Void) throws {
        var template = Array("/tmp/modicum-test-XXXXXX".utf8CString)
        try #require(mkdtemp(&template) != nil)
        let folder = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        defer {
            for name in names(in: folder) { unlink(folder + "/" + name) }
            rmdir(folder)
        }
        try body(folder)
    }

    private func names(in folder: String) -> [String] {
        guard let listing = opendir(folder) else { return [] }
        defer { closedir(listing) }
        var names: [String] = []
        while let item = readdir(listing) {
            names.append(
                withUnsafeBytes(of: item.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) })
        }
        return names.filter { $0 != "." && $0 != ".." }.sorted()
    }

    @Test("The old file stays until the new one is finished, and then no other name is left")
    func replaces() throws {
        try withFolder { folder in
            let path = folder + "/f"
            try DurableFile.write([1], to: path, mode: 0o600)
            var writer = try DurableWriter(path, writtenAs: path + ".part", mode: 0o666)
            try writer.append([2, 3])
            #expect(try DurableFile.read(path) == [1])
            try writer.finish()
            #expect(try DurableFile.read(path) == [2, 3])
            #expect(names(in: folder) == ["f"])
        }
    }

    @Test("A writer that is given up, or whose check throws, leaves what was there and nothing else")
    func givenUp() throws {
        try withFolder { folder in
            let path = folder + "/f"
            try DurableFile.write([1], to: path, mode: 0o600)
            do {
                var writer = try DurableWriter(path, writtenAs: path + ".part", mode: 0o666)
                try writer.append([2])
            }
            #expect(names(in: folder) == ["f"])
            var writer = try DurableWriter(path, writtenAs: path + ".part", mode: 0o666)
            try writer.append([3])
            #expect(throws: Refused.self) {
                try writer.finish { temporary in
                    #expect(try DurableFile.read(temporary) == [3])
                    throw Refused()
                }
            }
            #expect(try DurableFile.read(path) == [1])
            #expect(names(in: folder) == ["f"])
        }
    }

    @Test("What a killed writer left under the temporary name is written over")
    func leftOver() throws {
        try withFolder { folder in
            let path = folder + "/f"
            try DurableFile.write([9, 9, 9], to: path + ".part", mode: 0o600)
            var writer = try DurableWriter(path, writtenAs: path + ".part", mode: 0o666)
            try writer.append([1])
            try writer.finish()
            #expect(try DurableFile.read(path) == [1])
        }
    }

    @Test("A file that cannot be begun or named says what was tried, and why")
    func failures() throws {
        try withFolder { folder in
            let missing = folder + "/no/f"
            #expect(throws: FileError("create", missing + ".part", code: ENOENT)) {
                _ = try DurableWriter(missing, writtenAs: missing + ".part", mode: 0o666)
            }
            // A folder stands where the file is to be.
            try DurableFile.makeFolder(folder + "/taken")
            defer { rmdir(folder + "/taken") }
            let error = #expect(throws: FileError.self) {
                try DurableFile.write([1], to: folder + "/taken", mode: 0o600)
            }
            #expect(error?.code == EISDIR)
            #expect(names(in: folder) == ["taken"])
        }
    }

    @Test("A folder that is not there is an error, and one that is there is synced")
    func folders() throws {
        try withFolder { folder in
            try DurableFile.syncFolder(of: folder + "/f")
            #expect(throws: FileError("open", folder + "/no", code: ENOENT)) {
                try DurableFile.syncFolder(of: folder + "/no/f")
            }
        }
    }

    @Test("A temporary name that must be new is refused where something stands there, which stays as it is")
    func taken() throws {
        try withFolder { folder in
            let temporary = folder + "/f.part"
            try DurableFile.write([7], to: temporary, mode: 0o600)
            let error = #expect(throws: FileError.self) {
                _ = try DurableWriter(folder + "/f", writtenAs: temporary, mode: 0o600, isNew: true)
            }
            #expect(error?.code == EEXIST)
            #expect(try DurableFile.read(temporary) == [7])
        }
    }

    @Test("A finished file under another name takes its own")
    func keeps() throws {
        try withFolder { folder in
            try DurableFile.write([1, 2], to: folder + "/f.part", mode: 0o600)
            try DurableFile.keep(folder + "/f.part", as: folder + "/f")
            #expect(try DurableFile.read(folder + "/f") == [1, 2])
            #expect(names(in: folder) == ["f"])
        }
    }
}
