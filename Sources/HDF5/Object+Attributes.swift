import CHDF5

/// The value of an attribute, as this module reads it.
package enum AttributeContent: Equatable, Sendable {
    case doubles([Double])
    case integers([Int64])
    case bools([Bool])
    case strings([String])
}

extension Object where Self: ~Copyable {
    /// Writes an attribute of this object. Strings are UTF-8 of variable length, as AnnData asks for.
    ///
    /// - Parameter shape: Empty for a single value.
    package func setAttribute(_ name: String, _ content: AttributeContent, shape: [Int]) throws(HDF5Error) {
        switch content {
        case .doubles(let values):
            try createAttribute(name, .float64, shape: shape).write(values, ofType: try .inMemory(.float64))
        case .integers(let values):
            try createAttribute(name, .int64, shape: shape).write(values, ofType: try .inMemory(.int64))
        case .bools(let values):
            try createAttribute(name, .bool, shape: shape)
                .write(values.map { $0 ? Int8(1) : 0 }, ofType: try .inMemory(.bool))
        case .strings(let values):
            let attribute = try createAttribute(name, .string, shape: shape)
            let type = try Datatype.variableLengthString()
            let (id, path, typeID) = (attribute.id, attribute.path, type.id)
            try CStrings(values, for: "write \(path)").withPointers { pointers throws(HDF5Error) in
                _ = try perform("write \(path)") { H5Awrite(id, typeID, pointers) }
            }
        }
    }

    /// The names of the object's attributes, in byte order.
    package func attributeNames() throws(HDF5Error) -> [String] {
        var names: [String] = []
        let (id, path) = (id, path)
        try withUnsafeMutablePointer(to: &names) { names throws(HDF5Error) in
            var start: hsize_t = 0
            _ = try perform("list the attributes of \(path)") {
                H5Aiterate2(
                    id, H5_INDEX_NAME, H5_ITER_INC, &start,
                    { _, name, _, names in
                        guard let name, let names else { return 0 }
                        names.assumingMemoryBound(to: [String].self).pointee.append(String(cString: name))
                        return 0
                    }, names)
            }
        }
        return names
    }

    /// Reads an attribute, or returns nil where its type has no name here.
    package func attribute(_ name: String) throws(HDF5Error) -> (content: AttributeContent, shape: [Int])? {
        let (id, attributePath) = (id, "\(path)@\(name)")
        let attribute = Attribute(
            owning: try perform("open the attribute \(attributePath)") { H5Aopen(id, name, modicum_h5p_default()) },
            path: attributePath)
        let shape = try attribute.shape()
        switch try attribute.datatype().elementType() {
        case .float64, .float32:
            return (.doubles(try attribute.read(as: .float64, zero: 0)), shape)
        case .int8, .int16, .int32, .int64, .uint64:
            return (.integers(try attribute.read(as: .int64, zero: 0)), shape)
        case .bool:
            return (.bools(try attribute.read(as: .bool, zero: Int8(0)).map { $0 != 0 }), shape)
        case .string:
            return (.strings(try attribute.readStrings()), shape)
        case nil:
            return nil
        }
    }

    private func createAttribute(
        _ name: String, _ element: ElementType, shape: [Int]
    ) throws(HDF5Error) -> Attribute {
        let type = try Datatype.inFile(element)
        let space = try Dataspace(shape: shape)
        let (id, attributePath, typeID, spaceID) = (id, "\(path)@\(name)", type.id, space.id)
        return Attribute(
            owning: try perform("make the attribute \(attributePath)") {
                H5Acreate2(id, name, typeID, spaceID, modicum_h5p_default(), modicum_h5p_default())
            }, path: attributePath)
    }
}
