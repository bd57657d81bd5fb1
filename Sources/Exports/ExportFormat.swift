/// What `modicum export` can make of a finished run.
package enum ExportFormat: String, CaseIterable, Sendable {
    case multiqc
    case h5ad
    case gseaFolder = "gsea-folder"
    case generic
    case cyjs
    case graphml
    case cx2
    case tsv
    case spreadsheet = "xlsx-safe"
    case crate = "ro-crate"

    /// How the files end whose number may be one, so that their path may be given; nil: it is always a folder.
    var fileEnding: String? {
        switch self {
        case .h5ad: ".h5ad"
        case .generic: ".txt"
        case .cyjs: ".cyjs"
        case .graphml: ".graphml"
        case .cx2: ".cx2"
        case .multiqc, .gseaFolder, .tsv, .spreadsheet, .crate: nil
        }
    }
}
