/// An array of a run: its elements, its shape, and what is said about it.
package struct StoredDataset: Equatable, Sendable {
    private let source: Source

    /// The length of each dimension, slowest first; empty for a single value.
    package let shape: [Int]

    package var attributes: StoredAttributes

    /// The same elements, made ready for the file.
    let packed: PackedCounts?

    /// The same elements, some rows at a time.
    let rows: StoredRows?

    /// Whether the elements are strings.
    let isText: Bool

    /// - Parameters:
    ///   - content: The elements in C order. Every NaN is made the same NaN.
    ///   - shape: The length of each dimension. Without one the dataset is one-dimensional.
    /// - Precondition: The shape has as many elements as there are, and no string holds a NUL.
    package init(_ content: StoredContent, shape: [Int]? = nil, attributes: StoredAttributes = [:]) {
        source = .given(content.withCanonicalNaNs())
        (packed, rows) = (nil, nil)
        self.shape = shape ?? [content.count]
        self.attributes = attributes
        if case .strings = content { isText = true } else { isText = false }
        Self.check(content, against: self.shape)
    }

    /// A dataset of numbers that are made anew whenever they are asked for, to take no memory before.
    ///
    /// - Parameter packed: The same elements, made ready for the file ahead of it.
    /// - Precondition: `make` gives the same every time, numbers, and as many as the shape says.
    init(
        shape: [Int], attributes: StoredAttributes = [:], packed: PackedCounts? = nil,
        making make: @escaping @Sendable () -> StoredContent
    ) {
        precondition(packed.map { $0.shape == shape } ?? true, "the packed counts are of another shape")
        source = .made(make)
        self.packed = packed
        rows = nil
        self.shape = shape
        self.attributes = attributes
        isText = false
    }

    /// A matrix that is given up on its way into the file.
    init(shape: [Int], attributes: StoredAttributes = [:], rows: StoredRows) {
        precondition(shape.count == 2, "a matrix has rows and columns")
        source = .made { .floats(rows.rows(0..<shape[0])) }
        packed = nil
        self.rows = rows
        self.shape = shape
        self.attributes = attributes
        isText = false
    }

    /// The elements in C order.
    package var content: StoredContent {
        switch source {
        case .given(let content): return content
        case .made(let make):
            let content = make()
            if case .strings = content { preconditionFailure("strings are not made on demand") }
            Self.check(content, against: shape)
            return content.withCanonicalNaNs()
        }
    }

    package static func == (left: StoredDataset, right: StoredDataset) -> Bool {
        left.shape == right.shape && left.attributes == right.attributes && left.content == right.content
    }

    private enum Source: Sendable {
        case given(StoredContent)
        case made(@Sendable () -> StoredContent)
    }

    private static func check(_ content: StoredContent, against shape: [Int]) {
        precondition(shape.reduce(1, *) == content.count, "the shape \(shape) is not that of \(content.count) elements")
    }
}
