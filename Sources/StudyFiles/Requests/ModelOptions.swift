import AnalysisPipeline
import DifferentialExpression
import ExpressionData
import ExpressionFormats

/// How counts are normalized, modelled and tested: the settings, and the files that come with them.
package struct ModelOptions: SettingsRecord {
    package var model = AnalysisSettings()

    /// Nil: by ratios, unless factors are given.
    package var sizeFactors: RequestedSizeFactors?

    /// A file with one gene per line, of which size factors are estimated.
    package var controlGenes: String?

    /// Files with one number per gene and sample.
    package var normalizationFactors: String?
    package var weights: String?

    /// A file of dispersions that are taken as they are.
    package var dispersions: String?

    package init() {}

    package static let settings: [Setting<ModelOptions>] =
        AnalysisSettings.requested.map { $0.within(\.model) } + [
            Setting("size-factors", \.sizeFactors), Setting("control-genes", \.controlGenes),
            Setting("normalization-factors", \.normalizationFactors), Setting("weights", \.weights),
            Setting("dispersions", \.dispersions),
        ]
}

/// What size factors are asked to be: estimated, or those of a file.
package enum RequestedSizeFactors: SettingValue {
    case estimated(SizeFactorEstimator)
    case file(String)

    package init?(text: String) {
        if let estimator = SizeFactorEstimator(rawValue: text) {
            self = .estimated(estimator)
        } else if !text.isEmpty {
            self = .file(text)
        } else {
            return nil
        }
    }

    package init?(stored: String) { self.init(text: stored) }

    package var stored: String? {
        switch self {
        case .estimated(let estimator): estimator.rawValue
        case .file(let name): name
        }
    }

    package static let choices = SizeFactorEstimator.choices + ["a file with the columns sample and sizeFactor"]

    var fileName: String? {
        if case .file(let name) = self { name } else { nil }
    }
}

extension ModelOptions {
    /// Throws for a number out of range, and options that exclude each other.
    ///
    /// Everything that a run is asked for comes through here, also from a client that checks nothing.
    ///
    /// - Parameter name: How the reader calls an option: `--use-t` on the command line, `use-t` in a study file.
    func validate(calling name: (String) -> String = { "--" + $0 }) throws {
        if let problem = Self.settings.problem(of: self, calling: name) ?? model.contradiction(calling: name)
            ?? contradictionOfNormalization(name)
        {
            throw InputError(problem, remedy: "")
        }
    }

    /// What the file is called among the inputs of a configuration.
    static let dispersionsRole = "dispersions"

    private func contradictionOfNormalization(_ name: (String) -> String) -> String? {
        if normalizationFactors != nil, sizeFactors != nil || controlGenes != nil {
            return "\(name("normalization-factors")) stand in the place of size factors: leave out "
                + "\(name("size-factors")) and \(name("control-genes"))"
        }
        if controlGenes != nil, sizeFactorMethod == nil {
            return "\(name("control-genes")) belong to \(name("size-factors")) ratio or poscounts"
        }
        return nil
    }

    /// How size factors are estimated in one step; nil where they are not.
    private var sizeFactorMethod: SizeFactors.Method? {
        switch sizeFactors {
        case .estimated(let estimator): estimator.method
        case .file: nil
        case nil: SizeFactorEstimator.ratio.method
        }
    }

    /// The settings as they are stored with the results.
    var settings: AnalysisSettings {
        var settings = model
        // As DESeq2's tests of dispersions that are given: it replaces outliers only where it estimates.
        if dispersions != nil { settings.minReplicatesForReplace = .never }
        settings.sizeFactors =
            switch sizeFactors {
            case nil: normalizationFactors == nil ? .ratio : .normalizationFactors
            case .file: .file
            case .estimated(let estimator): estimator.source
            }
        return settings
    }

    /// Reads size factors, control genes, normalization factors and weights, where they are given.
    func readNormalization(with loader: inout StudyLoader, into inputs: inout StudyInputs) throws {
        guard let counts = inputs.counts else { return }
        if let file = sizeFactors?.fileName {
            inputs.sizeFactors = try GeneBySampleTable.readSizeFactors(
                try sizeFactorFile(file, with: &loader), samples: counts.sampleNames)
        }
        if let controlGenes {
            let names = try NameList.read(try loader.file(controlGenes, role: "control-genes"))
            inputs.controlGenes = try names.positions(among: counts.geneIDs)
        }
        if let normalizationFactors {
            inputs.normalizationFactors = try GeneBySampleTable.read(
                try loader.file(normalizationFactors, role: "normalization-factors"), for: counts, requiring: .positive)
        }
        if let dispersions {
            inputs.givenDispersions = try DispersionTable.read(
                try loader.file(dispersions, role: Self.dispersionsRole), genes: counts.geneIDs)
        }
        if let weights {
            let file = try loader.file(weights, role: "weights")
            inputs.observationWeights = try GeneBySampleTable.read(file, for: counts, requiring: .nonNegative)
            try GeneBySampleTable.checkWeights(inputs.observationWeights, for: counts, file: file.name)
        }
    }

    /// Reads the file of size factors; what names neither a file nor an estimator is called both.
    private func sizeFactorFile(_ name: String, with loader: inout StudyLoader) throws -> InputFile {
        do {
            return try loader.file(name, role: "size-factors")
        } catch let error as InputError where !name.contains(".") && !name.contains("/") {
            throw InputError(
                "size factors \(name) are not known, and \(error.place.file ?? name) cannot be read: \(error.problem)",
                remedy: "Choose among \(listed(RequestedSizeFactors.choices)).")
        }
    }

    /// Gives estimated counts the factors that their transcripts' lengths call for.
    ///
    /// Factors that the user gives go first: they stand for depths and lengths together.
    ///
    /// - Throws: `InputError` when the size factors are to be found in a way that has no such factors.
    func normalize(_ inputs: inout StudyInputs, byLengthsOf expression: ExpressionInputs) throws {
        guard let lengths = expression.lengths, normalizationFactors == nil else { return }
        guard let method = sizeFactorMethod else {
            throw InputError(
                "estimated counts have a factor per gene and sample, which size factors by "
                    + "\(sizeFactors?.stored ?? "") do not give",
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
        inputs.configuration.differentialExpression?.sizeFactors =
            switch method {
            case .medianOfRatios: .ratioWithLengths
            case .positiveCounts: .poscountsWithLengths
            }
    }
}
