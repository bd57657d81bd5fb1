import ExpressionFormats
import NetworkFormats

/// One file of an export, or one folder of files, made when it is written.
struct ExportFile {
    /// Relative to the export's folder, without a folder of its own.
    let name: String

    /// Writes it at a path.
    ///
    /// Returns the files, relative to the path; of a single file the empty text.
    let write: (_ path: String) throws -> [String]

    init(_ name: String, bytes: @escaping () throws -> [UInt8]) {
        self.name = name
        write = { path in
            try AtomicFile.write(try bytes(), to: path)
            return [""]
        }
    }

    init(_ name: String, table: @escaping () throws -> [TableColumn]) {
        self.name = name
        write = { path in
            try TableWriter.write(try table(), to: path)
            return [""]
        }
    }

    init(_ name: String, writing write: @escaping (String) throws -> Void) {
        self.name = name
        self.write = { path in
            try write(path)
            return [""]
        }
    }

    init(folder name: String, writing write: @escaping (String) throws -> [String]) {
        self.name = name
        self.write = write
    }
}
