import ExpressionData

/// Files that are often given in the place of plain text, by their first bytes.
enum ForeignContent {
    /// - Throws: `InputError` that says what the file is and how to make text of it.
    static func refuse(_ bytes: [UInt8], name: String) throws {
        let start = String(decoding: bytes.prefix(16), as: UTF8.self).lowercased()
        if start.hasPrefix("<!doctype html") || start.hasPrefix("<html") {
            throw InputError(
                file: name, "this is a web page",
                remedy: "Download the file itself; a page that comes in its place may ask to log in.")
        }
        for kind in kinds where bytes.starts(with: kind.magic) {
            throw InputError(file: name, "this is \(kind.what)", remedy: kind.remedy)
        }
    }

    private static let exportFromR =
        "Write its table as text in R: write.table(x, FILE, sep = \"\\t\", quote = FALSE, col.names = NA)."

    private static let kinds: [(magic: [UInt8], what: String, remedy: String)] = [
        (Array("PK\u{3}\u{4}".utf8), "a spreadsheet or another zip archive", "Save the sheet as tab-separated text."),
        ([0xD0, 0xCF, 0x11, 0xE0], "an old spreadsheet", "Save the sheet as tab-separated text."),
        ([0x89] + Array("HDF".utf8), "an HDF5 file", "Export the matrix as tab-separated text."),
        (Array("BAM\u{1}".utf8), "a BAM file", "Count its reads per gene first, with featureCounts for example."),
        (Array("<?xml".utf8), "an XML file", "Save it as tab-separated text, or gene sets as GMT."),
        (Array("X\n\0\0\0".utf8), "an R object (RDS)", exportFromR),
        (Array("RDX2\n".utf8), "an R workspace (RData)", exportFromR),
        (Array("RDX3\n".utf8), "an R workspace (RData)", exportFromR),
        (Array("BZh".utf8), "a bzip2 file", "Decompress it, or compress it with gzip instead."),
        ([0xFD, 0x37, 0x7A, 0x58, 0x5A], "an xz file", "Decompress it, or compress it with gzip instead."),
        ([0x28, 0xB5, 0x2F, 0xFD], "a zstd file", "Decompress it, or compress it with gzip instead."),
        ([0xFF, 0xFE], "text in UTF-16", "Save it as UTF-8."),
        ([0xFE, 0xFF], "text in UTF-16", "Save it as UTF-8."),
        (Array("%%MatrixMarket".utf8), "a sparse Matrix Market file", "Export the matrix as tab-separated text."),
    ]
}
