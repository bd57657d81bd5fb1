/// Which occurrence of a gene that a ranked list has more than once counts.
package enum DuplicateRule: String, OptionWord {
    /// The lowest score, as in the GSEA desktop program.
    case lowestScore = "lowest"

    case highestScore = "highest"

    /// The score farthest from zero, the higher of two equally far.
    case largestMagnitude = "largest-magnitude"
}
