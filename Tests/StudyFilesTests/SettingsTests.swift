import AnalysisPipeline
import DifferentialExpression
import ExpressionData
import ExpressionFormats
import Foundation
import GeneSetEnrichment
import StudyFiles
import StudyOutput
import Testing

@Suite("Settings")
struct SettingsTests {
    private func properties(of record: Any) -> Set<String> {
        Set(Mirror(reflecting: record).children.compactMap(\.label))
    }

    @Test("Every property of a record has a key, and no two have one")
    func keys() {
        let keys = AnalysisSettings.settings.map(\.key)
        #expect(Set(keys) == properties(of: AnalysisSettings()) && Set(keys).count == keys.count)
        #expect(Set(PhenotypeSettings.settings.map(\.key)) == properties(of: PhenotypeSettings()))
        #expect(Set(CountsOptions.settings.map(\.key)) == properties(of: CountsOptions()))
        #expect(Set(CollapseRequest.settings.map(\.key)) == properties(of: CollapseRequest(chip: "x")))
        // Records within a record, which have keys of their own.
        #expect(
            Set(GeneSetSettings.settings.map(\.key)) == properties(of: GeneSetSettings()).subtracting(["phenotype"]))
        let options = Set(ModelOptions.settings.map(\.key))
        #expect(options.isSuperset(of: AnalysisSettings.requested.map(\.key)))
        #expect(options.isSuperset(of: properties(of: ModelOptions()).subtracting(["model"])))
        let expression = Set(ExpressionRequest.settings.map(\.key))
        #expect(expression.isSuperset(of: PhenotypeSettings.requested.map(\.key)))
        #expect(
            expression.isSuperset(
                of: properties(of: ExpressionRequest(expression: "", phenotypes: "")).subtracting(["settings"])))
    }

    /// Whatever each setting takes, one after another, goes through JSON unchanged.
    private func roundTrips<Record: SettingsRecord>(_ record: Record) throws {
        for setting in Record.settings {
            var tried = 0
            for text in setting.choices + ["0", "0.25", "3.5", "12", "2000", "a.tsv", "on"] {
                var changed = record
                guard setting.take(text, into: &changed) else { continue }
                tried += 1
                let copy = try JSONDecoder().decode(Record.self, from: JSONEncoder().encode(changed))
                #expect(copy == changed, "\(setting.name) \(text)")
            }
            #expect(tried > 0, "\(setting.name)")
        }
    }

    @Test("A setting goes through requests and configurations as it is")
    func roundTrip() throws {
        try roundTrips(AnalysisSettings())
        try roundTrips(ModelOptions())
        try roundTrips(CountsOptions())
        try roundTrips(GeneSetSettings())
        try roundTrips(PhenotypeSettings())
        try roundTrips(ExpressionRequest(expression: "e", phenotypes: "p"))
    }

    @Test("A setting that an older folder does not have is its default")
    func olderFolders() throws {
        let settings = try JSONDecoder().decode(
            AnalysisSettings.self,
            from: Data(#"{"alpha": 0.05, "minReplicatesForReplace": 7, "transformGenes": 1000}"#.utf8))
        var expected = AnalysisSettings()
        expected.alpha = 0.05
        #expect(settings == expected)
        #expect(try JSONDecoder().decode(GeneSetSettings.self, from: Data("{}".utf8)) == GeneSetSettings())
    }

    @Test("Never, and all, are told by leaving the key out, as they were")
    func absence() throws {
        let settings = try JSONDecoder().decode(AnalysisSettings.self, from: Data("{}".utf8))
        #expect(settings.minReplicatesForReplace.count == nil && settings.transformGenes.count == nil)
        var off = AnalysisSettings()
        for (name, text) in [("replace-outliers", "off"), ("transform-genes", "all")] {
            let setting = try #require(AnalysisSettings.requested.first { $0.name == name })
            let taken = setting.take(text, into: &off)
            #expect(taken)
        }
        #expect(off == settings)
    }

    @Test("The stored text of the defaults is that of the released identities")
    func storedText() throws {
        var configuration = StudyConfiguration(
            inputs: [], geneFilter: nil, differentialExpression: AnalysisSettings(), analyses: [],
            geneSets: GeneSetSettings())
        configuration.numericContract = 2
        let text = try ResultFiles.text(of: configuration)
        #expect(
            text.filter { !$0.isWhitespace } == """
                {"analyses":[],"differentialExpression":{"alpha":0.1,"alternative":"greaterAbs","betaPrior":false,\
                "cooksCutoff":"auto","dispersionTrend":"parametric","empiricalNull":"none","independentFiltering":true,\
                "lfcThreshold":0,"minReplicatesForReplace":7,"optimizer":"deseq2","shrink":"none","sizeFactors":"ratio",\
                "test":"wald","transform":"none","transformBlind":true,"transformGenes":1000,"useT":false},\
                "geneSets":{"fdrThreshold":0.05,"maxSize":500,"minSize":15,"permutations":1000,\
                "ranking":"signed-log10-p","seed":42,"weight":1},"inputs":[],"numericContract":2}
                """)
    }

    @Test(
        "A cutoff is stored as people write it",
        arguments: [("12", "12"), ("12.0", "12"), ("3.5", "3.5"), ("inf", "inf"), ("off", "off")])
    func cutoffs(given: String, stored: String) {
        #expect(CooksCutoff(text: given)?.text == stored)
    }

    private let study = "modicum: 1\ncounts: c.tsv\nsamples: s.tsv\nexposures: [dose]\n"

    @Test("A study takes every option of `de` that says how counts are modelled")
    func studyKeys() throws {
        let file = try StudyFile(
            text: study + "transform: vst\ntransform-blind: off\ntransform-genes: all\n", file: "study.yaml")
        #expect(file.options.model.transform == .varianceStabilization)
        #expect(!file.options.model.transformBlind && file.options.model.transformGenes.count == nil)
        for (key, text) in [("transform-genes", "9"), ("transform-blind", "perhaps"), ("cooks-cutoff", "-1")] {
            let error = #expect(throws: InputError.self) {
                try StudyFile(text: study + "\(key): \(text)\n", file: "study.yaml")
            }
            #expect(error?.place.line == 5 && error?.place.column == key, "\(String(describing: error))")
        }
    }

    @Test("A transform that is not blind needs a study of one design")
    func designOfTransform() {
        let text = study.replacing("[dose]", with: "[dose, time]") + "transform: rlog\ntransform-blind: off\n"
        let error = #expect(throws: InputError.self) { try StudyFile(text: text, file: "study.yaml") }
        #expect(error?.problem.contains("the study has 2") == true)
    }
}
