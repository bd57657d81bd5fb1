/// Strings as C knows them: NUL-terminated, in one piece of memory.
struct CStrings {
    private var bytes: [CChar] = []
    private var starts: [Int] = []

    /// - Throws: When a string holds a NUL, where C would end it.
    init(_ strings: [String], for action: @autoclosure () -> String) throws(HDF5Error) {
        bytes.reserveCapacity(strings.reduce(0) { $0 + $1.utf8.count + 1 })
        starts.reserveCapacity(strings.count)
        for string in strings {
            starts.append(bytes.count)
            for byte in string.utf8 {
                guard byte != 0 else { throw HDF5Error(action: action() + ": a string in it holds a NUL", stack: []) }
                bytes.append(CChar(bitPattern: byte))
            }
            bytes.append(0)
        }
    }

    /// Calls `body` with a pointer to each string.
    func withPointers<Result>(_ body: ([UnsafePointer<CChar>]) throws(HDF5Error) -> Result) throws(HDF5Error) -> Result {
        // `withUnsafeBufferPointer` passes typed errors on.
        try bytes.withUnsafeBufferPointer { (buffer) throws(HDF5Error) -> Result in
            // A NUL ends every string, so there is a base address whenever there is a string.
            try body(starts.map { buffer.baseAddress! + $0 })
        }
    }
}
