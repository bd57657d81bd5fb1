import CohortSimulation
import Foundation
import Testing

@Suite("A cohort of the study's dimensions")
struct FullCohortTests {
    private static let cohort = try! SimulatedCohort(CohortOptions())
    private static let counts = cohort.counts(ofGenes: 0..<cohort.genes.count)

    private var cohort: SimulatedCohort { Self.cohort }

    private func counts(ofGene gene: Int) -> ArraySlice<Int32> {
        Self.counts[gene * cohort.patients.count..<(gene + 1) * cohort.patients.count]
    }

    /// `count > 3 in >= 5` and autosomes.
    private func passesFilter(_ gene: Int) -> Bool {
        cohort.genes[gene].isAutosomal && counts(ofGene: gene).count { $0 > 3 } >= 5
    }

    @Test("The study's filter keeps about as many genes as in the study, three in five protein coding")
    func filteredGenes() {
        let kept = cohort.genes.indices.filter(passesFilter)
        let coding = kept.count { cohort.genes[$0].biotype == "protein_coding" }
        // 25,944 genes, 58 per cent: a binomial spread of 120 genes, and as much again for the depth of sequencing.
        #expect(abs(kept.count - 25_944) < 500)
        #expect(abs(Double(coding) / Double(kept.count) - 0.58) < 0.015)
        #expect(Set(cohort.genes.map(\.chromosome)).count == 25)
    }

    @Test("About 5,474 of 18,577 sets keep 15 to 200 genes")
    func setSizes() {
        let kept = cohort.genes.indices.map(passesFilter)
        let sets = cohort.geneSets + cohort.customSets
        let matched = sets.map { set in set.genes.count { kept[$0] } }
        #expect(sets.count == 18_577 && cohort.customSets.count == 23)
        // Binomial spread 62; three of them, and the filter's own.
        #expect(abs(matched.count { (15...200).contains($0) } - 5_474) < 250)
        #expect(Set(sets.map(\.name)).count == 18_577)
        #expect(sets.allSatisfy { Set($0.genes).count == $0.genes.count })
    }

    @Test("Symbols and identifiers are unique, and some genes have no symbol")
    func names() {
        let symbols = cohort.genes.compactMap(\.symbol)
        #expect(Set(symbols).count == symbols.count)
        #expect(Set(cohort.genes.map(\.id)).count == 58_000)
        #expect(symbols.count < 58_000 && symbols.count > 45_000)
    }

    @Test("The planted genes fill the study's Venn diagram")
    func plantedRegions() {
        let regions = cohort.genes.compactMap { gene -> [Exposure]? in
            if case .region(let exposures) = gene.planting { exposures } else { nil }
        }
        #expect(regions.count { $0 == [.volume] } == 32)
        #expect(regions.count { $0 == [.volume, .composite] } == 4)
        #expect(regions.count { $0 == [.composite] } == 5)
        #expect(regions.count { $0 == [.volume, .intensity, .composite] } == 1)
        #expect(regions.count == 42)
    }

    /// The t statistic of the slope of log counts, depth removed, on one exposure.
    private func slopeStatistic(ofGene gene: Int, on exposure: Exposure) -> Double {
        let patients = cohort.patients
        let values = zip(counts(ofGene: gene), patients.logDepth).map { log(Double($0) + 0.5) - $1 }
        let r = correlation(values, patients.exposures[exposure.rawValue])
        return r * (Double(patients.count - 2) / (1 - r * r)).squareRoot()
    }

    @Test("Planted genes follow their exposures and no others")
    func plantedEffectsShow() {
        var following: [Double] = []
        var others: [Double] = []
        for (index, gene) in cohort.genes.enumerated() {
            guard case .region(let exposures) = gene.planting else { continue }
            for exposure in Exposure.allCases {
                let t = slopeStatistic(ofGene: index, on: exposure)
                if exposures.contains(exposure) {
                    following.append(t * (gene.marginalEffects[exposure.rawValue] > 0 ? 1 : -1))
                } else {
                    others.append(t)
                }
            }
        }
        // Genome-wide significance needs about 4.2; even this crude statistic, without covariates, is past it.
        #expect(following.count { $0 > 4.2 } > following.count * 7 / 10)
        #expect(others.count { abs($0) > 4.2 } == 0)
    }

    @Test("Theme genes lean upwards, other genes do not")
    func themeEffectsShow() {
        var themed: [Double] = []
        var null: [Double] = []
        for (index, gene) in cohort.genes.enumerated() where gene.baseMean > 20 && gene.isAutosomal {
            switch gene.planting {
            case .themes: themed.append(slopeStatistic(ofGene: index, on: .volume))
            case nil where index % 10 == 0: null.append(slopeStatistic(ofGene: index, on: .volume))
            default: break
            }
        }
        func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(values.count) }
        // Planned as 0.8 standard errors; covariates left out here cost some of it.
        #expect((0.4...1.1).contains(mean(themed) - mean(null)))
    }

    @Test("A few hundred sets belong to three themes and overlap within them")
    func themedSets() {
        for theme in Theme.allCases {
            let sets = cohort.geneSets.filter { $0.theme == theme }.map { Set($0.genes) }
            #expect(sets.count > 90)
            let shared = zip(sets, sets.dropFirst()).map {
                Double($0.intersection($1).count) / Double(min($0.count, $1.count))
            }
            // Independent sets of this size share about one gene in two hundred.
            #expect(shared.reduce(0, +) / Double(shared.count) > 0.05)
        }
    }
}

@Suite("Cohorts and their files")
struct SimulatedCohortTests {
    private func options(seed: UInt64 = 1) -> CohortOptions {
        var options = CohortOptions()
        options.seed = seed
        options.sampleCount = 24
        options.geneCount = 1_200
        options.geneSetCount = 150
        return options
    }

    @Test("The same seed gives the same bytes, another seed others")
    func seeds() throws {
        let first = try SimulatedCohort(options())
        let again = try SimulatedCohort(options())
        let other = try SimulatedCohort(options(seed: 2))
        #expect(first.files() == again.files())
        #expect(first.countMatrix() == again.countMatrix())
        #expect(first.countMatrix().counts != other.countMatrix().counts)
        #expect(first.files().map(\.content) != other.files().map(\.content))
    }

    @Test("A gene's counts do not depend on the genes simulated before it")
    func geneStreams() throws {
        let cohort = try SimulatedCohort(options())
        let whole = cohort.counts(ofGenes: 0..<1_200)
        let backwards = (0..<1_200).reversed().map { cohort.counts(ofGenes: $0..<$0 + 1) }
        #expect(backwards.reversed().flatMap { $0 } == whole)
        #expect(cohort.counts(ofGenes: 317..<901) == Array(whole[317 * 24..<901 * 24]))
    }

    @Test("A gene's baseline does not depend on how many genes there are")
    func geneProfiles() throws {
        var more = options()
        more.geneCount = 1_300
        let small = try SimulatedCohort(options()).genes
        let large = try SimulatedCohort(more).genes
        #expect(small.map(\.baseMean) == large.prefix(1_200).map(\.baseMean))
        #expect(small.map(\.symbol) == large.prefix(1_200).map(\.symbol))
    }

    @Test("The null version has the same sets and no effect at all")
    func nullVersion() throws {
        var null = options()
        null.plantsEffects = false
        let cohort = try SimulatedCohort(null)
        let planted = try SimulatedCohort(options())
        #expect(cohort.genes.allSatisfy { $0.exposureEffects == [0, 0, 0] && $0.marginalEffects == [0, 0, 0] })
        #expect(planted.genes.contains { $0.exposureEffects != [0, 0, 0] })
        #expect(cohort.geneSets == planted.geneSets)
        #expect(cohort.genes.map(\.baseMean) == planted.genes.map(\.baseMean))
        let truth = try #require(cohort.files().first { $0.name == "truth_sets.tsv" })
        #expect(!String(decoding: truth.content, as: UTF8.self).contains("interferon-signalling"))
    }

    @Test("Co-expression ties a theme's genes together and leaves the others as they are")
    func coexpression() throws {
        var tied = options()
        tied.coexpression = 1
        let plain = try SimulatedCohort(options())
        let together = try SimulatedCohort(tied)
        for (index, gene) in plain.genes.enumerated() where index % 7 == 0 || gene.planting != nil {
            let same = plain.counts(ofGenes: index..<index + 1) == together.counts(ofGenes: index..<index + 1)
            if case .themes = gene.planting, gene.baseMean > 20 {
                #expect(!same)
            } else if gene.planting == nil {
                #expect(same)
            }
        }
    }

    @Test("Files have one row per sample, gene and set, and the study names them")
    func files() throws {
        let cohort = try SimulatedCohort(options())
        var rows: [String: [Substring]] = [:]
        for file in cohort.files() {
            rows[file.name] = String(decoding: file.content, as: UTF8.self).split(separator: "\n")
        }
        #expect(rows["samples.tsv"]?.count == 25)
        #expect(
            rows["samples.tsv"]?[0] == """
                sample\tkit\tbatch\tgender\tage\tstir_volume\tstir_intensity\tstir_composite\tneutrophils\tlymphocytes\t\
                monocytes\teosinophils\tbasophils
                """)
        #expect(rows["genes.tsv.gz"]?.count == 1_201)
        #expect(rows["genes.tsv.gz"]?[0] == "gene_id\tsymbol\tchromosome\tbiotype")
        #expect(rows["truth_genes.tsv.gz"]?.count == 1_201)
        #expect(rows["truth_samples.tsv"]?.count == 25)
        #expect(rows["sets.gmt"]?.count == 127)
        #expect(rows["custom.gmt"]?.count == 23)
        #expect(rows["truth_sets.tsv"]?.count == 151)
        #expect(rows["sets.gmt"]?.allSatisfy { $0.prefix { $0 != "\t" }.split(separator: "%").count == 3 } == true)
        let study = try #require(rows["study.yaml"])
        for name in ["counts.tsv.gz", "samples.tsv", "genes.tsv.gz", "sets.gmt", "custom.gmt", "interferon.tsv"] {
            #expect(study.contains { $0.contains(name) })
        }
    }

    @Test(
        "The network's cutoff joins the sets of each theme to one cluster, and hardly those of two",
        arguments: [
            (genes: 30_000, sets: 6_000, cutoffs: 0.1...0.25), (genes: 6_000, sets: 600, cutoffs: 0.375...0.375),
        ])
    func networkCutoff(genes: Int, sets: Int, cutoffs: ClosedRange<Double>) throws {
        var options = CohortOptions()
        (options.sampleCount, options.geneCount, options.geneSetCount) = (24, genes, sets)
        let cohort = try SimulatedCohort(options)
        let cutoff = cohort.networkCutoff
        #expect(cutoffs.contains(cutoff) && cohort.studyText.contains("cutoff: \(cutoff)}"))
        // Only where there are many sets of a theme is each sure to have one that it is like.
        guard genes == 30_000 else { return }
        let themed = cohort.geneSets.filter { $0.theme != nil && (15...200).contains($0.genes.count) }
        let members = themed.map { Set($0.genes) }
        func areJoined(_ a: Int, _ b: Int) -> Bool {
            let shared = Double(members[a].intersection(members[b]).count)
            let union = Double(members[a].count + members[b].count) - shared
            return 0.5 * shared / union + 0.5 * shared / Double(min(members[a].count, members[b].count)) >= cutoff
        }
        var within = 0
        var between = 0
        for a in themed.indices {
            for b in 0..<a where areJoined(a, b) {
                if themed[a].theme == themed[b].theme { within += 1 } else { between += 1 }
            }
        }
        #expect(within > 8 * between && within > 5 * themed.count, "\(within) within themes, \(between) between")
    }

    @Test("Every table row has as many fields as its header")
    func rectangularTables() throws {
        for file in try SimulatedCohort(options()).files() where file.name.contains(".tsv") {
            let rows = String(decoding: file.content, as: UTF8.self).split(separator: "\n")
            let widths = Set(rows.map { $0.split(separator: "\t", omittingEmptySubsequences: false).count })
            #expect(widths.count == 1, "\(file.name)")
        }
    }

    @Test("Impossible options are refused with what would be possible")
    func validation() {
        var few = CohortOptions()
        few.sampleCount = 3
        let error = #expect(throws: CohortOptionsError.self) { try SimulatedCohort(few) }
        #expect(error?.description == "simulated cohort: samples must be 12 to 100000, not 3")
        var sets = CohortOptions()
        sets.geneSetCount = 5
        #expect(throws: CohortOptionsError.self) { try SimulatedCohort(sets) }
    }
}
