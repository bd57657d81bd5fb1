import Deflate
import ExpressionData
import Glibc

/// Something a user named as an input: a file, a folder of files, or content that is in memory.
///
/// A file is opened when its content is asked for. Small files are taken whole
/// through `bytes`; count matrices are read through a `ContentReader`, so that
/// their text never stands in memory next to the numbers.
package struct InputFile: Sendable {
    /// The path as the user gave it.
    package let name: String

    private enum Origin: Sendable {
        /// Content without compression.
        case memory([UInt8])
        case disk(path: String)
        case folder(path: String)

        /// A folder of which the files are known, relative to it.
        case listing([String])
    }

    private let origin: Origin

    /// The path's last component, without `.gz`.
    package var baseName: String {
        let last = lastComponent
        return last.hasSuffix(".gz") ? String(last.dropLast(3)) : last
    }

    package var lastComponent: String { name.split(separator: "/").last.map(String.init) ?? name }

    package var isFolder: Bool {
        switch origin {
        case .folder, .listing: true
        case .memory, .disk: false
        }
    }

    /// Takes content that is already in memory; gzip is recognised by its first bytes, not by the name.
    ///
    /// - Throws: `InputError` for a gzip file that is cut short or damaged; the
    ///   position is in the compressed file.
    package init(name: String, bytes: [UInt8]) throws {
        self.name = name
        guard Gzip.isGzip(bytes) else {
            origin = .memory(bytes)
            return
        }
        do throws(DeflateError) {
            origin = .memory(try Gzip.decompress(bytes, limit: .ofInputs))
        } catch {
            throw Self.error(error, in: name)
        }
    }

    /// Takes text that is already in memory.
    package init(name: String, text: String) throws {
        try self.init(name: name, bytes: Array(text.utf8))
    }

    /// Takes a file or a folder on the disk.
    ///
    /// - Throws: `InputError` when it is not there or may not be read.
    package init(path: String) throws {
        name = path
        var status = stat()
        guard stat(path, &status) == 0, access(path, R_OK) == 0 else { throw Self.systemError(errno, path) }
        switch status.st_mode & S_IFMT {
        case S_IFDIR:
            origin = .folder(path: path)
        case S_IFREG:
            origin = .disk(path: path)
        default:
            // A pipe can be read once, so it is read here.
            origin = try Self(name: path, bytes: Self.content(ofFile: path)).origin
        }
    }

    /// The bytes of a file as they stand on the disk.
    package static func content(ofFile path: String) throws -> [UInt8] {
        let handle = try FileHandle(path: path)
        var content: [UInt8] = []
        content.reserveCapacity(handle.size)
        while true {
            let piece = try [UInt8](unsafeUninitializedCapacity: 1 << 18) { room, count in
                count = try handle.read(into: room)
            }
            if piece.isEmpty { return content }
            content += piece
        }
    }

    /// A folder whose files come from elsewhere.
    package init(folder name: String, members: [String]) {
        self.name = name
        origin = .listing(members.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) })
    }

    /// The whole content as text in UTF-8 with lines that end in line feeds, without compression.
    ///
    /// - Throws: `InputError` when it cannot be read, is a folder, is a damaged
    ///   gzip file, or is not such text.
    package var bytes: [UInt8] {
        get throws {
            try PlainText.text(of: content, name: name)
        }
    }

    /// The whole content, without compression, whatever it is.
    package var content: [UInt8] {
        get throws {
            if case .memory(let bytes) = origin { return bytes }
            var reader = try reader()
            var content: [UInt8] = []
            // One byte more than the file has, so that the read that fills it also sees its end.
            if !reader.isCompressed { content.reserveCapacity(reader.fileSize + 1) }
            try withUnsafeTemporaryAllocation(of: UInt8.self, capacity: 1 << 18) { room in
                while case let count = try reader.read(into: room), count > 0 {
                    content.append(contentsOf: UnsafeBufferPointer(rebasing: room[..<count]))
                }
            }
            return content
        }
    }

    /// The first bytes of the content, whatever it is.
    package func prefix(_ count: Int) throws -> [UInt8] {
        var reader = try reader()
        return try [UInt8](unsafeUninitializedCapacity: count) { room, initializedCount in
            while initializedCount < count {
                let got = try reader.read(into: UnsafeMutableBufferPointer(rebasing: room[initializedCount...]))
                if got == 0 { return }
                initializedCount += got
            }
        }
    }

    /// A reader of the content from its beginning.
    package func reader() throws -> ContentReader {
        switch origin {
        case .memory(let bytes): ContentReader(inMemory: bytes, name: name)
        case .disk(let path): try ContentReader(path: path, name: name)
        case .folder, .listing: throw Self.systemError(EISDIR, name)
        }
    }

    /// Calls `body` with the path of a file that holds the content without
    /// compression, for a library that opens files itself.
    package func withPathOnDisk<T>(_ body: (String) throws -> T) throws -> T {
        if case .disk(let path) = origin, try !reader().isCompressed { return try body(path) }
        let folder = getenv("TMPDIR").map { String(cString: $0) } ?? "/tmp"
        var template = Array((folder + "/modicum-input-XXXXXX").utf8CString)
        let descriptor = mkstemp(&template)
        guard descriptor >= 0 else { throw Self.systemError(errno, folder) }
        let path = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        defer { unlink(path) }
        var content = try content[...]
        while !content.isEmpty {
            let written = content.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
            guard written > 0 else {
                let code = errno
                close(descriptor)
                throw Self.systemError(code, path)
            }
            content = content.dropFirst(written)
        }
        close(descriptor)
        return try body(path)
    }

    /// Of a folder, its files down to the second level, relative to it, in byte order.
    package func members() throws -> [String] {
        switch origin {
        case .listing(let members): members
        case .folder(let path): try FolderListing.files(in: path)
        case .memory, .disk:
            throw InputError(
                file: name, "this is a file, not a folder", remedy: "Name the folder with one file per sample.")
        }
    }

    static func systemError(_ code: Int32, _ path: String) -> InputError {
        switch code {
        case ENOENT:
            InputError(
                file: path, "there is no such file",
                remedy: unreplaced(path)
                    ?? (path.hasPrefix("/")
                        ? "Check the path." : "Check the path; it is read from the current folder."))
        case EISDIR:
            InputError(file: path, "this is a folder, not a file", remedy: "Name the file in it.")
        case EACCES:
            InputError(file: path, "the file may not be read", remedy: "Ask its owner for read permission.")
        default:
            InputError(
                file: path, "the file could not be read: \(String(cString: strerror(code)))",
                remedy: "Check the disk or the file system.")
        }
    }

    /// What to do about a path that another program would have replaced by a file's; nil for a path as it should be.
    private static func unreplaced(_ path: String) -> String? {
        if path.hasPrefix("~") {
            return "The shell did not replace its ~, as it does not within quotes and behind =; write the whole path."
        }
        if path.contains("://") { return "Files are read from disks only: download it first." }
        return path == "-" ? "Standard input is not read: name a file, or write <(COMMAND)." : nil
    }

    static func error(_ error: DeflateError, in name: String) -> InputError {
        let remedy = "Copy or download the file again; `gzip -t` must accept it."
        return switch error {
        case .truncated(let byte):
            InputError(file: name, "the gzip file ends at byte \(byte), before its content is complete", remedy: remedy)
        case .corrupt(let byte, let reason):
            InputError(file: name, "the gzip file is damaged near byte \(byte) (\(reason))", remedy: remedy)
        case .trailingBytes(let byte):
            InputError(file: name, "bytes that are not gzip follow from byte \(byte) on", remedy: remedy)
        case .tooLong(let limit):
            InputError(
                file: name,
                "the gzip file holds more than \(limit >> 20) MiB, a quarter of the memory that may be used here",
                remedy: "Raise the limit of memory or take a machine with more, or unpack the file and give that.")
        case .tooDense(let size, let packed):
            InputError(
                file: name,
                "the gzip file unpacks to more than \(UnpackingLimit.ratio) times its size (\(size >> 20) MiB from the first "
                    + "\(packed) bytes), as no table of measurements does",
                remedy: "Look at it with `gzip -dc FILE | head`; if it is what you mean, unpack it and give that.")
        }
    }
}

/// The files of a folder and of the folders in it.
private enum FolderListing {
    static func files(in folder: String) throws -> [String] {
        var files: [String] = []
        for name in try names(in: folder) {
            switch kind(of: folder + "/" + name) {
            case S_IFREG: files.append(name)
            case S_IFDIR:
                // What cannot be listed further down is not an input either.
                let below = (try? names(in: folder + "/" + name)) ?? []
                files += below.filter { kind(of: folder + "/" + name + "/" + $0) == S_IFREG }.map { name + "/" + $0 }
            default: break
            }
        }
        return files.sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }

    private static func names(in folder: String) throws -> [String] {
        guard let stream = opendir(folder) else { throw InputFile.systemError(errno, folder) }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { name in
                name.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if !name.hasPrefix(".") { names.append(name) }
        }
        return names
    }

    private static func kind(of path: String) -> mode_t {
        var status = stat()
        return stat(path, &status) == 0 ? status.st_mode & S_IFMT : 0
    }
}
