import ExpressionFormats
import GeneEvidence
import StoredRuns

extension StudyRequest {
    /// What the study wants to be shown of its results: the network's thresholds, and the table that genes are looked up
    /// in, read and checked.
    ///
    /// - Throws: `InputError` for a table that is not there or cannot be read.
    package func report(open: StudyLoader.FileSource) throws -> (settings: ReportSettings, evidence: EvidenceTable?) {
        let study = try StudyFile(text: text, file: name)
        var settings = ReportSettings()
        settings.network = study.network
        settings.lookUp = study.lookUp
        let evidence = try study.lookUp.map { try EvidenceFile.read(try open($0.table), columns: $0.columns) }
        return (settings, evidence)
    }
}
