import AnalysisPipeline
import ExpressionData
import ExpressionFormats

/// How counts are normalized, modelled and tested, under the names of the options of `modicum de`
/// and of the keys of a study file.
package struct ModelOptions: Codable, Equatable, Sendable {
    /// `wald` or `lrt`.
    package var test = "wald"

    /// `ratio`, `poscounts`, `iterate`, or a file of sample and size factor; nil: `ratio`.
    package var sizeFactors: String?

    /// A file with one gene per line, of which size factors are estimated.
    package var controlGenes: String?

    /// Files with one number per gene and sample.
    package var normalizationFactors: String?
    package var weights: String?

    package var dispersionTrend = "parametric"

    /// On the log2 scale.
    package var lfcThreshold = 0.0

    /// `greaterAbs`, `lessAbs`, `greater` or `less`.
    package var alternative = "greaterAbs"
    package var useT = false
    package var alpha = 0.1
    package var independentFiltering = true

    /// `auto`, `off`, or a number.
    package var cooksCutoff = "auto"

    /// `auto`, `off`, or the least number of replicates.
    package var replaceOutliers = "auto"
    package var empiricalNull = "none"

    /// `deseq2` or `exact`.
    package var optimizer = "deseq2"

    /// Whether all coefficients have a normal prior.
    package var betaPrior = false

    /// `none`, `normal` or `apeglm`.
    package var shrink = "none"

    /// `none`, `vst` or `rlog`.
    package var transform = "none"
    package var transformBlind = true

    /// How many genes the transform's trend is fitted to; nil: all.
    package var transformGenes: Int? = 1000

    package init() {}

    package static let tests = ["wald", "lrt"]
    package static let dispersionTrends = ["parametric", "local", "mean"]
    package static let alternatives = ["greaterAbs", "lessAbs", "greater", "less"]
    package static let empiricalNulls = ["none", "fdrtool"]
    package static let optimizers = ["deseq2", "exact"]
    package static let shrinkages = ["none", "normal", "apeglm"]
    package static let transforms = ["none"] + CountTransform.allCases.map(\.rawValue)

    private static let sizeFactorMethods = ["ratio", "poscounts", "iterate"]

    private var sizeFactorsFile: String? {
        sizeFactors.flatMap { Self.sizeFactorMethods.contains($0) ? nil : $0 }
    }

    private var asksThreshold: Bool { lfcThreshold > 0 || alternative != "greaterAbs" }
}

extension ModelOptions {
    /// Throws for a word that is no choice of its option, a number out of range, and options that exclude each other.
    ///
    /// Everything that a run is asked for comes through here, also from a client that checks nothing.
    func check() throws {
        try OptionWord.check([
            ("--test", test, Self.tests), ("--dispersion-trend", dispersionTrend, Self.dispersionTrends),
            ("--alternative", alternative, Self.alternatives), ("--empirical-null", empiricalNull, Self.empiricalNulls),
            ("--optimizer", optimizer, Self.optimizers), ("--shrink", shrink, Self.shrinkages),
            ("--transform", transform, Self.transforms),
        ])
        if let transformGenes, transformGenes < 10 {
            throw InputError("--transform-genes must be all, or a whole number of at least 10", remedy: "")
        }
        if let contradiction = contradiction(calling: { "--" + $0 }) { throw InputError(contradiction, remedy: "") }
    }

    /// The first thing that is out of range, or two options that exclude each other; nil when all is well.
    ///
    /// - Parameter name: How the reader calls an option: `--use-t` on the command line, `use-t` in a study file.
    package func contradiction(calling name: (String) -> String) -> String? {
        if !(alpha > 0 && alpha < 1) { return "\(name("alpha")) must lie between 0 and 1" }
        if !["auto", "off"].contains(cooksCutoff), !((Double(cooksCutoff) ?? 0) > 0) {
            return "\(name("cooks-cutoff")) must be auto, off, or a positive number"
        }
        if !["auto", "off"].contains(replaceOutliers), (Int(replaceOutliers) ?? 0) < 3 {
            return "\(name("replace-outliers")) must be auto, off, or a whole number of at least 3"
        }
        return contradictionOfTests(name) ?? contradictionOfPriors(name) ?? contradictionOfNormalization(name)
    }

    private func contradictionOfTests(_ name: (String) -> String) -> String? {
        if !(lfcThreshold >= 0 && lfcThreshold.isFinite) {
            return "\(name("lfc-threshold")) must be a number of at least 0"
        }
        if alternative == "lessAbs", lfcThreshold == 0 {
            return "\(name("alternative")) lessAbs needs an \(name("lfc-threshold")) above 0: no fold change is smaller"
        }
        let thresholds = "\(name("lfc-threshold")) and \(name("alternative"))"
        if empiricalNull == "fdrtool", asksThreshold || test == "lrt" {
            return "\(name("empirical-null")) fdrtool needs a z, and "
                + (test == "lrt"
                    ? "the statistic of \(name("test")) lrt is none"
                    : "the statistic of a threshold test is none: leave out \(thresholds)")
        }
        guard test == "lrt" else { return nil }
        if asksThreshold { return "\(thresholds) belong to \(name("test")) wald" }
        return useT ? "\(name("use-t")) belongs to \(name("test")) wald" : nil
    }

    private func contradictionOfPriors(_ name: (String) -> String) -> String? {
        guard betaPrior else { return nil }
        if shrink != "none" { return "\(name("shrink")) shrinks fold changes that \(name("beta-prior")) has not" }
        if test == "lrt" { return "\(name("beta-prior")) belongs to \(name("test")) wald" }
        return alternative == "lessAbs"
            ? "\(name("alternative")) lessAbs needs unshrunken fold changes: leave out \(name("beta-prior"))" : nil
    }

    private func contradictionOfNormalization(_ name: (String) -> String) -> String? {
        if normalizationFactors != nil, sizeFactors != nil || controlGenes != nil {
            return "\(name("normalization-factors")) stand in the place of size factors: leave out "
                + "\(name("size-factors")) and \(name("control-genes"))"
        }
        if controlGenes != nil, !["ratio", "poscounts"].contains(sizeFactors ?? "ratio") {
            return "\(name("control-genes")) belong to \(name("size-factors")) ratio or poscounts"
        }
        return nil
    }

    /// The settings as they are stored with the results.
    var settings: StudyConfiguration.DifferentialExpression {
        var settings = StudyConfiguration.DifferentialExpression(
            sizeFactors: normalizationFactors != nil
                ? "normalization-factors" : sizeFactorsFile != nil ? "file" : sizeFactors ?? "ratio",
            dispersionTrend: dispersionTrend, alpha: alpha, independentFiltering: independentFiltering,
            cooksCutoff: cooksCutoff, empiricalNull: empiricalNull)
        settings.minReplicatesForReplace = replaceOutliers == "auto" ? 7 : Int(replaceOutliers)
        settings.test = test
        settings.lfcThreshold = lfcThreshold
        settings.alternative = alternative
        settings.useT = useT
        settings.optimizer = optimizer
        settings.betaPrior = betaPrior
        settings.shrink = shrink
        settings.transform = transform
        settings.transformBlind = transformBlind
        settings.transformGenes = transformGenes
        return settings
    }

    /// Reads size factors, control genes, normalization factors and weights, where they are given.
    func readNormalization(with loader: inout StudyLoader, into inputs: inout StudyInputs) throws {
        guard let counts = inputs.counts else { return }
        if let sizeFactorsFile {
            inputs.sizeFactors = try GeneBySampleTable.readSizeFactors(
                try loader.file(sizeFactorsFile, role: "size-factors"), samples: counts.sampleNames)
        }
        if let controlGenes {
            let names = try NameList.read(try loader.file(controlGenes, role: "control-genes"))
            inputs.controlGenes = try names.positions(among: counts.geneIDs)
        }
        if let normalizationFactors {
            inputs.normalizationFactors = try GeneBySampleTable.read(
                try loader.file(normalizationFactors, role: "normalization-factors"), for: counts, requiring: .positive)
        }
        if let weights {
            let file = try loader.file(weights, role: "weights")
            inputs.observationWeights = try GeneBySampleTable.read(file, for: counts, requiring: .nonNegative)
            try GeneBySampleTable.checkWeights(inputs.observationWeights, for: counts, file: file.name)
        }
    }
}
