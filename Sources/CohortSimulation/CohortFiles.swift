import ExpressionData

/// A file of a simulated cohort, ready to be written.
package struct CohortFile: Equatable, Sendable {
    /// Without a folder. A name that ends in `.gz` wants its content compressed.
    package let name: String

    /// The content before any compression.
    package let content: [UInt8]
}

extension SimulatedCohort {
    /// The name that the study file gives the count matrix, which the caller writes.
    package static let countsFileName = "counts.tsv.gz"

    /// Every file but the counts: the study with its inputs, and the truth about them.
    package func files() -> [CohortFile] {
        [
            CohortFile(name: "study.yaml", content: Array(studyText.utf8)),
            CohortFile(name: "samples.tsv", content: sampleSheet()),
            CohortFile(name: "genes.tsv.gz", content: annotationTable()),
            CohortFile(name: "sets.gmt", content: geneMatrixTransposed(geneSets)),
            CohortFile(name: "custom.gmt", content: geneMatrixTransposed(customSets)),
            CohortFile(name: "interferon.tsv", content: interferonTable()),
            CohortFile(name: "truth_genes.tsv.gz", content: truthAboutGenes()),
            CohortFile(name: "truth_sets.tsv", content: truthAboutSets()),
            CohortFile(name: "truth_samples.tsv", content: truthAboutSamples()),
        ]
    }

    /// The sets as other rooms know them, with symbols for genes.
    ///
    /// - Parameter source: The name of the file they would stand in.
    package func geneSets(_ sets: [SimulatedGeneSet], source: String) -> [GeneSet] {
        sets.map { set in
            GeneSet(
                name: set.name, description: set.description, source: source, genes: set.genes.map { genes[$0].symbol! }
            )
        }
    }

    private func sampleSheet() -> [UInt8] {
        var text = TabSeparatedText()
        text.append(
            row: ["sample", "kit", "batch", "gender", "age"] + Exposure.allCases.map(\.column) + Patients.cellColumns)
        for sample in 0..<patients.count {
            text.append(
                row: [
                    patients.sampleNames[sample], patients.kit[sample], patients.batch[sample], patients.gender[sample],
                    shortest(patients.age[sample]),
                ] + patients.exposures.map { shortest($0[sample]) }
                    + patients.cellPercentages.map { shortest($0[sample]) })
        }
        return text.bytes
    }

    private func annotationTable() -> [UInt8] {
        var text = TabSeparatedText()
        text.append(row: ["gene_id", "symbol", "chromosome", "biotype"])
        for gene in genes {
            text.append(row: [gene.id, gene.symbol ?? "NA", gene.chromosome, gene.biotype])
        }
        return text.bytes
    }

    private func geneMatrixTransposed(_ sets: [SimulatedGeneSet]) -> [UInt8] {
        var text = TabSeparatedText()
        for set in sets {
            text.append(row: [set.name, set.description] + set.genes.map { genes[$0].symbol! })
        }
        return text.bytes
    }

    /// `log2fc_*` is what an analysis of one exposure estimates, `joint_log2fc_*`
    /// the effect beside the other exposures; both per unit of the exposure.
    private func truthAboutGenes() -> [UInt8] {
        let deviations = patients.exposures.map(standardDeviation)
        var text = TabSeparatedText()
        text.append(
            row: [
                "gene_id", "symbol", "planted", "base_mean", "dispersion", "kit_B", "age_per_decade", "male", "hidden",
            ]
                + Patients.cellColumns.map { $0 + "_per_sd" } + Exposure.allCases.map { "log2fc_" + $0.column }
                + Exposure.allCases.map { "joint_log2fc_" + $0.column })
        for gene in genes {
            let perGene = [
                gene.baseMean, gene.dispersion, gene.kitEffect, gene.effectPerDecade, gene.maleEffect,
                gene.hiddenEffect,
            ]
            let perExposure = [gene.marginalEffects, gene.exposureEffects].flatMap {
                zip($0, deviations).map { $0 / $1 }
            }
            text.append(
                row: [gene.id, gene.symbol ?? "NA", planted(gene)]
                    + (perGene + gene.cellEffects + perExposure).map(shortest))
        }
        return text.bytes
    }

    /// The truth's name for a gene; in the null version nothing is planted.
    private func planted(_ gene: SimulatedGene) -> String {
        options.plantsEffects ? gene.planting?.name ?? "none" : "none"
    }

    private func truthAboutSets() -> [UInt8] {
        var text = TabSeparatedText()
        text.append(row: ["name", "file", "planted", "size", "planted_genes"])
        for (file, sets) in [("sets.gmt", geneSets), ("custom.gmt", customSets)] {
            for set in sets {
                let theme = options.plantsEffects ? set.theme?.name ?? "none" : "none"
                let plantedGenes = set.genes.count { planted(genes[$0]) != "none" }
                text.append(row: [set.name, file, theme, "\(set.genes.count)", "\(plantedGenes)"])
            }
        }
        return text.bytes
    }

    private func truthAboutSamples() -> [UInt8] {
        var text = TabSeparatedText()
        text.append(row: ["sample", "log2_depth", "hidden"] + Theme.allCases.map { "activity_" + $0.name })
        for sample in 0..<patients.count {
            let values =
                [patients.logDepth[sample] / 0.6931471805599453, patients.hidden[sample]]
                + patients.themeActivity.map { $0[sample] }
            text.append(row: [patients.sampleNames[sample]] + values.map(shortest))
        }
        return text.bytes
    }
}

/// The shortest decimal that reads back as the same number; whole numbers without a point.
private func shortest(_ value: Double) -> String {
    value == value.rounded() && abs(value) < 1e15 ? String(Int(value)) : "\(value)"
}
