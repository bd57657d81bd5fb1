/// What the numbers of a column are counted or measured in, as the store and the documents say it.
package enum ColumnUnit: String, Sendable {
    /// A name, a word, a truth value, or a number without unit.
    case none = ""

    /// Counts divided by their sample's size factor.
    case counts
    case squaredCounts = "counts²"

    /// A binary logarithm, of a fold change between two levels or for one unit of a quantity.
    case log2
    case standardErrors = "standard errors"
    case probability
    case share
    case genes
    case samples
    case geneSets = "gene sets"
    case permutations

    /// Of a search.
    case steps

    /// Of a ranked list.
    case placeInList = "place in the list"
}
