import ReportAssets
import StoredRuns

/// What the page says beside results: settings, files, and the commands that make what it shows.
struct PageTexts {
    private let run: StoredRun
    private let settings: ReportSettings
    private let bothNulls: BothNulls?

    init(of run: StoredRun, settings: ReportSettings, bothNulls: BothNulls?) {
        self.run = run
        self.bothNulls = bothNulls
        self.settings = settings
    }

    /// What computes these results.
    var command: String {
        let lines = [
            computing, "modicum verify FOLDER      # computes random parts again and compares",
            "\(report)      # makes this page again",
        ]
        return lines.joined(separator: "\n")
    }

    /// What makes the page.
    private var report: String { "modicum report FOLDER" + (bothNulls == nil ? "" : " --beside OTHER") }

    /// How p and q under two nulls come to stand beside each other.
    private var otherNull: String {
        guard run.hasEnrichment else { return "" }
        guard bothNulls == nil else { return "\n# under both nulls: tables/both_nulls.*.tsv" }
        let isOfGenes =
            SetNullWords.Null(run, permutation: run.analyses.first?.permutation ?? run.permutation) == .permutedGenes
        let other = isOfGenes ? "samples" : "gene-sets"
        let again =
            run.record.request?.studyName == nil
            ? "# beside another null: the same command with --permute \(other) and --out OTHER; then"
            : "# beside another null: other.yaml is the study file with `permute: \(other)`\nmodicum run other.yaml --out OTHER"
        return "\n\(again)\nmodicum report FOLDER --beside OTHER"
    }

    private var computing: String {
        if let name = run.record.request?.studyName {
            return "modicum run \(name.split(separator: "/").last ?? "study.yaml") --out FOLDER"
        }
        let inputs = inputs
        func input(_ role: String) -> String? { inputs.first { $0.role == role }?.name }
        guard let analysis = run.analyses.first else {
            let sets = inputs.filter { $0.role.contains("set") }.map { " --sets " + $0.name }.joined()
            return
                "modicum gsea --ranks \(input("ranks") ?? "RANKS")\(sets) --out FOLDER      # with the settings below"
        }
        return
            "modicum de --counts \(input("counts") ?? "COUNTS") --samples \(input("samples") ?? "SAMPLES") --design '\(analysis.design)' --out FOLDER      # with the settings below"
    }

    /// The inputs as their files are called.
    private var inputs: [(role: String, name: String, sha256: String, isCompressed: Bool)] {
        let names = run.record.inputNames ?? []
        return run.configuration.inputs.enumerated().map { place, input in
            let name = names.indices.contains(place) ? names[place] : input.name
            return (input.role, name, input.sha256, name != input.name)
        }
    }

    /// By section: what makes it, and where its numbers lie.
    var commands: [String: String] {
        let file = run.analyses.first?.fileName ?? "gsea"
        return [
            "genes":
                "\(computing)\n# all genes, all digits: modicum.h5 and \(run.analyses.first?.name ?? "")/results.*.tsv\n# significant ones, sorted: tables/genes.\(file).tsv",
            "sets":
                "\(computing)\n# all sets, all digits: gene_sets.tsv\n# enriched ones, sorted: tables/sets.\(file).tsv"
                + otherNull,
            "network":
                "modicum report FOLDER\n# network/\(file).cyjs, .graphml, .cx2, .nodes.tsv and .edges.tsv; thresholds: enrichment-map in the study file",
            "compare": "\(report)\n# tables/genes_by_analysis.tsv, tables/sets_by_analysis.tsv"
                + (run.overlaps.isEmpty ? "" : "; overlaps.tsv, of the run itself") + otherNull,
            "reads":
                "\(computing)\n# tables/reads.tsv; logs of the programs: reads/logs/SAMPLE/, which MultiQC reads as they are",
            "quality":
                "modicum report FOLDER\n# figures/ has each as SVG; tables/left_out.tsv, tables/empirical_null.tsv",
            "cohort":
                "modicum report FOLDER\n# tables/cohort.tsv; figures/exposures.svg, figures/covariates.svg, figures/cells.svg",
        ]
    }

    /// Whose work the page carries.
    var licences: String {
        let libraries = ReportAssets.libraries
        guard !libraries.isEmpty else {
            return
                "Made by a build without chart libraries: figures stand still, and tables show their first 200 rows. Everything is in the files beside this page."
        }
        return "It carries " + Findings.list(libraries.map(\.notice))
            + "; their licences stand in its source. It asks nothing of any network."
    }

    var provenance: [(String, String)] {
        let configuration = run.configuration
        var rows = [
            ("identity", run.identity), ("Modicum", run.record.version),
            ("numeric contract", "\(configuration.numericContract)"),
        ]
        rows += (run.record.libraries ?? [:]).sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
        rows += inputs.map {
            (
                "\($0.role): \($0.name)",
                "SHA-256 \($0.sha256)" + ($0.isCompressed ? ", of its content uncompressed" : "")
            )
        }
        if let models = configuration.differentialExpression {
            rows += [
                ("size factors", models.sizeFactors.rawValue), ("dispersion trend", models.dispersionTrend.rawValue),
                ("test", models.test.rawValue),
                ("alpha", "\(models.alpha)"), ("independent filtering", models.independentFiltering ? "on" : "off"),
                ("Cook's cutoff", models.cooksCutoff.text), ("empirical null", models.empiricalNull.rawValue),
                ("optimizer", models.optimizer.rawValue),
            ]
        }
        if let sets = configuration.geneSets {
            rows += [
                ("set sizes", "\(sets.minSize) to \(sets.maxSize)"), ("weight", "\(sets.weight)"),
                ("permutations", NumberWords.grouped(sets.permutations)), ("seed", "\(sets.seed)"),
                ("ranking", sets.ranking.name),
            ]
        }
        if let bothNulls { rows.append(("beside it, the run", bothNulls.identity)) }
        return rows
    }

    /// What lies beside the page, where this run has some.
    func files(hasFigures: Bool, hasNetworks: Bool) -> [(String, String)] {
        var files = [
            ("modicum.h5", "everything, as one HDF5 file that AnnData opens"),
            ("run.json", "configuration, versions, timings, warnings"),
        ]
        if hasFigures { files.append(("figures/", "every figure as SVG")) }
        if hasNetworks { files.append(("network/", "networks for Cytoscape, Gephi and igraph, and their tables")) }
        let tables =
            run.analyses.isEmpty
            ? "enriched sets, sorted" : "significant genes and sets, sorted; the cohort; what was left out"
        return files + [("tables/", tables)]
    }
}
