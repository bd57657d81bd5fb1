import Figures
import StoredRuns

/// The figures that the study this program grew out of printed, under its numbers.
///
/// The main figures are those of the first adjustment set; a run without some of them, such as one of two groups, has the
/// others.
struct PaperFigures {
    let figures: [StudyFigures.Figure]

    init(of figures: [StudyFigures.Figure], run: StoredRun) {
        let byName = Dictionary(figures.map { ($0.name, $0.drawing) }) { first, _ in first }
        var numbered: [StudyFigures.Figure] = []
        func add(_ number: String, _ name: String) {
            if let drawing = byName[name] { numbered.append((number, drawing)) }
        }
        let main = run.analyses.first?.adjustment ?? ""
        add("figure1_exposures", "exposures")
        for (letter, analysis) in zip("abcdefghijklmnopqrstuvwxyz", run.analyses.filter { $0.adjustment == main }) {
            add("figure2\(letter)_ma_\(analysis.exposure)", "ma.\(main).\(analysis.exposure)")
            add("figureS4\(letter)_biotypes_\(analysis.exposure)", "biotypes.\(main).\(analysis.exposure)")
        }
        add("figure3_venn", "venn.\(main)")
        add("figure4_network", byName["network.all"] == nil ? "network.gsea" : "network.all")
        add("figureS1_cells", "cells")
        add("figureS2_covariates", "covariates")
        let factor = run.samples.columns.first { if case .factor = $0.values { true } else { false } }
        add("figureS3_pca", "pca.\(factor?.name ?? "")")
        for (letter, exposure) in zip(
            "abcdefghijklmnopqrstuvwxyz", run.analyses.filter { $0.adjustment == main }.map(\.exposure))
        {
            add("figureS5\(letter)_overlap_\(exposure)", "venn.\(exposure)")
        }
        self.figures = numbered
    }
}
