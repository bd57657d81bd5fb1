import Foundation

/// What one reading of a file of reads shows.
struct FASTQNote: Equatable, Codable, Sendable {
    var digest: String
    var reads: Int
    var longest: Int

    /// The name of the first read, without what tells mates apart.
    var firstName: String
}

/// Reads a FASTQ file to its end: that it is whole, and how many reads it has.
///
/// A file that is cut short is found here and not after hours, and programs differ in what they make of one.
struct FASTQCheck {
    private let path: String
    private var line = 0
    private var sequenceLength = 0
    private var longest = 0
    private var firstName = ""

    static func note(of file: FileReference, progress: () throws -> Void) throws -> FASTQNote {
        var check = FASTQCheck(path: file.path)
        let digest = try DigestedFile(path: file.path).readLines { line in
            try check.take(line)
            if check.line & 0xFFFFF == 0 { try progress() }
        }
        return try check.finish(digest: digest.description)
    }

    private init(path: String) { self.path = path }

    private mutating func take(_ text: UnsafeRawBufferPointer) throws {
        defer { line += 1 }
        switch line & 3 {
        case 0:
            // Empty lines at the end are harmless.
            if text.isEmpty {
                line -= 1
                return
            }
            guard text.first == UInt8(ascii: "@") else { throw refusal("a read's name must begin with `@`") }
            if line == 0 { firstName = Self.name(text) }
        case 1:
            sequenceLength = text.count
            longest = max(longest, text.count)
        case 2:
            guard text.first == UInt8(ascii: "+") else { throw refusal("the third line of a read must begin with `+`") }
        default:
            guard text.count == sequenceLength else {
                throw refusal("the read has \(sequenceLength) bases and \(text.count) qualities")
            }
        }
    }

    private func finish(digest: String) throws -> FASTQNote {
        guard line > 0 else { throw TaskRefusal("\(path): the file has no reads.") }
        guard line & 3 == 0 else {
            throw TaskRefusal(
                "\(path): the file ends within a read, after line \(line): it is cut short. Copy it again.")
        }
        return FASTQNote(digest: digest, reads: line / 4, longest: longest, firstName: firstName)
    }

    private func refusal(_ what: String) -> TaskRefusal {
        TaskRefusal("\(path):\(line + 1): \(what). Expected FASTQ, four lines a read.")
    }

    /// Up to the first space, without `/1` or `/2`.
    private static func name(_ line: UnsafeRawBufferPointer) -> String {
        let name = String(decoding: line.dropFirst().prefix { $0 != 0x20 && $0 != 0x09 }.prefix(256), as: UTF8.self)
        return name.hasSuffix("/1") || name.hasSuffix("/2") ? String(name.dropLast(2)) : name
    }
}
