import Glibc

/// Names met again and again, each made into a `String` once.
///
/// A collection of gene sets names twenty thousand genes a million times; a
/// look-up by bytes costs a fraction of a new string and its hash. The table
/// points into the file's bytes and must not outlive them.
struct NameTable {
    private struct Entry {
        let hash: UInt64
        let text: UnsafeBufferPointer<UInt8>
        let name: String

        /// The last group, such as a gene set, in which the name was met.
        var group: Int
    }

    private var entries: [Entry] = []

    /// Positions in `entries` plus one, open addressing; 0 is free. The size is a power of two.
    private var slots = [Int32](repeating: 0, count: 1 << 12)

    /// The name in `text`, and whether it was met before in the same group.
    ///
    /// - Precondition: `text` is not empty.
    /// - Parameter group: Groups come one after the other, counted from 0.
    mutating func name(_ text: UnsafeBufferPointer<UInt8>, inGroup group: Int) -> (name: String, isRepeated: Bool) {
        let hash = Self.hash(text)
        var slot = Int(truncatingIfNeeded: hash) & (slots.count - 1)
        while slots[slot] != 0 {
            let position = Int(slots[slot]) - 1
            if entries[position].hash == hash, Self.areEqual(entries[position].text, text) {
                let isRepeated = entries[position].group == group
                entries[position].group = group
                return (entries[position].name, isRepeated)
            }
            slot = (slot + 1) & (slots.count - 1)
        }
        let name = text.string
        entries.append(Entry(hash: hash, text: text, name: name, group: group))
        slots[slot] = Int32(entries.count)
        if entries.count * 2 > slots.count { grow() }
        return (name, false)
    }

    private mutating func grow() {
        slots = [Int32](repeating: 0, count: slots.count * 4)
        for (position, entry) in entries.enumerated() {
            var slot = Int(truncatingIfNeeded: entry.hash) & (slots.count - 1)
            while slots[slot] != 0 { slot = (slot + 1) & (slots.count - 1) }
            slots[slot] = Int32(position + 1)
        }
    }

    private static func areEqual(_ left: UnsafeBufferPointer<UInt8>, _ right: UnsafeBufferPointer<UInt8>) -> Bool {
        left.count == right.count && memcmp(left.baseAddress!, right.baseAddress!, left.count) == 0
    }

    /// FNV-1a, with a final mix since the low bits choose the slot.
    private static func hash(_ text: UnsafeBufferPointer<UInt8>) -> UInt64 {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in text { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        return hash ^ (hash >> 29)
    }
}
