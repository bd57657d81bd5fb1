import ArgumentParser
import DifferentialExpression
import ExpressionData
import ExpressionFormats
import GeneSetEnrichment
import SamplePermutation
import StudyFiles

// The types of the science as types of options: the parser reads them, and lists their choices in help and messages.

extension AnalysisSettings.Test: ExpressibleByArgument {}
extension AnalysisSettings.Alternative: ExpressibleByArgument {}
extension AnalysisSettings.NullEstimate: ExpressibleByArgument {}
extension AnalysisSettings.Shrinkage: ExpressibleByArgument {}
extension AnalysisSettings.Transform: ExpressibleByArgument {}
extension DispersionTrend.Kind: ExpressibleByArgument {}
extension Optimizer: ExpressibleByArgument {}
extension GeneSetSettings.Compatibility: ExpressibleByArgument {}
extension GeneSetSettings.Nominal: ExpressibleByArgument {}
extension GeneSetSettings.Normalization: ExpressibleByArgument {}
extension PhenotypeMetric: ExpressibleByArgument {}
extension RankingMetric: ExpressibleByArgument {}
extension PhenotypeSettings.Sort: ExpressibleByArgument {}
extension PhenotypeSettings.Order: ExpressibleByArgument {}
extension PhenotypeSettings.Permutation: ExpressibleByArgument {}
extension PhenotypeSettings.Shuffle: ExpressibleByArgument {}
extension DuplicateRule: ExpressibleByArgument {}
extension ProbeCollapse: ExpressibleByArgument {}

extension CooksCutoff: SettingArgument {}
extension LeastReplicates: SettingArgument {}
extension TrendGenes: SettingArgument {}
extension RequestedSizeFactors: SettingArgument {}
extension PermutedStatistic: ExpressibleByArgument {}
extension VarianceEstimate: ExpressibleByArgument {}
extension PermutationScheme: SettingArgument {}
extension SetStatistics: SettingArgument {}
extension AutomaticOr: SettingArgument, ExpressibleByArgument {}

/// A setting that is a word, or something else in the place of one, as the type of an option.
package protocol SettingArgument: SettingValue, ExpressibleByArgument where Stored: CustomStringConvertible {}

extension SettingArgument {
    package init?(argument: String) { self.init(text: argument) }

    package var defaultValueDescription: String { stored?.description ?? "" }

    /// What may be given, in the words of a message.
    package static var allValueStrings: [String] { choices }

    package static var defaultCompletionKind: CompletionKind { .default }
}

/// A setting that is on unless it is switched off.
enum Switch: String, CaseIterable, ExpressibleByArgument {
    case on
    case off

    var isOn: Bool { self == .on }
}
