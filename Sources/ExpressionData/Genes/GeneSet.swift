/// A named set of genes, as its file gives it.
package struct GeneSet: Equatable, Sendable {
    package var name: String
    package var description: String

    /// The file the set came from, without its folder.
    package var source: String

    /// Members in file order, each once.
    package var genes: [String]

    package init(name: String, description: String, source: String, genes: [String]) {
        self.name = name
        self.description = description
        self.source = source
        self.genes = genes
    }
}
