/// The values of one variable of a formula, for every sample: of a column, or of a call such as `poly(age, 2)`.
package enum DesignVariable: Equatable, Sendable {
    case covariate([Double])
    case factor(Factor)

    /// Columns that belong together, as those of a polynomial or a spline do.
    case basis([[Double]])

    init(_ values: SampleTable.Column.Values) {
        switch values {
        case .numeric(let numbers): self = .covariate(numbers)
        case .factor(let factor): self = .factor(factor)
        }
    }
}
