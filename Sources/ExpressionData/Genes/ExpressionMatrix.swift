/// Expression values, such as intensities, one row per gene and one column per sample.
package struct ExpressionMatrix: Equatable, Sendable {
    /// In input order, without duplicates.
    package let geneNames: [String]

    /// One per gene; may be empty.
    package let descriptions: [String]

    /// In input order, without duplicates.
    package let sampleNames: [String]

    /// `values[gene * sampleCount + sample]`; NaN where it is missing.
    package let values: [Double]

    /// - Precondition: There is one value per gene and sample, and one description per gene.
    package init(geneNames: [String], descriptions: [String], sampleNames: [String], values: [Double]) {
        precondition(values.count == geneNames.count * sampleNames.count)
        precondition(descriptions.count == geneNames.count)
        self.geneNames = geneNames
        self.descriptions = descriptions
        self.sampleNames = sampleNames
        self.values = values
    }

    package var geneCount: Int { geneNames.count }
    package var sampleCount: Int { sampleNames.count }

    /// The values of one gene, in sample order.
    package func values(ofGene gene: Int) -> ArraySlice<Double> {
        values[gene * sampleCount..<(gene + 1) * sampleCount]
    }
}

/// What is compared between the samples of an expression matrix.
package enum Phenotypes: Equatable, Sendable {
    /// One of the classes for every sample, by its position in `classes`.
    case classes([String], labels: [Int])

    /// Named profiles with one number per sample.
    case profiles([Profile])

    package struct Profile: Equatable, Sendable {
        package let name: String
        package let values: [Double]

        package init(name: String, values: [Double]) {
            self.name = name
            self.values = values
        }
    }
}
