/// Which genes of a count matrix are analysed.
package struct GeneFilter: Equatable, Sendable {
    package enum Chromosomes: Equatable, Sendable {
        case all

        /// Chromosomes called by a number from 1 to 22, with or without `chr`.
        case autosomes

        /// By name, with or without `chr`.
        case named([String])

        /// `all`, `autosomes`, or names separated by commas.
        package init(parsing text: String) throws {
            let names = text.split(separator: ",").map { String($0.filter { $0 != " " }) }.filter { !$0.isEmpty }
            switch names {
            case []:
                throw InputError(
                    "no chromosome is named", remedy: "Expected all, autosomes, or names such as 1,2,X.")
            case ["all"]: self = .all
            case ["autosomes"]: self = .autosomes
            default: self = .named(names)
            }
        }

        func contains(_ chromosome: String) -> Bool {
            let name = Self.withoutPrefix(chromosome)
            return switch self {
            case .all: true
            case .autosomes: Int(name).map { (1...22).contains($0) } ?? false
            case .named(let names): names.contains { Self.withoutPrefix($0) == name }
            }
        }

        private static func withoutPrefix(_ name: String) -> String {
            name.hasPrefix("chr") ? String(name.dropFirst(3)) : name
        }
    }

    /// A gene needs counts of at least `count` in at least `samples` samples.
    package struct Expression: Equatable, Sendable {
        package var count: Int
        package var samples: Int

        package init(count: Int, samples: Int) {
            self.count = count
            self.samples = samples
        }

        /// Reads `count > 3 in >= 5`; `>=` and `>` may stand in either place.
        package init(parsing text: String) throws {
            var words = Words(text)
            guard words.take("count"), let count = words.takeMinimum(), words.take("in"),
                let samples = words.takeMinimum(), words.isAtEnd
            else {
                throw InputError(
                    "the gene filter \"\(text)\" cannot be read",
                    remedy: "Expected, for example, \"count > 3 in >= 5\".")
            }
            self.init(count: count, samples: samples)
        }
    }

    package var expression: Expression?
    package var chromosomes: Chromosomes

    package init(expression: Expression? = nil, chromosomes: Chromosomes = .all) {
        self.expression = expression
        self.chromosomes = chromosomes
    }

    /// What a filter left, and how many genes each of its rules took.
    package struct Outcome: Equatable, Sendable {
        package let matrix: CountMatrix

        /// The kept genes' positions in the unfiltered matrix.
        package let keptGenes: [Int]

        /// Genes with too few counts.
        package let removedByExpression: Int

        /// Of the others, genes on other chromosomes.
        package let removedByChromosome: Int

        /// Of these, genes whose chromosome is not known.
        package let withoutChromosome: Int
    }

    /// Applies the filter.
    ///
    /// - Parameter annotations: One per gene; needed when chromosomes are chosen.
    /// - Throws: `InputError` when no gene is left, or the chromosomes are not known.
    package func apply(to matrix: CountMatrix, annotations: [GeneAnnotation]?) throws -> Outcome {
        if chromosomes != .all, annotations == nil {
            throw InputError(
                "chromosomes are chosen, but the genes are not annotated",
                remedy: "Give an annotation with a chromosome column, or choose all chromosomes.")
        }
        var kept: [Int] = []
        var (removedByExpression, removedByChromosome, withoutChromosome) = (0, 0, 0)
        for gene in 0..<matrix.geneCount {
            if let expression {
                let high = matrix.counts(ofGene: gene).reduce(0) { $0 + (Int($1) >= expression.count ? 1 : 0) }
                if high < expression.samples {
                    removedByExpression += 1
                    continue
                }
            }
            if chromosomes != .all {
                let chromosome = annotations?[gene].chromosome
                if chromosome == nil { withoutChromosome += 1 }
                guard let chromosome, chromosomes.contains(chromosome) else {
                    removedByChromosome += 1
                    continue
                }
            }
            kept.append(gene)
        }
        guard !kept.isEmpty else {
            throw InputError(
                "no gene passes the filter: \(removedByExpression) have too few counts, \(removedByChromosome) are on "
                    + "other chromosomes (\(withoutChromosome) on none that is known)",
                remedy: "Loosen the filter, or check that counts and annotation use the same gene identifiers.")
        }
        return Outcome(
            matrix: kept.count == matrix.geneCount ? matrix : matrix.selecting(genes: kept), keptGenes: kept,
            removedByExpression: removedByExpression, removedByChromosome: removedByChromosome,
            withoutChromosome: withoutChromosome)
    }
}

/// The words, signs and numbers of a short expression.
private struct Words {
    private var rest: Substring

    init(_ text: String) {
        rest = text[...]
    }

    mutating func take(_ word: String) -> Bool {
        skipBlanks()
        guard rest.hasPrefix(word) else { return false }
        rest = rest.dropFirst(word.count)
        return true
    }

    /// `> 3` is a minimum of 4, `>= 3` one of 3.
    mutating func takeMinimum() -> Int? {
        let isInclusive: Bool
        if take(">=") { isInclusive = true } else if take(">") { isInclusive = false } else { return nil }
        skipBlanks()
        let digits = rest.prefix { $0.isASCII && $0.isNumber }
        guard let number = Int(digits), number < Int(Int32.max) else { return nil }
        rest = rest.dropFirst(digits.count)
        return isInclusive ? number : number + 1
    }

    var isAtEnd: Bool {
        mutating get {
            skipBlanks()
            return rest.isEmpty
        }
    }

    private mutating func skipBlanks() {
        rest = rest.drop { $0 == " " }
    }
}
