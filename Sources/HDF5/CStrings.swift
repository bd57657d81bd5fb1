import Glibc

/// Strings as C knows them: NUL-terminated, in one piece of memory.
struct CStrings {
    private var bytes: [UInt8] = []
    private var starts: [Int] = []

    /// - Throws: When a string holds a NUL, where C would end it.
    init(_ strings: [String], for action: @autoclosure () -> String) throws(HDF5Error) {
        bytes.reserveCapacity(strings.reduce(0) { $0 + $1.utf8.count + 1 })
        starts.reserveCapacity(strings.count)
        for string in strings {
            guard !string.hasNUL else { throw HDF5Error(action: action() + ": a string in it holds a NUL", stack: []) }
            starts.append(bytes.count)
            bytes.append(contentsOf: string.utf8)
            bytes.append(0)
        }
    }

    /// Calls `body` with a pointer to each string.
    func withPointers<Result>(_ body: ([UnsafePointer<CChar>]) throws(HDF5Error) -> Result) throws(HDF5Error) -> Result
    {
        try bytes.withUnsafeBufferPointer { (buffer) throws(HDF5Error) -> Result in
            // A NUL ends every string, so there is a base address whenever there is a string.
            let start = UnsafeRawPointer(buffer.baseAddress)?.assumingMemoryBound(to: CChar.self)
            return try body(starts.map { start! + $0 })
        }
    }
}

/// Strings of one length, shorter ones filled up with NULs.
enum PaddedStrings {
    /// Returns the bytes of `strings`, each filled up to `length`, which none exceeds.
    ///
    /// - Throws: When a string holds a NUL, which a reader would take for its end.
    static func bytes(
        of strings: [String], length: Int, for action: @autoclosure () -> String
    ) throws(HDF5Error) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(strings.count * length)
        for string in strings {
            guard !string.hasNUL else { throw HDF5Error(action: action() + ": a string in it holds a NUL", stack: []) }
            bytes.append(contentsOf: string.utf8)
            bytes.append(contentsOf: repeatElement(0, count: length - string.utf8.count))
        }
        return bytes
    }

    /// Returns the strings of `length` bytes each. Bytes that are not UTF-8 become U+FFFD.
    static func strings(in bytes: [UInt8], length: Int) -> [String] {
        bytes.withUnsafeBufferPointer { bytes in
            stride(from: 0, to: bytes.count, by: length).map { start in
                let string = UnsafeBufferPointer(rebasing: bytes[start..<start + length])
                return String(decoding: string.prefix(strnlen(string.baseAddress!, length)), as: UTF8.self)
            }
        }
    }

    private static func strnlen(_ bytes: UnsafePointer<UInt8>, _ limit: Int) -> Int {
        guard let end = memchr(bytes, 0, limit) else { return limit }
        return UnsafeRawPointer(end) - UnsafeRawPointer(bytes)
    }
}

extension String {
    fileprivate var hasNUL: Bool {
        var string = self
        return string.withUTF8 { bytes in !bytes.isEmpty && memchr(bytes.baseAddress!, 0, bytes.count) != nil }
    }
}
