import CHDF5

extension Group {
    /// Makes a dataset of numbers in this group and writes it.
    ///
    /// - Parameters:
    ///   - name: Its name in this group.
    ///   - values: The elements in C order.
    ///   - shape: The length of each dimension, slowest first; empty for a single value.
    /// - Precondition: The shape has as many elements as there are values.
    package func createDataset<T: Element>(
        _ name: String, _ values: [T], shape: [Int], storage: Storage
    ) throws(HDF5Error) -> Dataset {
        try createDataset(name, T.elementType, values, shape: shape, storage: storage)
    }

    /// Makes a dataset of Booleans in this group and writes it.
    package func createDataset(
        _ name: String, _ values: [Bool], shape: [Int], storage: Storage
    ) throws(HDF5Error) -> Dataset {
        try createDataset(name, .bool, values.map { $0 ? Int8(1) : 0 }, shape: shape, storage: storage)
    }

    private func createDataset<T: BitwiseCopyable>(
        _ name: String, _ element: ElementType, _ values: [T], shape: [Int], storage: Storage
    ) throws(HDF5Error) -> Dataset {
        precondition(shape.reduce(1, *) == values.count, "a dataset has as many elements as its shape")
        let dataset = try createDataset(name, ofType: try Datatype.inFile(element), shape: shape, storage: storage)
        try dataset.write(values, ofType: try Datatype.inMemory(element))
        return dataset
    }

    func createDataset(
        _ name: String, ofType type: borrowing Datatype, shape: [Int], storage: Storage
    ) throws(HDF5Error) -> Dataset {
        let space = try Dataspace(shape: shape)
        let properties = try storage.creationProperties()
        let (id, path, typeID, spaceID, propertiesID) = (id, join(path, name), type.id, space.id, properties.id)
        return Dataset(
            owning: try perform("make the dataset \(path)") {
                H5Dcreate2(id, name, typeID, spaceID, modicum_h5p_default(), propertiesID, modicum_h5p_default())
            }, path: path)
    }
}

extension Dataset {
    /// Writes all elements from memory of the given type.
    func write<T: BitwiseCopyable>(_ values: [T], ofType type: borrowing Datatype) throws(HDF5Error) {
        let (id, path, typeID) = (id, path, type.id)
        try perform("write \(path)") {
            H5Dwrite(id, typeID, modicum_h5s_all(), modicum_h5s_all(), modicum_h5p_default(), values)
        }
    }
}
