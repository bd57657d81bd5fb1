import ArgumentParser
import ExpressionData
import ExpressionFormats
import StudyReport

/// `modicum report`: tables, figures and networks of a finished run.
struct ReportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report", abstract: "Makes the tables, figures and networks of a finished run.",
        discussion: """
            Examples:
              modicum report results
              modicum report results --beside results-permuted-genes

            Writes report.html, figures/, network/ and tables/ into the folder, or into another one with --out. They show what the \
            run found and change nothing of it; they can be made again at any time.
            """)

    @Argument(help: "The folder of a finished run.")
    var folder: String

    @Option(
        name: .customLong("out"),
        help: ArgumentHelp("Where to write, if not into the run's folder.", valueName: "folder"))
    var output: String?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "A finished run of the same study with another null of gene sets: p and q of both stand beside each other.",
            valueName: "folder"))
    var beside: String?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "The folder of `modicum calibrate`: its rates of false calls nearest to the study stand on the page.",
            valueName: "folder"))
    var calibration: String?

    @Flag(name: .long, help: "Also write each figure as PNG, 300 dots an inch, with librsvg's rsvg-convert.")
    var png = false

    @Flag(name: .long, help: "Also write each figure as PDF, with librsvg's rsvg-convert.")
    var pdf = false

    @Flag(name: .long, help: "Print the files as JSON.")
    var json = false

    func run() throws {
        let pictures = (png ? [PictureFormat.png] : []) + (pdf ? [.pdf] : [])
        let target = output ?? folder
        let report = try self.report()
        // The run's own record lists what lies beside it.
        var files: [String]
        if target == folder {
            files = try ResultReport.write(report, to: folder, pictures: pictures)
        } else {
            files = try report.write(to: target)
            files += try pictures.flatMap { try $0.convert(files, in: target) }
        }
        guard !json else { return try JSONText.print(["files": files.sorted().map { "\(target)/\($0)" }]) }
        print("\(files.count) files; open \(target)/report.html")
    }

    private func report() throws -> StudyReportFiles {
        let run = try FinishedFolder.open(folder)
        let calibrated = try calibration.map { try DelimitedTable(path: "\($0)/\(CalibrationFolder.tableName)") }
        guard let beside else { return try StudyReportFiles(of: run, calibration: calibrated) }
        let other = try FinishedFolder.open(beside)
        let difference = try RunDifferences(betweenStudyOf: other, and: run).sentence
        guard difference.isEmpty else {
            throw InputError(
                "\(beside) is no run of the same study as \(folder): \(difference)",
                remedy: "Give --beside a run that differs in the null of gene sets alone.")
        }
        return try StudyReportFiles(of: run, beside: other, calibration: calibrated)
    }
}
