import ExpressionData
import Glibc

/// The genes of a table in the order they are met, each once.
struct GeneNames {
    private(set) var names: [String] = []

    /// The line of every gene, for the message about a duplicate.
    private var lines: [Int32] = []

    /// Positions in `names` plus one, open addressing; 0 is free. The size is a power of two.
    private var slots = [Int32](repeating: 0, count: 1 << 12)

    private let fileName: String

    init(fileName: String) {
        self.fileName = fileName
    }

    mutating func reserveCapacity(_ count: Int) {
        names.reserveCapacity(count)
        lines.reserveCapacity(count)
    }

    /// - Throws: `InputError` when the name is empty or was met before.
    mutating func append(_ name: String, line: Int) throws {
        if name.isEmpty {
            throw InputError(
                file: fileName, line: line, "the gene has no identifier",
                remedy: "The first field of every line names its gene.")
        }
        var slot = slot(of: name)
        while slots[slot] != 0 {
            let position = Int(slots[slot]) - 1
            if names[position].utf8.elementsEqual(name.utf8) {
                throw InputError(
                    file: fileName, line: line, gene: name, "the gene is already on line \(lines[position])",
                    remedy: "Every gene needs one row; use stable identifiers, or add the rows up before the analysis.")
            }
            slot = (slot + 1) & (slots.count - 1)
        }
        names.append(name)
        lines.append(Int32(clamping: line))
        slots[slot] = Int32(names.count)
        if names.count * 2 > slots.count { grow() }
    }

    private mutating func grow() {
        slots = [Int32](repeating: 0, count: slots.count * 4)
        for (position, name) in names.enumerated() {
            var slot = slot(of: name)
            while slots[slot] != 0 { slot = (slot + 1) & (slots.count - 1) }
            slots[slot] = Int32(position + 1)
        }
    }

    /// FNV-1a, with a final mix since the low bits choose the slot.
    private func slot(of name: String) -> Int {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in name.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        return Int(truncatingIfNeeded: hash ^ (hash >> 29)) & (slots.count - 1)
    }
}
