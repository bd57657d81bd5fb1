/// An array of a run: its elements, its shape, and what is said about it.
package struct StoredDataset: Equatable, Sendable {
    package let content: StoredContent

    /// The length of each dimension, slowest first; empty for a single value.
    package let shape: [Int]

    package var attributes: StoredAttributes

    /// - Parameters:
    ///   - content: The elements in C order. Every NaN is made the same NaN.
    ///   - shape: The length of each dimension. Without one the dataset is one-dimensional.
    /// - Precondition: The shape has as many elements as there are, and no string holds a NUL.
    package init(_ content: StoredContent, shape: [Int]? = nil, attributes: StoredAttributes = [:]) {
        let shape = shape ?? [content.count]
        precondition(shape.reduce(1, *) == content.count, "the shape \(shape) is not that of \(content.count) elements")
        self.content = content.withCanonicalNaNs()
        self.shape = shape
        self.attributes = attributes
    }
}
