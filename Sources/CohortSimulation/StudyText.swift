extension SimulatedCohort {
    /// The study file: every exposure with and without cell proportions.
    ///
    /// The cells' adjustment leaves out the neutrophils: the five proportions sum
    /// to one hundred, and without the smallest of them instead the other four
    /// would still sum to 99 in every patient.
    var studyText: String {
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
        enrichment-map: {fdr: 0.05, similarity: combined, k: 0.5, cutoff: 0.375}
        look-up: {table: interferon.tsv, fold-change-at-least: 2}

        """
    }
}
