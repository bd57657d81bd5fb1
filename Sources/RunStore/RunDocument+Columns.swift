extension RunDocument {
    /// The elements of a dataset of doubles.
    ///
    /// - Throws: `RunStoreError.missing`, or `.wrongType` where the dataset holds something else.
    ///   So do the other accessors.
    package func doubles(_ path: String) throws(RunStoreError) -> [Double] {
        let content = try content(at: path)
        guard case .doubles(let values) = content else { throw wrongType(path, content, expected: "float64") }
        return values
    }

    package func floats(_ path: String) throws(RunStoreError) -> [Float] {
        let content = try content(at: path)
        guard case .floats(let values) = content else { throw wrongType(path, content, expected: "float32") }
        return values
    }

    package func int32s(_ path: String) throws(RunStoreError) -> [Int32] {
        let content = try content(at: path)
        guard case .int32s(let values) = content else { throw wrongType(path, content, expected: "int32") }
        return values
    }

    package func int64s(_ path: String) throws(RunStoreError) -> [Int64] {
        let content = try content(at: path)
        guard case .int64s(let values) = content else { throw wrongType(path, content, expected: "int64") }
        return values
    }

    package func uint64s(_ path: String) throws(RunStoreError) -> [UInt64] {
        let content = try content(at: path)
        guard case .uint64s(let values) = content else { throw wrongType(path, content, expected: "uint64") }
        return values
    }

    package func bools(_ path: String) throws(RunStoreError) -> [Bool] {
        let content = try content(at: path)
        guard case .bools(let values) = content else { throw wrongType(path, content, expected: "bool") }
        return values
    }

    package func strings(_ path: String) throws(RunStoreError) -> [String] {
        let content = try content(at: path)
        guard case .strings(let values) = content else { throw wrongType(path, content, expected: "string") }
        return values
    }

    /// The lists that `addLists` stored.
    package func lists(_ path: String) throws(RunStoreError) -> [[Int32]] {
        let (offsets, values) = (try int64s("\(path)/offsets"), try int32s("\(path)/values"))
        guard offsets.first == 0, offsets.last == Int64(values.count), zip(offsets, offsets.dropFirst()).allSatisfy(<=)
        else {
            throw .wrongShape(path: "\(path)/values", expected: [Int(offsets.last ?? 0)], found: [values.count])
        }
        return zip(offsets, offsets.dropFirst()).map { Array(values[Int($0)..<Int($1)]) }
    }

    /// The categories and codes that `addCategorical` stored; a code of −1 is a missing value.
    package func categorical(_ path: String) throws(RunStoreError) -> (codes: [Int], categories: [String]) {
        let categories = try strings("\(path)/categories")
        let content = try content(at: "\(path)/codes")
        let codes =
            switch content {
            case .int8s(let codes): codes.map { Int($0) }
            case .int16s(let codes): codes.map { Int($0) }
            case .int32s(let codes): codes.map { Int($0) }
            default: throw wrongType("\(path)/codes", content, expected: "int8, int16 or int32")
            }
        return (codes, categories)
    }

    /// The names of a table's columns in their order, without its index.
    package func columnNames(ofTable path: String) throws(RunStoreError) -> [String] {
        guard let attributes = attributes(ofGroup: path), case .strings(let names) = attributes["column-order"] else {
            throw .missing(path: path)
        }
        return names
    }

    /// The names of a table's rows, which its index holds.
    package func rowNames(ofTable path: String) throws(RunStoreError) -> [String] {
        guard let attributes = attributes(ofGroup: path), case .string(let index) = attributes["_index"] else {
            throw .missing(path: path)
        }
        return try strings("\(path)/\(index)")
    }

    /// The resolved scientific configuration.
    package func configuration() throws(RunStoreError) -> String {
        try strings(Self.configurationPath).first ?? ""
    }

    private func content(at path: String) throws(RunStoreError) -> StoredContent {
        guard let dataset = self[path] else { throw .missing(path: path) }
        return dataset.content
    }

    private func wrongType(_ path: String, _ content: StoredContent, expected: String) -> RunStoreError {
        .wrongType(path: path, expected: expected, found: content.typeName)
    }
}
