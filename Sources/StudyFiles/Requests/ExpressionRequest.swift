import AnalysisPipeline
import ExpressionData
import ExpressionFormats
import GeneSetEnrichment

/// What `modicum gsea --expression` is asked for, under the names of its options.
package struct ExpressionRequest: SettingsRecord {
    package var expression = ""
    package var phenotypes = ""

    /// `A_versus_B` of two classes; nil: the first two.
    package var compare: String?

    /// The numeric profile; nil: the first one.
    package var profile: String?
    package var settings = PhenotypeSettings()

    package init() {}

    package init(expression: String, phenotypes: String) {
        self.expression = expression
        self.phenotypes = phenotypes
    }

    package static let settings: [Setting<ExpressionRequest>] =
        PhenotypeSettings.requested.map { $0.within(\.settings) } + [
            Setting("expression", \.expression), Setting("phenotypes", \.phenotypes), Setting("compare", \.compare),
            Setting("profile", \.profile),
        ]

    /// Reads the files and makes the comparison.
    ///
    /// - Parameters:
    ///   - stripsVersions: Whether genes lose the versions of their identifiers, before anything else.
    ///   - collapse: How probes become genes; nil: they are genes.
    ///   - isDesktop: Whether values are rounded to float32, as the GSEA desktop reads them.
    func load(
        _ loader: inout StudyLoader, stripsVersions: Bool, collapse: CollapseRequest?, seed: UInt64, isDesktop: Bool
    ) throws -> (inputs: PhenotypeInputs, settings: PhenotypeSettings) {
        var matrix = try ExpressionFile.read(try loader.file(expression, role: "expression"))
        loader.note(GeneNameRemarks.remarks(on: matrix.geneNames, file: expression))
        var notes: [InputWarning] = []
        let phenotypes = try PhenotypeFile.read(
            try loader.file(self.phenotypes, role: "phenotypes"), sampleCount: matrix.sampleCount, isDesktop: isDesktop,
            note: { notes += $0 })
        loader.note(notes)
        if stripsVersions {
            let stems = try GeneVersion.stripped(matrix.geneNames, file: expression)
            loader.note(loader.strippedVersions(of: matrix.geneNames, stems, file: expression))
            matrix = ExpressionMatrix(
                geneNames: stems, descriptions: matrix.descriptions, sampleNames: matrix.sampleNames,
                values: matrix.values)
        }
        if let collapse { matrix = try collapse.apply(to: matrix, &loader) }
        let (samples, phenotype, comparison) = try phenotype(of: phenotypes, metric: settings.metric)
        var values: [Double] = []
        var names: [String] = []
        var dropped: [String] = []
        values.reserveCapacity(matrix.geneCount * samples.count)
        for gene in 0..<matrix.geneCount {
            let row = Array(matrix.values(ofGene: gene))
            let chosen = samples.map { isDesktop ? Double(Float(row[$0])) : row[$0] }
            guard hasEveryClass(chosen, phenotype) else {
                dropped.append(matrix.geneNames[gene])
                continue
            }
            values += chosen
            names.append(matrix.geneNames[gene])
        }
        if !dropped.isEmpty {
            loader.note([
                InputWarning(
                    .warning, place: InputPlace(file: expression),
                    "\(counted(dropped.count, "gene")) without a value in one of the classes left out: "
                        + listed(dropped, limit: 5))
            ])
        }
        guard !names.isEmpty else {
            throw InputError(file: expression, "no gene has a value", remedy: "Check the matrix.")
        }
        var order = PhenotypeComparison.Order()
        order.isAbsolute = settings.sort == .absolute
        order.isAscending = settings.order == .ascending
        let inputs = PhenotypeInputs(
            comparison: PhenotypeComparison(
                values: values, sampleCount: samples.count, phenotype: phenotype, metric: settings.metric,
                usesMedian: settings.median,
                order: order),
            geneNames: names,
            shuffles: try shuffles(
                seed: seed, phenotype: phenotype, sampleCount: samples.count, isDesktop: isDesktop))
        var found = settings
        found.comparison = comparison
        return (inputs, found)
    }

    /// The samples in the order of the comparison, what they are, and what the comparison is called.
    private func phenotype(
        of phenotypes: Phenotypes, metric: PhenotypeMetric
    ) throws -> (samples: [Int], PhenotypeComparison.Phenotype, name: String) {
        switch phenotypes {
        case .classes(let names, let labels):
            guard !metric.isOfProfile else {
                throw InputError(
                    file: self.phenotypes, "\(metric.rawValue) compares a numeric profile, and the file has classes",
                    remedy: "Choose signal-to-noise, t-test, ratio, difference or log2-ratio.")
            }
            let (a, b) = try classes(among: names)
            let first = labels.indices.filter { labels[$0] == a }
            let second = labels.indices.filter { labels[$0] == b }
            for (name, samples) in [(names[a], first), (names[b], second)]
            where samples.count < metric.leastClassSize {
                throw InputError(
                    file: self.phenotypes, "class \(name) has \(counted(samples.count, "sample"))",
                    remedy: "\(metric.rawValue) needs at least \(metric.leastClassSize) samples of each class.")
            }
            return (first + second, .classes(sizeOfFirst: first.count), "\(names[a])_versus_\(names[b])")
        case .profiles(let profiles):
            guard metric.isOfProfile else {
                throw InputError(
                    file: self.phenotypes, "\(metric.rawValue) compares two classes, and the file has numeric profiles",
                    remedy: "Choose pearson, spearman, cosine, euclidean or manhattan.")
            }
            guard let chosen = profiles.first(where: { profile == nil || $0.name == profile }) else {
                throw InputError(
                    file: self.phenotypes, "there is no profile \(profile ?? "")",
                    remedy: "Its profiles are \(listed(profiles.map(\.name))).")
            }
            guard Set(chosen.values).count > 1 else {
                throw InputError(
                    file: self.phenotypes, "the profile \(chosen.name) is \(decimal(chosen.values[0])) in all samples",
                    remedy: "Nothing follows a profile that does not change; choose another with --profile.")
            }
            return (Array(chosen.values.indices), .profile(chosen.values), chosen.name)
        }
    }

    private func classes(among names: [String]) throws -> (Int, Int) {
        guard let compare else { return (0, 1) }
        for (a, first) in names.enumerated() {
            for (b, second) in names.enumerated() where a != b && compare == "\(first)_versus_\(second)" {
                return (a, b)
            }
        }
        throw InputError(
            file: phenotypes, "`\(compare)` names no two classes",
            remedy: "Write A_versus_B; the classes are \(listed(names)).")
    }

    private func hasEveryClass(_ values: [Double], _ phenotype: PhenotypeComparison.Phenotype) -> Bool {
        switch phenotype {
        case .classes(let size):
            values[..<size].contains { !$0.isNaN } && values[size...].contains { !$0.isNaN }
        case .profile: values.contains { !$0.isNaN }
        }
    }

    private func shuffles(
        seed: UInt64, phenotype: PhenotypeComparison.Phenotype, sampleCount: Int, isDesktop: Bool
    ) throws -> PhenotypeShuffles {
        guard settings.shuffle == .balanced else {
            return isDesktop ? .desktop(seed: Int64(bitPattern: seed)) : .free(seed: seed)
        }
        guard !isDesktop else {
            throw InputError(
                "the balanced shuffles of the GSEA desktop are not reproduced", remedy: "Leave out --compatibility.")
        }
        guard case .classes(let sizeOfFirst) = phenotype else {
            throw InputError("equalize-and-balance needs two classes", remedy: "Leave out --shuffle.")
        }
        guard sizeOfFirst / 2 <= sampleCount - sizeOfFirst else {
            throw InputError(
                file: phenotypes,
                "equalize-and-balance exchanges half of the first class, \(counted(sizeOfFirst / 2, "sample")), and the "
                    + "second has \(sampleCount - sizeOfFirst)",
                remedy: "Name the smaller class first in --compare, or leave out --shuffle.")
        }
        return .balanced(seed: seed)
    }
}

/// How probes become genes.
package struct CollapseRequest: SettingsRecord {
    package var chip = ""
    package var mode = ProbeCollapse.max

    /// Whether a probe without a symbol stays, under its own name.
    package var keepUnannotated = false

    package init() {}

    package init(chip: String) {
        self.chip = chip
    }

    package static let settings: [Setting<CollapseRequest>] = [
        Setting("chip", \.chip), Setting("collapse", key: "mode", \.mode),
        Setting("keep-unannotated", \.keepUnannotated),
    ]

    func apply(to matrix: ExpressionMatrix, _ loader: inout StudyLoader) throws -> ExpressionMatrix {
        let file = try ChipFile.read(try loader.file(chip, role: "chip"))
        let (collapsed, count) = try mode.collapse(matrix, chip: file, keepsUnannotated: keepUnannotated)
        note(count, &loader)
        return collapsed
    }

    func apply(to list: RankedGeneList, _ loader: inout StudyLoader) throws -> RankedGeneList {
        let file = try ChipFile.read(try loader.file(chip, role: "chip"))
        let (collapsed, count) = try mode.collapse(list, chip: file, keepsUnannotated: keepUnannotated)
        note(count, &loader)
        return collapsed
    }

    private func note(_ count: Int, _ loader: inout StudyLoader) {
        guard count > 0 else { return }
        loader.note([
            InputWarning(
                .note, place: InputPlace(file: chip), "\(counted(count, "probe")) without a symbol left out")
        ])
    }
}
