extension SimulatedCohort {
    /// The study file: every exposure with and without cell proportions.
    ///
    /// The cells' adjustment leaves out the neutrophils: the five proportions sum
    /// to one hundred, and without the smallest of them instead the other four
    /// would still sum to 99 in every patient.
    package var studyText: String {
        """
        # A simulated cohort of \(options.sampleCount) patients and \(options.geneCount) genes, seed \(options.seed)\
        \(options.plantsEffects ? "" : ", without any effect of the exposures")\
        \(options.confoundsExposures ? ", exposures confounded with batch and age" : "").
        # Nobody's data: truth_genes.tsv.gz, truth_sets.tsv and truth_samples.tsv say what was planted.
        modicum: 1
        counts: \(Self.countsFileName)
        samples: samples.tsv
        annotation: genes.tsv.gz
        gene-filter: {count-above: 3, in-at-least: 5, chromosomes: autosomes}
        columns: {batch: factor, gender: {factor: [F, M]}, age: numeric}
        exposures: [stir_volume, stir_intensity, stir_composite]
        adjust:
          main:  [batch, age, gender]
          cells: [batch, age, gender, lymphocytes, monocytes, eosinophils, basophils]
        empirical-null: fdrtool
        ranking: signed-log10-p
        gene-sets: {files: [sets.gmt, custom.gmt], min-size: 15, max-size: 200, weight: 1, \
        permutations: until-settled, permute: gene-sets, seed: 1}
        enrichment-map: {fdr: 0.05, similarity: combined, k: 0.5, cutoff: \(networkCutoff)}
        look-up: {table: interferon.tsv, fold-change-at-least: 2}

        """
    }

    /// The similarity from which the network joins two sets.
    ///
    /// The sets of a theme are drawn from its genes one without regard to the other, so that two of s genes share about
    /// s²/n of its n. With the few genes of a small cohort's themes that is more than the usual 0.375. The largest theme of
    /// the full cohort has 556 genes; pairs of its sets have a similarity of 0.05, those of the others 0.09, and sets of
    /// two themes that share genes a third of that: 0.08 joins the sets of each theme, and leaves the themes apart.
    package var networkCutoff: Double {
        let largest =
            Theme.allCases.map { theme in
                genes.count { if case .themes(let themes) = $0.planting { themes.contains(theme) } else { false } }
            }.max() ?? 0
        return min(0.375, (4_500 / Double(max(largest, 1))).rounded() / 100)
    }
}
