import CHDF5
import CMemory

extension Dataset {
    /// Reads some of the rows in C order: along the first dimension `rows`, along the others everything.
    ///
    /// - Precondition: The dataset has a dimension at least, and `rows` lies in the first.
    package func read<T: Element>(rows: Range<Int>, as type: T.Type = T.self) throws(HDF5Error) -> [T] {
        guard try datatype().isNumeric() else {
            throw HDF5Error(action: "read \(path) as numbers: it holds none", stack: [])
        }
        let shape = try shape()
        precondition(rows.lowerBound >= 0 && rows.upperBound <= shape[0])
        let rowLength = shape.dropFirst().reduce(1, *)
        var values = [T](repeating: T.zero, count: rows.count * rowLength)
        guard !values.isEmpty else { return values }
        let start = [hsize_t(rows.lowerBound)] + shape.dropFirst().map { _ in 0 }
        let count = [hsize_t(rows.count)] + shape.dropFirst().map { hsize_t($0) }
        let (id, path) = (id, path)
        let fileSpace = Dataspace(owning: try perform("open the shape of \(path)") { H5Dget_space(id) })
        let memorySpace = try Dataspace(shape: [values.count])
        let memoryType = try Datatype.inMemory(T.elementType)
        let (fileSpaceID, memorySpaceID, typeID) = (fileSpace.id, memorySpace.id, memoryType.id)
        try perform("select rows of \(path)") {
            H5Sselect_hyperslab(fileSpaceID, H5S_SELECT_SET, start, nil, count, nil)
        }
        try perform("read \(path)") {
            H5Dread(id, typeID, memorySpaceID, fileSpaceID, modicum_h5p_default(), &values)
        }
        return values
    }
}

extension Group {
    /// Makes a matrix in this group from rows that are made on the way.
    ///
    /// - Parameters:
    ///   - shape: Rows, columns.
    ///   - storage: Of chunks best as many rows high as are made at a time, so that each is written once.
    ///   - make: Makes the elements of some rows, row after row. Called once for each range, in their order.
    package func createDataset<T: Element>(
        _ name: String, shape: [Int], storage: Storage = .contiguous, rowsAtATime step: Int,
        making make: (Range<Int>) -> [T]
    ) throws(HDF5Error) -> Dataset {
        let dataset = try createDataset(
            name, ofType: try Datatype.inFile(T.elementType), shape: shape, storage: storage)
        for first in stride(from: 0, to: shape[0], by: step) {
            let rows = first..<min(first + step, shape[0])
            try dataset.write(rows: rows, columns: shape[1], make(rows))
            // What the rows were made from may have been let go; the file grows into as much more.
            modicum_give_back_freed()
        }
        return dataset
    }
}

extension Dataset {
    /// Writes some of the rows of a matrix.
    fileprivate func write<T: Element>(rows: Range<Int>, columns: Int, _ values: [T]) throws(HDF5Error) {
        precondition(values.count == rows.count * columns, "rows have as many elements as the matrix has columns")
        let (id, path) = (id, path)
        let fileSpace = Dataspace(owning: try perform("open the shape of \(path)") { H5Dget_space(id) })
        let memorySpace = try Dataspace(shape: [values.count])
        let memoryType = try Datatype.inMemory(T.elementType)
        let (fileSpaceID, memorySpaceID, typeID) = (fileSpace.id, memorySpace.id, memoryType.id)
        let (start, count) = ([hsize_t(rows.lowerBound), 0], [hsize_t(rows.count), hsize_t(columns)])
        try perform("select rows of \(path)") {
            H5Sselect_hyperslab(fileSpaceID, H5S_SELECT_SET, start, nil, count, nil)
        }
        try perform("write \(path)") {
            H5Dwrite(id, typeID, memorySpaceID, fileSpaceID, modicum_h5p_default(), values)
        }
    }
}
