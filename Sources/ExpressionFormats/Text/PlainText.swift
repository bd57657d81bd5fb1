import ExpressionData

/// What must hold of a text before anything is read of it: its bytes are UTF-8 and its lines have ends.
///
/// Texts in the encodings of the nineties would be read with one replacement
/// character for each of their letters, which makes one level of `Gèze` and
/// `Géze`; so they are refused. Carriage returns alone end a line for old
/// spreadsheets, and are turned into line feeds.
struct PlainText {
    private let fileName: String

    /// The line feeds of the blocks before.
    private var lineFeeds = 0

    /// What the next bytes must be to end the character that a block was cut in.
    private var rest = CharacterRest()

    /// Whether carriage returns are the line ends; known from the first block on.
    private var hasOldLineEnds: Bool?

    init(fileName: String) {
        self.fileName = fileName
    }

    /// The text of a file's whole content.
    ///
    /// - Throws: `InputError` when it is another kind of file, or not in UTF-8.
    static func text(of content: [UInt8], name: String) throws -> [UInt8] {
        try ForeignContent.refuse(content, name: name)
        var check = PlainText(fileName: name)
        guard try content.withUnsafeBufferPointer({ try check.admit($0) }) else {
            try check.finish()
            return content
        }
        try check.finish()
        return content.map { $0 == carriageReturn ? lineFeed : $0 }
    }

    /// Checks the next block of a text.
    ///
    /// - Returns: Whether its carriage returns stand for line feeds.
    /// - Throws: `InputError`, naming the line of the first byte that is not UTF-8.
    mutating func admit(_ block: UnsafeBufferPointer<UInt8>) throws -> Bool {
        var (all, feeds, zeros): (UInt8, Int, UInt8) = (0, 0, 0)
        for byte in block {
            all |= byte
            feeds += byte == lineFeed ? 1 : 0
            zeros |= byte == 0 ? 1 : 0
        }
        if zeros != 0 {
            throw InputError(
                file: fileName, "this is no plain text: it has bytes of zero, as binary files and UTF-16 have",
                remedy: "Save it as text in UTF-8.")
        }
        if all >= 0x80 || !rest.isEmpty, let (byte, position) = rest.firstFault(in: block) {
            // A character that was never ended stands before the byte that shows it.
            throw notUTF8(byte, line: 1 + lineFeeds + block[..<position].count { $0 == lineFeed })
        }
        lineFeeds += feeds
        if hasOldLineEnds == nil, !block.isEmpty { hasOldLineEnds = feeds == 0 && block.contains(carriageReturn) }
        return hasOldLineEnds ?? false
    }

    /// - Throws: `InputError` when the text ends within a character.
    func finish() throws {
        guard !rest.isEmpty else { return }
        throw InputError(
            file: fileName, line: 1 + lineFeeds, "the text ends within a character of UTF-8",
            remedy: "Copy the file again.")
    }

    private func notUTF8(_ byte: UInt8, line: Int) -> InputError {
        let code = String(byte, radix: 16, uppercase: true)
        // Latin-1 has its letters from here on, each at its number in Unicode.
        let letter = byte >= 0xC0 ? ", which is \(Unicode.Scalar(byte)) in Latin-1 and Windows-1252" : ""
        return InputError(
            file: fileName, line: line, "the text is not UTF-8: it has the byte 0x\(code)\(letter)",
            remedy: "Save it as UTF-8 (in Excel: \"CSV UTF-8\"), or convert it: "
                + "iconv -f WINDOWS-1252 -t UTF-8 OLD > NEW.")
    }
}

/// How many bytes a character still needs, and between which values the next one lies.
private struct CharacterRest {
    private var count = 0
    private var allowed: ClosedRange<UInt8> = 0x80...0xBF
    private var first: UInt8 = 0

    var isEmpty: Bool { count == 0 }

    /// The first byte that is no character's, and where that shows (Unicode 15, table 3-7); nil where all are.
    mutating func firstFault(in block: UnsafeBufferPointer<UInt8>) -> (byte: UInt8, position: Int)? {
        for (position, byte) in block.enumerated() {
            if count > 0 {
                guard allowed.contains(byte) else { return (first, position) }
                count -= 1
                allowed = 0x80...0xBF
            } else if byte >= 0x80 {
                first = byte
                switch byte {
                case 0xC2...0xDF: count = 1
                case 0xE0: (count, allowed) = (2, 0xA0...0xBF)
                case 0xED: (count, allowed) = (2, 0x80...0x9F)
                case 0xE1...0xEF: count = 2
                case 0xF0: (count, allowed) = (3, 0x90...0xBF)
                case 0xF4: (count, allowed) = (3, 0x80...0x8F)
                case 0xF1...0xF3: count = 3
                default: return (byte, position)
                }
            }
        }
        return nil
    }
}

private let lineFeed = UInt8(ascii: "\n")
private let carriageReturn = UInt8(ascii: "\r")
