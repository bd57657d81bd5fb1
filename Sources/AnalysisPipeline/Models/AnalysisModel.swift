import DifferentialExpression
import ExpressionData
import Payloads

/// What every shard of one analysis shares: design, size factors, settings, contrasts.
package struct AnalysisModel: Sendable, Equatable {
    package var columnNames: [String]
    package var designValues: [Double]
    package var sampleCount: Int
    package var isSingleTwoLevelFactor: Bool
    package var sizeFactors: [Double]

    /// Where the searches for dispersions and coefficients end.
    package var optimizer: Optimizer

    /// The least number of replicates for replacement; 0: never.
    package var minReplicatesForReplace: Int

    /// How many coefficients the cutoff of replacement counts.
    package var replacementCoefficientCount: Int

    /// When a Cook's distance counts as an outlier's.
    package var cooksCutoff: CooksCutoff

    /// `contrastWeights[contrast * columns + column]`.
    package var contrastWeights: [Double]

    /// Per contrast the samples of the all-zero rule; nil: the rule does not apply.
    package var allZeroSamples: [[Int]?]

    /// The reduced model of a likelihood-ratio test; both empty for none.
    package var reducedColumnNames: [String]
    package var reducedValues: [Double]

    package init(
        _ analysis: StudyInputs.AnalysisInput, sizeFactors: [Double],
        settings: StudyConfiguration.DifferentialExpression
    ) {
        columnNames = analysis.design.columnNames
        designValues = analysis.design.values
        sampleCount = analysis.design.sampleCount
        isSingleTwoLevelFactor = analysis.design.isSingleTwoLevelFactor
        self.sizeFactors = sizeFactors
        optimizer = settings.optimizer
        minReplicatesForReplace = settings.minReplicatesForReplace.count ?? 0
        replacementCoefficientCount =
            (settings.betaPrior ? analysis.expandedDesign?.matrix : nil)?.columnCount ?? analysis.design.columnCount
        cooksCutoff = settings.cooksCutoff
        contrastWeights = analysis.tests.flatMap(\.contrast.weights)
        allZeroSamples = analysis.tests.map(\.contrast.allZeroSamples)
        reducedColumnNames = analysis.reducedDesign?.columnNames ?? []
        reducedValues = analysis.reducedDesign?.values ?? []
    }

    package var design: DesignMatrix {
        DesignMatrix(
            columnNames: columnNames, values: designValues, sampleCount: sampleCount,
            isSingleTwoLevelFactor: isSingleTwoLevelFactor)
    }

    /// Nil without a likelihood-ratio test.
    package var reducedDesign: DesignMatrix? {
        guard !reducedColumnNames.isEmpty else { return nil }
        return DesignMatrix(columnNames: reducedColumnNames, values: reducedValues, sampleCount: sampleCount)
    }

    package var contrasts: [ContrastWeights] {
        let columns = columnNames.count
        return allZeroSamples.indices.map {
            ContrastWeights(
                weights: Array(contrastWeights[$0 * columns..<($0 + 1) * columns]), allZeroSamples: allZeroSamples[$0])
        }
    }

    /// The model's settings.
    package func settings() -> ModelSettings {
        var settings = ModelSettings()
        settings.minimumReplicatesForReplacement = minReplicatesForReplace > 0 ? minReplicatesForReplace : nil
        settings.replacementCoefficientCount = replacementCoefficientCount
        settings.optimizer = optimizer
        settings.takesCooksAtDispersionMeans = !reducedColumnNames.isEmpty
        settings.cooksCutoff = cooksCutoff
        return settings
    }

    package func encoded() -> [UInt8] {
        var writer = PayloadWriter()
        writer.write(columnNames)
        writer.write(designValues)
        writer.write(sampleCount)
        writer.write(isSingleTwoLevelFactor)
        writer.write(sizeFactors)
        writer.write(optimizer.rawValue)
        writer.write(minReplicatesForReplace)
        writer.write(replacementCoefficientCount)
        writer.write(cooksCutoff.text)
        writer.write(contrastWeights)
        writer.write(allZeroSamples.map { $0 == nil })
        for samples in allZeroSamples { writer.write(samples ?? []) }
        writer.write(reducedColumnNames)
        writer.write(reducedValues)
        return writer.bytes
    }

    /// - Throws: `PayloadError` for what does not fit together, which only a foreign coordinator could send.
    package init(decoding bytes: [UInt8]) throws {
        var reader = PayloadReader(bytes)
        columnNames = try reader.readStrings()
        designValues = try reader.readDoubles()
        sampleCount = try reader.readInt()
        isSingleTwoLevelFactor = try reader.readBool()
        sizeFactors = try reader.readDoubles()
        optimizer = try reader.readSetting()
        minReplicatesForReplace = try reader.readInt()
        replacementCoefficientCount = try reader.readInt()
        cooksCutoff = try reader.readSetting()
        contrastWeights = try reader.readDoubles()
        let without = try reader.readBools()
        allZeroSamples = []
        for isAbsent in without {
            let samples = try reader.readInts()
            allZeroSamples.append(isAbsent ? nil : samples)
        }
        reducedColumnNames = try reader.readStrings()
        reducedValues = try reader.readDoubles()
        guard designValues.count == sampleCount * columnNames.count, sizeFactors.count == sampleCount,
            contrastWeights.count == without.count * columnNames.count,
            replacementCoefficientCount > 0,
            reducedValues.count == sampleCount * reducedColumnNames.count,
            allZeroSamples.allSatisfy({ ($0 ?? []).allSatisfy { (0..<sampleCount).contains($0) } })
        else { throw PayloadError(description: "an analysis model does not fit together") }
    }
}

extension PayloadReader {
    /// A setting that travels as its text.
    fileprivate mutating func readSetting<Value: SettingValue>() throws -> Value {
        let text = try readString()
        guard let value = Value(text: text) else {
            throw PayloadError(description: "`\(text.prefix(100))` is none of \(Value.choices.joined(separator: ", "))")
        }
        return value
    }
}
