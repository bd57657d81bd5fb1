/// A column of what is computed of a block of genes.
///
/// Described once, where its values are declared: by this description blocks are joined, sent, checked and replaced, and
/// the column stands in the table of genes and in the store, with its unit and its meaning.
package struct GeneColumn<Block>: Sendable {
    package enum Values: Sendable {
        case doubles(WritableKeyPath<Block, [Double]> & Sendable)
        case integers(WritableKeyPath<Block, [Int32]> & Sendable)
        case booleans(WritableKeyPath<Block, [Bool]> & Sendable)
    }

    /// How many values a gene has.
    package enum Extent: Sendable {
        case one

        /// `gene * coefficientCount + coefficient`.
        case perCoefficient

        /// `gene * contrastCount + contrast`.
        case perContrast

        package func values(coefficients: Int, contrasts: Int) -> Int {
            switch self {
            case .one: 1
            case .perCoefficient: coefficients
            case .perContrast: contrasts
            }
        }
    }

    /// What becomes of the value of a gene that is fitted again, its outliers replaced.
    package enum Refit: Sendable {
        /// The new fit's, where there is one.
        case ofFit

        /// The new counts', which may all be zero and then have no fit.
        case ofCounts

        /// That of the first fit, as in DESeq2: flags, Cook's distances and what is said of the counts as measured say
        /// what was found, not what is left.
        case none
    }

    package let name: String
    package let values: Values
    package let extent: Extent
    package let refit: Refit

    /// How the tables show the column; nil for what only the fits need.
    package let entry: TableEntry?

    /// Whether a block may be without the column altogether.
    package let mayBeEmpty: Bool

    package init(
        _ name: String, _ values: Values, _ extent: Extent = .one, refit: Refit = .ofFit, mayBeEmpty: Bool = false,
        shown entry: TableEntry? = nil
    ) {
        self.name = name
        self.values = values
        self.extent = extent
        self.refit = refit
        self.mayBeEmpty = mayBeEmpty
        self.entry = entry
    }

    package func count(in block: Block) -> Int {
        switch values {
        case .doubles(let path): block[keyPath: path].count
        case .integers(let path): block[keyPath: path].count
        case .booleans(let path): block[keyPath: path].count
        }
    }
}

/// What is computed of a block of genes, as columns.
package protocol GeneColumns: Sendable {
    /// The first has one value per gene.
    static var columns: [GeneColumn<Self>] { get }

    /// Of no genes.
    init()

    /// Joins what is not a column.
    ///
    /// - Parameter offset: The position that the first gene of the other block has here.
    mutating func joinRest(of other: Self, at offset: Int)
}

extension GeneColumns {
    package mutating func joinRest(of other: Self, at offset: Int) {}

    package var geneCount: Int { Self.columns[0].count(in: self) }

    /// Puts blocks together, in their order.
    package init(joining blocks: [Self]) {
        self.init()
        for column in Self.columns {
            switch column.values {
            case .doubles(let path): self[keyPath: path] = blocks.flatMap { $0[keyPath: path] }
            case .integers(let path): self[keyPath: path] = blocks.flatMap { $0[keyPath: path] }
            case .booleans(let path): self[keyPath: path] = blocks.flatMap { $0[keyPath: path] }
            }
        }
        var offset = 0
        for block in blocks {
            joinRest(of: block, at: offset)
            offset += block.geneCount
        }
    }

    /// Puts refits in the place of first fits.
    ///
    /// - Parameters:
    ///   - genes: For each gene that is replaced its position here, and that in the other block.
    ///   - kinds: What of the genes is replaced.
    package mutating func replace(
        _ genes: [(position: Int, source: Int)], from other: Self,
        _ kinds: Set<GeneColumn<Self>.Refit> = [.ofFit, .ofCounts]
    ) {
        guard !genes.isEmpty else { return }
        for column in Self.columns where kinds.contains(column.refit) {
            let stride = column.count(in: self) / geneCount
            switch column.values {
            case .doubles(let path): self[keyPath: path].replace(genes, from: other[keyPath: path], stride: stride)
            case .integers(let path): self[keyPath: path].replace(genes, from: other[keyPath: path], stride: stride)
            case .booleans(let path): self[keyPath: path].replace(genes, from: other[keyPath: path], stride: stride)
            }
        }
    }
}

extension Array {
    fileprivate mutating func replace(
        _ genes: [(position: Int, source: Int)], from other: [Element], stride: Int
    ) {
        for (position, source) in genes {
            for value in 0..<stride { self[position * stride + value] = other[source * stride + value] }
        }
    }
}
