import AnalysisPipeline
import DifferentialExpression
import ExpressionData

extension ModelOptions {
    /// Gives estimated counts the factors that their transcripts' lengths call for.
    ///
    /// Factors that the user gives go first: they stand for depths and lengths together.
    ///
    /// - Throws: `InputError` when the size factors are to be found in a way that has no such factors.
    func normalize(_ inputs: inout StudyInputs, byLengthsOf expression: ExpressionInputs) throws {
        guard let lengths = expression.lengths, normalizationFactors == nil else { return }
        guard let method = SizeFactors.Method(rawValue: sizeFactors ?? "ratio") else {
            throw InputError(
                "estimated counts have a factor per gene and sample, which size factors by \(sizeFactors ?? "") do not "
                    + "give",
                remedy: "Choose ratio or poscounts, or give the factors of all genes and samples.")
        }
        let analysed = expression.exclusions.indices.filter { expression.exclusions[$0] == nil }
        let controls = inputs.controlGenes.map(Set.init)
        do throws(SizeFactorError) {
            inputs.normalizationFactors = try lengths.normalizationFactors(
                for: expression.counts, estimatedFrom: analysed.filter { controls?.contains($0) ?? true }, by: method)
        } catch {
            throw InputError(error.description, remedy: "Check the counts, or choose poscounts for the size factors.")
        }
        inputs.configuration.differentialExpression?.sizeFactors = "\(method.rawValue)-with-transcript-lengths"
    }
}
