/// Reads the content of a BAM file, without its compression, as it comes in pieces.
package struct AlignmentReader {
    /// One primary alignment of a read.
    package struct Alignment {
        /// The place of its chromosome in `references`.
        package var reference: Int

        /// The stretches of the chromosome that its bases lie on; deletions and introns part them.
        package var blocks: [Range<Int>]
    }

    /// The chromosomes' names; nil until the header is read.
    package private(set) var references: [String]?

    private var held: [UInt8] = []
    private var blocks: [Range<Int>] = []

    package init() {}

    /// Takes the next piece, and hands on the alignments that are complete: those of reads that are aligned, not secondary or
    /// supplementary ones.
    package mutating func append(
        _ piece: UnsafeRawBufferPointer, take: (_ alignment: Alignment, _ references: [String]) throws -> Void
    ) throws {
        held.append(contentsOf: piece)
        var place = 0
        if references == nil { place = try readHeader() }
        guard let references else { return }
        while held.count - place >= 4 {
            let size = integer(at: place)
            guard size >= 32 else { throw Self.problem }
            guard held.count - place - 4 >= size else { break }
            if let alignment = try alignment(at: place + 4, size: size) { try take(alignment, references) }
            place += 4 + size
        }
        held.removeFirst(place)
    }

    /// - Throws: `LogProblem` unless the last record was complete.
    package func finish() throws(LogProblem) {
        guard held.isEmpty, references != nil else { throw Self.problem }
    }

    /// Returns where the records begin; 0 where more has to come first.
    private mutating func readHeader() throws -> Int {
        guard held.count >= 12 else { return 0 }
        guard held.starts(with: Array("BAM\u{1}".utf8)), integer(at: 4) >= 0 else { throw Self.problem }
        var place = 8 + integer(at: 4)
        guard held.count >= place + 4 else { return 0 }
        var names: [String] = []
        let count = max(integer(at: place), 0)
        place += 4
        for _ in 0..<count {
            guard held.count >= place + 4 else { return 0 }
            let length = integer(at: place)
            guard length >= 1 else { throw Self.problem }
            guard held.count >= place + 8 + length else { return 0 }
            names.append(String(decoding: held[(place + 4)..<(place + 3 + length)], as: UTF8.self))
            place += 8 + length
        }
        references = names
        return place
    }

    /// Unmapped, secondary, failed by the sequencer, supplementary.
    private static let leftOut = 0x4 | 0x100 | 0x200 | 0x800

    private mutating func alignment(at place: Int, size: Int) throws -> Alignment? {
        let flags = Int(held[place + 14]) | Int(held[place + 15]) << 8
        let reference = integer(at: place)
        guard flags & Self.leftOut == 0, reference >= 0 else { return nil }
        let operations = Int(held[place + 12]) | Int(held[place + 13]) << 8
        let first = place + 32 + Int(held[place + 8])
        guard first + 4 * operations <= place + size else { throw Self.problem }
        blocks.removeAll(keepingCapacity: true)
        var position = integer(at: place + 4)
        for index in 0..<operations {
            let operation = word(at: first + 4 * index)
            let length = Int(operation >> 4)
            switch operation & 15 {
            case 0, 7, 8:
                blocks.append(position..<(position + length))
                position += length
            case 2, 3: position += length
            default: break
            }
        }
        return blocks.isEmpty ? nil : Alignment(reference: reference, blocks: blocks)
    }

    private func word(at place: Int) -> UInt32 {
        (0..<4).reduce(0) { $0 | UInt32(held[place + $1]) << UInt32(8 * $1) }
    }

    /// A signed number: -1 is no chromosome.
    private func integer(at place: Int) -> Int { Int(Int32(bitPattern: word(at: place))) }

    private static let problem = LogProblem(log: "the file of alignments", missing: "a whole record of BAM")
}
