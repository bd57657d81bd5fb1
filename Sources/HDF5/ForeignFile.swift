/// An HDF5 file from somebody else, read in a process of its own.
///
/// libhdf5 trusts what stands in a file: crafted content makes it crash, ask for any amount of memory, never return, or
/// open other files. So the library sees such a file only in a process that has limits and nothing to lose
/// (`ReaderProcess`), and this one gets arrays from it, whose lengths it checks.
///
/// Groups and datasets are named by their paths; that one is missing shows when it is asked something.
package final class ForeignFile {
    private let process: ReaderProcess?
    private let server: ForeignFileServer?
    private let path: String

    /// How many bytes the file may still give: a few bytes can name the same array again and again.
    private var remainingBytes: Int

    /// Opens the file at `path`.
    ///
    /// - Throws: `HDF5Error`, also when the library does not survive the opening.
    package init(reading path: String) throws(HDF5Error) {
        self.path = path
        let limits = ReaderLimits(ofFile: path)
        remainingBytes = limits.totalBytes
        if let executable = ReaderProcess.executable {
            server = nil
            process = try ReaderProcess(executable: executable, path: path)
        } else {
            process = nil
            server = try ForeignFileServer(path: path)
        }
        let _: [UInt8] = try ask(ForeignRequest(.open))
    }

    /// The root group.
    package var root: ForeignGroup { ForeignGroup(file: self, path: "/") }

    /// Asks for an array of `T`.
    func ask<T: BitwiseCopyable>(_ request: ForeignRequest) throws(HDF5Error) -> [T] {
        let answer: ForeignAnswer<T>
        if let process {
            answer = try process.ask(request, limit: remainingBytes)
        } else {
            answer = ForeignAnswer(copying: server!.answer(request))
        }
        remainingBytes -= answer.byteCount
        guard remainingBytes >= 0 else { throw ReaderLimits.exceeded(path) }
        switch answer {
        case .values(let values): return values
        case .failure(let error): throw error
        }
    }

    /// Asks for texts, of which each ends with a NUL.
    func askForStrings(_ request: ForeignRequest) throws(HDF5Error) -> [String] {
        ForeignText.strings(in: try ask(request))
    }

    /// An answer that the library cannot have given.
    func contradiction(_ path: String) -> HDF5Error {
        HDF5Error(action: "read \(path): its length is not that of its shape", stack: [])
    }
}

@available(*, unavailable)
extension ForeignFile: Sendable {}

/// A group of a `ForeignFile`.
package struct ForeignGroup: ForeignObject {
    package let file: ForeignFile
    package let path: String
    package var isDataset: Bool { false }

    package func group(_ name: String) -> ForeignGroup { ForeignGroup(file: file, path: join(path, name)) }

    package func dataset(_ name: String) -> ForeignDataset { ForeignDataset(file: file, path: join(path, name)) }

    /// The group's members by name, in byte order.
    package func members() throws(HDF5Error) -> [(name: String, kind: Group.MemberKind)] {
        try file.askForStrings(ForeignRequest(.members, path)).map { text in
            let kind: Group.MemberKind =
                switch text.first {
                case "g": .group
                case "d": .dataset
                default: .other
                }
            return (String(text.dropFirst()), kind)
        }
    }
}

@available(*, unavailable)
extension ForeignGroup: Sendable {}

/// A dataset of a `ForeignFile`.
package struct ForeignDataset: ForeignObject {
    package let file: ForeignFile
    package let path: String
    package var isDataset: Bool { true }

    /// The length of each dimension, slowest first; empty for a single value. Their product fits into an `Int`.
    package func shape() throws(HDF5Error) -> [Int] {
        let shape: [Int] = try file.ask(ForeignRequest(.shape, path))
        guard elementCount(of: shape) != nil else { throw file.contradiction(path) }
        return shape
    }

    /// What the elements are, or nil for a type without a name here.
    package func elementType() throws(HDF5Error) -> ElementType? {
        let name = try file.askForStrings(ForeignRequest(.elementType, path)).first ?? ""
        return ElementType(rawValue: name)
    }

    /// Reads all elements in C order, as many as the shape says; see `Dataset.read`.
    package func read<T: Element>(as type: T.Type = T.self) throws(HDF5Error) -> [T] {
        try checked(try file.ask(ForeignRequest(.numbers, path, element: T.elementType)), count: try count())
    }

    /// Reads some rows; see `Dataset.read(rows:)`.
    ///
    /// - Throws: Also when the dataset has no such rows.
    package func read<T: Element>(rows: Range<Int>, as type: T.Type = T.self) throws(HDF5Error) -> [T] {
        let shape = try shape()
        guard let rowCount = shape.first, rows.lowerBound >= 0, rows.upperBound <= rowCount else {
            throw HDF5Error(action: "read the rows \(rows) of \(path): its shape is \(shape)", stack: [])
        }
        let request = ForeignRequest(.rows, path, element: T.elementType, rows: rows)
        return try checked(try file.ask(request), count: rows.count * shape.dropFirst().reduce(1, *))
    }

    /// Reads all elements of a dataset of Booleans.
    package func readBools() throws(HDF5Error) -> [Bool] {
        let bytes: [Int8] = try checked(try file.ask(ForeignRequest(.bools, path)), count: try count())
        return bytes.map { $0 != 0 }
    }

    /// Reads all elements of a dataset of strings. Bytes that are not UTF-8 become U+FFFD.
    package func readStrings() throws(HDF5Error) -> [String] {
        try checked(try file.askForStrings(ForeignRequest(.strings, path)), count: try count())
    }

    private func count() throws(HDF5Error) -> Int { try shape().reduce(1, *) }

    private func checked<T>(_ values: [T], count: Int) throws(HDF5Error) -> [T] {
        guard values.count == count else { throw file.contradiction(path) }
        return values
    }
}

@available(*, unavailable)
extension ForeignDataset: Sendable {}

/// A group or a dataset of a `ForeignFile`.
package protocol ForeignObject {
    var file: ForeignFile { get }

    /// Where the object stands in its file; `/` for the root.
    var path: String { get }

    var isDataset: Bool { get }
}

extension ForeignObject {
    /// The names of the object's attributes, in byte order.
    package func attributeNames() throws(HDF5Error) -> [String] {
        try file.askForStrings(ForeignRequest(.attributeNames, path, isDataset: isDataset))
    }

    /// Reads an attribute, or returns nil where its type has no name here. It has as many values as its shape says.
    package func attribute(_ name: String) throws(HDF5Error) -> (content: AttributeContent, shape: [Int])? {
        let request = ForeignRequest(.attributeShape, path, name: name, isDataset: isDataset)
        let description: [Int] = try file.ask(request)
        guard let code = description.first, let kind = AttributeKind(rawValue: code) else { return nil }
        let shape = Array(description.dropFirst())
        let values = ForeignRequest(.attributeValues, path, name: name, isDataset: isDataset)
        let content: AttributeContent =
            switch kind {
            case .doubles: .doubles(try file.ask(values))
            case .integers: .integers(try file.ask(values))
            case .bools: .bools((try file.ask(values) as [Int8]).map { $0 != 0 })
            case .strings: .strings(try file.askForStrings(values))
            }
        guard content.count == elementCount(of: shape) else { throw file.contradiction("\(path)@\(name)") }
        return (content, shape)
    }
}

/// How the content of an attribute is named between the two processes.
enum AttributeKind: Int {
    case doubles, integers, bools, strings
}

extension AttributeContent {
    fileprivate var count: Int {
        switch self {
        case .doubles(let values): values.count
        case .integers(let values): values.count
        case .bools(let values): values.count
        case .strings(let values): values.count
        }
    }
}

/// The number of elements of a shape, or nil where there is no such number.
private func elementCount(of shape: [Int]) -> Int? {
    var count = 1
    for length in shape {
        let (product, overflow) = count.multipliedReportingOverflow(by: length)
        guard length >= 0, !overflow else { return nil }
        count = product
    }
    return count
}
