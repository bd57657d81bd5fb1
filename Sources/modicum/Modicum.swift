import AnalysisPipeline
import ArgumentParser
import ExpressionData

/// The program's version; CHANGELOG.md tells what changed.
let programVersion = "0.1.0"

struct Modicum: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "modicum",
        abstract: "Differential expression and gene-set enrichment, sharded over workers.",
        discussion: """
            Results are the same bytes for any number of workers and threads.

            Example:
              modicum simulate cohort --out cohort
              modicum run cohort/study.yaml --out results --workers 2
            """,
        version: programVersion,
        subcommands: [
            CheckCommand.self, RunCommand.self, CountCommand.self, QualityCommand.self,
            DifferentialExpressionCommand.self, GeneSetEnrichmentCommand.self, ExtendCommand.self, VerifyCommand.self,
            ReportCommand.self,
            ExportCommand.self,
            CiteCommand.self, CoordinatorCommand.self, WorkerCommand.self, SubmitCommand.self, StatusCommand.self,
            FetchCommand.self, CancelCommand.self, LogsCommand.self, ClusterCommand.self, SimulateCommand.self,
            CalibrateCommand.self, KeysCommand.self, DoctorCommand.self,
        ]
    )
}
