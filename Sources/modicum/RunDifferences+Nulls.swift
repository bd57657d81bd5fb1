import AnalysisPipeline
import Foundation
import StoredRuns
import StudyFiles

extension RunDifferences {
    /// What two finished runs differ in beside the null of their gene sets.
    ///
    /// Analyses that one of them alone has are no difference.
    init(betweenStudyOf there: StoredRun, and here: StoredRun) throws {
        let (old, new) = (try there.studyConfiguration(), try here.studyConfiguration())
        let shared = Set(old.analyses.map(\.name)).intersection(new.analyses.map(\.name))
        let found = RunDifferences(
            there: old.withoutNull(analyses: shared), here: new.withoutNull(analyses: shared))
        guard found.sentence.isEmpty else {
            self = found
            return
        }
        // Of another run's list the configuration has the run alone.
        self.init(
            there: ["exposure": try there.exposureOfRun()], here: ["exposure": try here.exposureOfRun()])
    }
}

extension StoredRun {
    fileprivate func studyConfiguration() throws -> StudyConfiguration {
        try JSONDecoder().decode(StudyConfiguration.self, from: Data(document.configuration().utf8))
    }

    /// Which list of another run was asked for; nil where there was no choice.
    fileprivate func exposureOfRun() throws -> String? {
        let record = try JSONDecoder().decode(
            RunRecord.self, from: Data(contentsOf: URL(filePath: folder + "/run.json")))
        guard case .geneSets(let request)? = record.request?.request, case .run(let source) = request.source else {
            return nil
        }
        return source.exposure
    }
}

extension StudyConfiguration {
    /// What runs of one study have in common whatever their null of gene sets is: how often and by which seed it is drawn,
    /// the list that goes with it, and the threshold, which is that of the page, may differ.
    fileprivate func withoutNull(analyses shared: Set<String>) -> StudyConfiguration {
        var configuration = self
        configuration.analyses = analyses.filter { shared.contains($0.name) }.sorted { $0.name < $1.name }
        configuration.samplePermutation = nil
        guard let sets = geneSets else { return configuration }
        var kept = GeneSets()
        (kept.minSize, kept.maxSize, kept.weight, kept.norm) = (sets.minSize, sets.maxSize, sets.weight, sets.norm)
        kept.phenotype = sets.phenotype
        kept.phenotype?.permute = .geneSets
        if sets.phenotype != nil { kept.ranking = sets.ranking }
        configuration.geneSets = kept
        return configuration
    }
}
