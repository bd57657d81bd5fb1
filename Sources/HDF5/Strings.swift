import CHDF5

/// How strings lie in a file.
package enum StringStorage: Equatable, Sendable {
    /// Each of as many bytes as the longest has: compressible and fast, with any reader.
    case fixedLength

    /// Each of its own length, in the file's heap, uncompressed.
    case variableLength
}

extension Group {
    /// Makes a dataset of UTF-8 strings in this group and writes it.
    ///
    /// - Throws: Also when a string holds a NUL, which readers would take for its end.
    package func createDataset(
        _ name: String, _ values: [String], as strings: StringStorage, shape: [Int], storage: Storage
    ) throws(HDF5Error) -> Dataset {
        precondition(shape.reduce(1, *) == values.count, "a dataset has as many elements as its shape")
        switch strings {
        case .fixedLength:
            let length = max(1, values.reduce(0) { max($0, $1.utf8.count) })
            let type = try Datatype.fixedLengthString(length)
            let dataset = try createDataset(name, ofType: type, shape: shape, storage: storage)
            try dataset.write(
                try PaddedStrings.bytes(of: values, length: length, for: "write \(dataset.path)"), ofType: type)
            return dataset
        case .variableLength:
            let type = try Datatype.variableLengthString()
            let dataset = try createDataset(name, ofType: type, shape: shape, storage: storage)
            let (id, path, typeID) = (dataset.id, dataset.path, type.id)
            try CStrings(values, for: "write \(path)").withPointers { pointers throws(HDF5Error) in
                _ = try perform("write \(path)") {
                    H5Dwrite(id, typeID, modicum_h5s_all(), modicum_h5s_all(), modicum_h5p_default(), pointers)
                }
            }
            return dataset
        }
    }
}

extension Dataset {
    /// Reads all elements of a dataset of strings.
    ///
    /// Bytes that are not UTF-8 become U+FFFD.
    package func readStrings() throws(HDF5Error) -> [String] {
        let type = try datatype()
        guard try type.elementType() == .string else {
            throw HDF5Error(action: "read \(path) as strings: it holds none", stack: [])
        }
        let count = try checkedCount()
        return try type.isVariableLengthString()
            ? try readVariableLengthStrings(count) : try readFixedLengthStrings(count, ofType: type)
    }

    private func readVariableLengthStrings(_ count: Int) throws(HDF5Error) -> [String] {
        var pointers = [UnsafeMutablePointer<CChar>?](repeating: nil, count: count)
        let type = try Datatype.variableLengthString()
        let space = try Dataspace(shape: [count])
        let (id, path, typeID, spaceID) = (id, path, type.id, space.id)
        try perform("read \(path)") {
            H5Dread(id, typeID, modicum_h5s_all(), modicum_h5s_all(), modicum_h5p_default(), &pointers)
        }
        let strings = pointers.map { pointer in pointer.map { String(cString: $0) } ?? "" }
        try perform("give back the strings of \(path)") {
            H5Dvlen_reclaim(typeID, spaceID, modicum_h5p_default(), &pointers)
        }
        return strings
    }

    private func readFixedLengthStrings(_ count: Int, ofType type: borrowing Datatype) throws(HDF5Error) -> [String] {
        let length = try type.size()
        var bytes = [UInt8](repeating: 0, count: count * length)
        let (id, path, typeID) = (id, path, type.id)
        try perform("read \(path)") {
            H5Dread(id, typeID, modicum_h5s_all(), modicum_h5s_all(), modicum_h5p_default(), &bytes)
        }
        return PaddedStrings.strings(in: bytes, length: length)
    }
}
