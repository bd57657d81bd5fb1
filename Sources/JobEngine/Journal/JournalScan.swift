import ContentDigest

/// What is found in the bytes of a journal.
package struct JournalScan: Equatable, Sendable {
    /// Whether the journal may be used.
    package enum Verdict: Equatable, Sendable {
        case intact

        /// The last append was cut short. Truncate the file to `validLength` and say so.
        case tornTail(bytes: Int)

        /// There are good records behind bad bytes, so the disk or somebody changed
        /// what had been written. Refuse, and name the file and these offsets.
        case corrupt(at: Int, nextGoodRecord: Int)
    }

    /// The records before anything bad.
    package var records: [JournalRecord]

    /// How many bytes they take.
    package var validLength: Int

    package var verdict: Verdict

    /// Reads a journal.
    package init(_ bytes: [UInt8]) {
        self = bytes.withUnsafeBytes { JournalScan($0) }
    }

    /// Reads a journal, such as a mapped file. Total: any bytes give a verdict.
    package init(_ bytes: UnsafeRawBufferPointer) {
        records = []
        validLength = 0
        while let (record, length) = JournalScan.record(in: bytes, at: validLength) {
            records.append(record)
            validLength += length
        }
        if validLength == bytes.count {
            verdict = .intact
        } else if let next = JournalScan.firstRecord(in: bytes, after: validLength) {
            verdict = .corrupt(at: validLength, nextGoodRecord: next)
        } else {
            verdict = .tornTail(bytes: bytes.count - validLength)
        }
    }

    /// Returns the whole and undamaged record at `offset`, if there is one, and its length.
    private static func record(in bytes: UnsafeRawBufferPointer, at offset: Int) -> (JournalRecord, Int)? {
        let left = bytes.count - offset
        guard left >= JournalLayout.prefixBytes + JournalLayout.trailerBytes else { return nil }
        for (index, byte) in JournalLayout.marker.enumerated() where bytes[offset + index] != byte { return nil }
        func word(at position: Int) -> UInt32 {
            UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: position, as: UInt32.self))
        }
        let fieldBytes = Int(word(at: offset + 4))
        let payloadBytes = Int(word(at: offset + 8))
        guard fieldBytes <= JournalLayout.fieldBytes, payloadBytes <= MessageLimits.payloadBytes else { return nil }
        let checked = JournalLayout.prefixBytes + fieldBytes + payloadBytes
        guard left >= checked + JournalLayout.trailerBytes else { return nil }
        var checksum = CRC32C()
        checksum.update(UnsafeRawBufferPointer(rebasing: bytes[offset..<offset + checked]))
        guard checksum.value == word(at: offset + checked) else { return nil }
        let fields = offset + JournalLayout.prefixBytes
        let payload = fields + fieldBytes
        guard
            let record = try? JournalRecord(
                fields: Array(bytes[fields..<payload]), payload: Array(bytes[payload..<payload + payloadBytes]))
        else { return nil }
        return (record, checked + JournalLayout.trailerBytes)
    }

    /// Returns where the first good record behind `offset` starts, if there is one.
    private static func firstRecord(in bytes: UnsafeRawBufferPointer, after offset: Int) -> Int? {
        let first = JournalLayout.marker[0]
        var position = offset + 1
        while position < bytes.count {
            if bytes[position] == first, record(in: bytes, at: position) != nil { return position }
            position += 1
        }
        return nil
    }
}
