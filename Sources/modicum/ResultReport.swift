import ExpressionFormats
import Foundation
import GeneEvidence
import StoredRuns
import StudyFiles
import StudyReport

/// What a person looks at, made where a run has ended.
struct ResultReport {
    let settings: ReportSettings
    let evidence: EvidenceTable?

    /// What a request wants to be shown.
    ///
    /// - Throws: `InputError` for a look-up table that cannot be read.
    init(of request: RunRequest, open: StudyLoader.FileSource) throws {
        guard case .study(let study) = request else {
            (settings, evidence) = (ReportSettings(), nil)
            return
        }
        (settings, evidence) = try study.report(open: open)
    }

    /// Makes the report of a folder, unless that of these results is there.
    ///
    /// Results are complete without it: what goes wrong is a warning.
    func make(in folder: String, identity: String, isQuiet: Bool) {
        let page = folder + "/report.html"
        if Self.identity(ofPage: page) == identity { return }
        do {
            try StudyReportFiles(run: StoredRun(folder: folder), settings: settings, evidence: evidence).write(
                to: folder)
            if !isQuiet { Terminal.note("Report in \(page)") }
        } catch {
            Self.warn(error, folder)
        }
    }

    /// Makes the report of an extended run anew, as its record says.
    static func remake(in folder: String, isQuiet: Bool) {
        do {
            try StudyReportFiles(ofFolder: folder).write(to: folder)
        } catch {
            warn(error, folder)
        }
    }

    private static func warn(_ error: any Error, _ folder: String) {
        Terminal.warning(
            "the report could not be made: \(error). The results are complete; `modicum report \(folder)` makes it again"
        )
    }

    /// Whose results a page shows; nil where there is none.
    private static func identity(ofPage path: String) -> String? {
        guard let file = FileHandle(forReadingAtPath: path) else { return nil }
        defer { try? file.close() }
        let start = String(decoding: (try? file.read(upToCount: 1_024)) ?? Data(), as: UTF8.self)
        guard let range = start.firstRange(of: "modicum-identity\" content=\"") else { return nil }
        return String(start[range.upperBound...].prefix { $0 != "\"" })
    }
}
