import Glibc

/// The end of a program's error output, for people.
package enum LastLines {
    /// How many lines of a program that failed are shown.
    package static let count = 50

    /// Returns the last lines of a text, without control characters and at most 500 characters each.
    package static func of(_ text: [UInt8]) -> [String] {
        text.split(whereSeparator: { $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r") }).suffix(count).map { line in
            let shown = String(decoding: line, as: UTF8.self).unicodeScalars.prefix(500).map { scalar in
                scalar.properties.generalCategory == .control ? " " : Character(scalar)
            }
            return String(shown)
        }
    }

    /// The last lines of a file; none where it cannot be read.
    package static func ofFile(_ path: String) -> [String] {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return [] }
        defer { close(descriptor) }
        // A progress bar without line breaks may have written gigabytes.
        let window = 64 << 10
        let size = lseek(descriptor, 0, SEEK_END)
        lseek(descriptor, max(0, size - window), SEEK_SET)
        var bytes = [UInt8](repeating: 0, count: window)
        let got = read(descriptor, &bytes, window)
        return got > 0 ? of(Array(bytes[..<got])) : []
    }
}
