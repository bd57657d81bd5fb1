import ContentDigest

/// Paths in the file: components joined by `/`, without one in front, such as
/// `uns/analyses/main/stir_volume/results/log2FoldChange`.
package enum StoredPath {
    /// The groups that an AnnData file has at its root; its readers accept no other.
    package static let rootElements = ["X", "layers", "obs", "obsm", "obsp", "uns", "var", "varm", "varp"]

    /// Returns `name` as one component of a path.
    ///
    /// A slash would open a group and control characters would break the manifest's
    /// lines, so these, a lone `.` and the percent sign itself are written as
    /// `%2F` and so on, and no name at all as `%`; every other name stays as it is,
    /// unless it is too long: then its end gives way to `~` and the first 16 digits of its SHA-256.
    package static func component(_ name: String) -> String {
        let escaped = escaped(name)
        guard escaped.utf8.count > longestComponent else { return escaped }
        let digest = "~" + SHA256Digest(of: name).description.prefix(16)
        var start = ""
        for scalar in escaped.unicodeScalars {
            guard start.utf8.count + UTF8.width(scalar) + digest.utf8.count <= longestComponent else { break }
            start.unicodeScalars.append(scalar)
        }
        return start + digest
    }

    /// In bytes. HDF5 takes up to 64 KiB, other programs' tools less.
    private static let longestComponent = 255

    private static func escaped(_ name: String) -> String {
        if name.isEmpty { return "%" }
        if name == "." { return "%2E" }
        var escaped = ""
        for scalar in name.unicodeScalars {
            if scalar == "/" || scalar == "%" || scalar.value < 0x20 || scalar.value == 0x7F {
                let digits = String(scalar.value, radix: 16, uppercase: true)
                escaped += "%" + (digits.count < 2 ? "0" : "") + digits
            } else {
                escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }

    /// Whether `path` can name a dataset or a group of the file.
    static func isValid(_ path: String) -> Bool {
        let components = path.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        return components.allSatisfy { component in
            !component.isEmpty && !component.elementsEqual(".".utf8)
                && component.allSatisfy { $0 >= 0x20 && $0 != 0x7F }
        }
    }

    /// The path of the group that holds `path`, or nil at the root.
    static func parent(of path: String) -> String? {
        path.lastIndex(of: "/").map { String(path[..<$0]) }
    }

    /// The order of paths in the manifest and in the file: that of their UTF-8 bytes.
    static func precedes(_ left: String, _ right: String) -> Bool {
        left.utf8.lexicographicallyPrecedes(right.utf8)
    }
}
