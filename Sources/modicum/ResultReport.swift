import ExpressionFormats
import Foundation
import GeneEvidence
import StoredRuns
import StudyFiles
import StudyOutput
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
            var settings = ReportSettings()
            if let threshold = request.fdrThreshold { settings.network.maximumFalseDiscoveryRate = threshold }
            (self.settings, evidence) = (settings, nil)
            return
        }
        (settings, evidence) = try study.report(open: open)
    }

    /// Makes the report of a folder, unless that of these results is there.
    ///
    /// Results are complete without it: what goes wrong is a warning.
    func make(of run: StoredRun, in folder: String) {
        if Self.identity(ofPage: folder + "/report.html") == run.identity { return }
        do {
            try Self.write(StudyReportFiles(run: run, settings: settings, evidence: evidence), to: folder)
        } catch {
            Self.warn(error, folder)
        }
    }

    /// Writes the look-up table beside results whose report is made elsewhere.
    func keepEvidence(in folder: String) throws {
        guard let evidence else { return }
        try AtomicFile.write(
            TableWriter.bytes(EvidenceFile.columns(of: evidence)), to: folder + "/" + StudyReportFiles.evidenceName)
    }

    /// Makes the report of an extended run anew, as its record says.
    static func remake(in folder: String) {
        do {
            try write(StudyReportFiles(ofFolder: folder), to: folder)
        } catch {
            warn(error, folder)
        }
    }

    /// Writes a report into the folder of its run, removes what an earlier one left there and this one does not have, and
    /// lists the files in the run's record.
    ///
    /// - Returns: The files, relative to the folder.
    @discardableResult
    static func write(
        _ report: StudyReportFiles, to folder: String, pictures: [PictureFormat] = []
    ) throws -> [String] {
        let path = folder + "/run.json"
        var record = try JSONDecoder().decode(RunRecord.self, from: Data(contentsOf: URL(fileURLWithPath: path)))
        var names = try report.write(to: folder)
        names += try pictures.flatMap { try $0.convert(names, in: folder) }
        names.sort()
        let written = Set(names)
        for file in record.derivedFiles ?? [] where !written.contains(file.name) {
            guard StudyReportFiles.isName(ofFile: file.name) else { continue }
            try? FileManager.default.removeItem(atPath: folder + "/" + file.name)
        }
        let files = try names.map { try WrittenResults.File($0, in: folder) }
        if record.derivedFiles != files {
            record.derivedFiles = files
            try AtomicFile.write([UInt8](record.encoded()), to: path)
        }
        return names
    }

    static func warn(_ error: any Error, _ folder: String) {
        Terminal.warning(
            "the report could not be made: \(SystemProblem.sentence(for: error) ?? "\(error).") The results are complete; "
                + "`modicum report \(folder)` makes it again"
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
