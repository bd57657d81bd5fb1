import ExpressionData

/// Which columns of a design stand for one variable: the levels of a factor, or a spline's.
///
/// They are known from the formula and the samples, which a study and a finished run both have. A matrix that was given
/// has no formula, and each of its columns stands for itself.
package struct DesignTerms: Sendable {
    private let design: Design

    /// - Returns: Nil where the formula does not give these coefficients.
    package init?(
        formula: String, coefficients: [String], sampleNames: [String], columns: [StudyInputs.SampleColumn]
    ) {
        let table = SampleTable(
            sampleNames: sampleNames,
            columns: columns.map { column in
                switch column.values {
                case .numeric(let numbers): .init(name: column.name, values: .numeric(numbers), isDeclared: true)
                case .factor(let codes, let levels):
                    .init(
                        name: column.name, values: .factor(Factor(levels: levels, codes: codes.map { Int($0) })),
                        isDeclared: true, hasReference: true)
                }
            })
        guard let parsed = try? DesignFormula(parsing: formula, over: table),
            let design = try? Design(parsed, samples: table), design.matrix.columnNames == coefficients
        else { return nil }
        self.design = design
    }

    /// The columns of a coefficient's term, ascending.
    package func columns(withCoefficient coefficient: Int) -> [Int] {
        let term = design.coefficients[coefficient].term
        return design.coefficients.indices.filter { design.coefficients[$0].term == term }
    }

    /// The columns that a reduced design lacks, ascending.
    ///
    /// - Returns: Nil where its columns are not some of these.
    package func columns(lackingIn reduced: String) -> [Int]? {
        guard let formula = try? DesignFormula(parsing: reduced, over: design.samples),
            let smaller = try? design.reduced(formula)
        else { return nil }
        return Self.columns(of: design.matrix, lackingIn: smaller.matrix)
    }

    /// The columns of a design that a smaller one lacks; nil where the smaller one's are not some of them.
    package static func columns(of design: DesignMatrix, lackingIn reduced: DesignMatrix) -> [Int]? {
        guard Set(reduced.columnNames).isSubset(of: design.columnNames) else { return nil }
        return design.columnNames.indices.filter { !reduced.columnNames.contains(design.columnNames[$0]) }
    }

    /// What columns that are tested together are called: their coefficient's name, or their terms' labels.
    package func name(ofColumns columns: [Int]) -> String {
        if columns.count == 1 { return design.coefficients[columns[0]].name }
        var labels: [String] = []
        for column in columns {
            guard let term = design.coefficients[column].term else { continue }
            let label = design.formula.terms[term].label
            if labels.last != label { labels.append(label) }
        }
        return labels.joined(separator: " + ")
    }

    /// What a person may call a coefficient's term: its label, and its column where no other term reads that.
    package func names(ofTermWithCoefficient coefficient: Int) -> Set<String> {
        guard let term = design.coefficients[coefficient].term else { return [] }
        let label = design.formula.terms[term].label
        let columns = Set(readBy: design.formula.terms[term], of: design.formula)
        let others = design.formula.terms.indices.filter { $0 != term }.flatMap {
            Set(readBy: design.formula.terms[$0], of: design.formula)
        }
        let alone = columns.count == 1 ? columns.subtracting(others) : []
        return alone.union([label, label.replacing(" ", with: "")])
    }
}

extension Set<String> {
    /// The columns of the sample sheet that a term reads.
    fileprivate init(readBy term: DesignFormula.Term, of formula: DesignFormula) {
        self.init(term.variables.flatMap { formula.calls[$0]?.columns ?? [$0] })
    }
}
