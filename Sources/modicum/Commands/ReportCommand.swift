import ArgumentParser
import StudyReport

/// `modicum report`: tables, figures and networks of a finished run.
struct ReportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report", abstract: "Makes the tables, figures and networks of a finished run.",
        discussion: """
            Example: modicum report results

            Writes report.html, figures/, network/ and tables/ into the folder, or into another one with --out. They show what the \
            run found and change nothing of it; they can be made again at any time.
            """)

    @Argument(help: "The folder of a finished run.")
    var folder: String

    @Option(
        name: .customLong("out"),
        help: ArgumentHelp("Where to write, if not into the run's folder.", valueName: "folder"))
    var output: String?

    @Flag(name: .long, help: "Also write each figure as PNG, 300 dots an inch, with librsvg's rsvg-convert.")
    var png = false

    @Flag(name: .long, help: "Also write each figure as PDF, with librsvg's rsvg-convert.")
    var pdf = false

    @Flag(name: .long, help: "Print the files as JSON.")
    var json = false

    func run() throws {
        let pictures = (png ? [PictureFormat.png] : []) + (pdf ? [.pdf] : [])
        let target = output ?? folder
        let report = try StudyReportFiles(ofFolder: folder)
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
}
