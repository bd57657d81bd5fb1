import AnalysisPipeline
import ExpressionData
import ExpressionFormats
import Foundation
import GeneSetEnrichment

/// A folder of results laid out as the GSEA desktop lays out its own.
///
/// EnrichmentMap and other readers of that program's results open it unedited. Where
/// the program puts the time of the run into names, we put the seed, so that the
/// same run has the same files. Names of sets, genes and classes are the same in all of its files, as `GSEANames` has them.
package struct GSEAFolder {
    /// How many sets of each sign have a table of their own, as by default in the program.
    static let detailLimit = 20

    let enrichment: EnrichmentResults
    let settings: StudyConfiguration.GeneSets
    let listName: String
    let setNames: [String]
    let names: GSEANames

    /// What the samples of expression data are, and the name of the file that says so.
    let comparison: PhenotypeComparison?
    let classFileName: String?

    /// - Parameter listName: What the list is called; nil: as the file that it came from.
    init(_ enrichment: EnrichmentResults, of inputs: StudyInputs, listName: String? = nil) {
        self.init(
            enrichment, configuration: inputs.configuration, comparison: inputs.comparison, listName: listName)
    }

    /// The folder of one list of a finished run, from its store.
    ///
    /// - Parameter comparison: What the samples are, where the list comes from expression data and that is known.
    package init(_ stored: StoredGeneSets, configuration: StudyConfiguration, comparison: PhenotypeComparison?) {
        let name = stored.name.split(separator: "/").joined(separator: ".")
        self.init(
            stored.enrichment, configuration: configuration, comparison: comparison,
            listName: configuration.analyses.isEmpty ? nil : name)
    }

    /// - Parameter listName: What the list is called; nil: as the file that it came from.
    private init(
        _ enrichment: EnrichmentResults, configuration: StudyConfiguration, comparison: PhenotypeComparison?,
        listName chosen: String? = nil
    ) {
        self.enrichment = enrichment
        self.comparison = comparison
        let classes = configuration.inputs.first { $0.role == "phenotypes" && comparison != nil }.map { input in
            input.name.hasSuffix(".gz") ? String(input.name.dropLast(3)) : input.name
        }
        settings = configuration.geneSets ?? .init()
        let ranks =
            chosen ?? configuration.inputs.first { $0.role == "ranks" || $0.role == "expression" }?.name ?? "list.rnk"
        let stem = ranks.hasSuffix(".rnk") ? String(ranks.dropLast(4)) : ranks
        let listName = FileNames.names(for: [stem], suffix: ".rnk", besides: Self.databaseNames)[0]
        self.listName = listName
        classFileName = classes.map { FileNames.names(for: [$0], besides: Self.databaseNames + [listName])[0] }
        names = GSEANames(enrichment, phenotypes: Self.phenotypes(of: settings))
        setNames = configuration.inputs.filter { $0.role == "gene-sets" }.map(\.name)
    }

    /// What stands in `edb/` besides the list and the classes.
    private static let databaseNames = ["results.edb", "gene_sets.gmt"]

    /// The two ends of the list, as the program names them: the classes, or the ends of a profile.
    private static func phenotypes(of settings: StudyConfiguration.GeneSets) -> [String] {
        guard let comparison = settings.phenotype?.comparison else { return ["na_pos", "na_neg"] }
        guard let parts = comparison.firstRange(of: "_versus_") else {
            return [comparison + "_pos", comparison + "_neg"]
        }
        return [String(comparison[..<parts.lowerBound]), String(comparison[parts.upperBound...])]
    }

    /// The comparison as the program writes it: the class file and the two classes, or the profile.
    var template: String {
        settings.phenotype.map { (classFileName ?? "") + "#" + names.comparison(called: $0.comparison) }
            ?? "na_as_pre_ranked"
    }

    /// The program's tool for this kind of run.
    private var tool: String { settings.phenotype == nil ? "GseaPreranked" : "Gsea" }

    /// What stands for the time of the run in the names of files.
    private var stamp: String { String(settings.seed) }

    /// Whether all of a folder was written.
    package static func isComplete(_ folder: String) -> Bool {
        FileManager.default.fileExists(atPath: folder + "/" + indexName)
    }

    /// It is written last, and tells that the others are there.
    private static let indexName = "index.html"

    /// The names of the tables of both ends, without the ending; of more than one file, so that they are shorter than others.
    private var reportNames: [String] {
        FileNames.names(for: names.phenotypes, prefix: "gsea_report_for_", suffix: "_\(stamp).html")
            .map { String($0.dropLast(".html".count)) }
    }

    private var rankedListFileName: String {
        FileNames.names(
            for: [names.phenotypes.joined(separator: "_versus_")], prefix: "ranked_gene_list_", suffix: "_\(stamp).tsv")[
                0]
    }

    /// Writes the folder.
    ///
    /// - Returns: The names of its files.
    package func write(to folder: String) throws -> [String] {
        let files = FileManager.default
        try files.createDirectory(atPath: folder + "/edb", withIntermediateDirectories: true)
        if Self.isComplete(folder) { try files.removeItem(atPath: folder + "/" + Self.indexName) }
        var written: [String] = []
        func path(_ name: String) -> String {
            written.append(name)
            return folder + "/" + name
        }
        let reports = [true, false].map { report(isPositive: $0) }
        for (name, (phenotype, rows)) in zip(reportNames, zip(names.phenotypes, reports)) {
            try write(lines: [GSEAFolder.reportHeader] + rows.map(reportFields), to: path(name + ".tsv"))
            try write(GSEAFolder.html(phenotype, rows: rows.map(reportFields)), to: path(name + ".html"))
        }
        let detailed = reports.flatMap { $0.prefix(GSEAFolder.detailLimit) }
        let sizesName = "gene_set_sizes.tsv"
        let others = reportNames.map { $0 + ".tsv" } + [rankedListFileName, sizesName]
        let detailNames = FileNames.names(for: detailed.map(names.set(ofRow:)), suffix: ".tsv", besides: others)
        for (row, name) in zip(detailed, detailNames) { try write(lines: details(of: row), to: path(name)) }
        try write(
            lines: [["NAME", "TITLE", "SCORE"]]
                + zip(names.genes, enrichment.list.scores).map { [$0, "", GSEAFolder.text($1)] },
            to: path(rankedListFileName))
        try write(lines: sizes, to: path(sizesName))
        try write(report, to: path("gsea.\(tool).\(stamp).rpt"))
        let database = GSEADatabase(self)
        try database.writeResults(to: path("edb/results.edb"))
        try write(database.geneSets, to: path("edb/gene_sets.gmt"))
        try write(database.rankedList, to: path("edb/" + listName))
        if let classes = database.classes, let classFileName {
            try write(classes, to: path("edb/" + classFileName))
        }
        try write(index, to: path(Self.indexName))
        return written
    }

    // MARK: Reports

    private static let reportHeader = [
        "NAME", "GS<br> follow link to MSigDB", "GS DETAILS", "SIZE", "ES", "NES", "NOM p-val", "FDR q-val",
        "FWER p-val", "RANK AT MAX", "LEADING EDGE",
    ]

    /// The rows of one sign, most extreme NES first, those without one last.
    private func report(isPositive: Bool) -> [Int] {
        let table = enrichment.table
        let keys = table.normalizedEnrichmentScore.map { $0.isNaN ? -1 : $0.magnitude }
        return table.enrichmentScore.indices
            .filter { (table.enrichmentScore[$0] >= 0) == isPositive }
            .sorted { (-keys[$0], $0) < (-keys[$1], $1) }
    }

    private func reportFields(_ row: Int) -> [String] {
        let table = enrichment.table
        return [
            names.set(ofRow: row), names.set(ofRow: row), "Details ...", String(table.size[row]),
            GSEAFolder.text(table.enrichmentScore[row]), GSEAFolder.text(table.normalizedEnrichmentScore[row]),
            GSEAFolder.text(table.pValue[row]), GSEAFolder.text(table.fdr[row]), GSEAFolder.text(table.fwer[row]),
            String(table.rankAtMax[row]),
            "tags=\(percent(table.leadingEdgeTags[row])), list=\(percent(table.leadingEdgeList[row])), "
                + "signal=\(percent(table.leadingEdgeSignal[row]))",
        ]
    }

    /// Rounded half up from the single-precision share, as the program prints it.
    private func percent(_ share: Double) -> String {
        guard share.isFinite else { return "---" }
        return "\(Int((Float(share) * 100 + 0.5).rounded(.down)))%"
    }

    private func details(of row: Int) -> [[String]] {
        let members = enrichment.matching.matched[row].members
        let sums = RunningSum(ofMembers: members, weights: enrichment.weights(settings.weight)).atMembers
        let edge = Set(enrichment.leadingEdge(ofSet: row))
        return [["NAME", "SYMBOL", "RANK IN GENE LIST", "RANK METRIC SCORE", "RUNNING ES", "CORE ENRICHMENT"]]
            + zip(members, sums).enumerated().map { position, hit in
                [
                    "row_\(position)", names.genes[Int(hit.0)], String(hit.0),
                    GSEAFolder.text(enrichment.list.scores[Int(hit.0)]), GSEAFolder.text(hit.1),
                    edge.contains(hit.0) ? "Yes" : "No",
                ]
            }
    }

    private var sizes: [[String]] {
        var sizeOfSet: [Int: Int] = [:]
        for set in enrichment.matching.matched { sizeOfSet[set.index] = set.size }
        return [["NAME", "ORIGINAL SIZE", "AFTER RESTRICTING TO DATASET", "STATUS"]]
            + enrichment.sets.enumerated().map { index, set in
                let size = sizeOfSet[index]
                return [
                    names.sets[index], String(set.genes.count), size.map { String($0) } ?? "",
                    size == nil ? "Rejected!" : "",
                ]
            }
    }

    /// What EnrichmentMap starts from when it is given this file.
    private var report: String {
        let scheme = DesktopScheme(exponent: settings.weight)?.rawValue ?? "weighted_p\(settings.weight)"
        var parameters = [
            ("rpt_label", "gsea"), ("rnd_seed", stamp), ("set_min", String(settings.minSize)),
            ("set_max", String(settings.maxSize)), ("scoring_scheme", scheme), ("rnk", "edb/" + listName),
            ("gmx", "edb/gene_sets.gmt"), ("norm", settings.norm.rawValue), ("out", "."),
            ("nperm", String(settings.permutations)), ("collapse", "No_Collapse"), ("gui", "false"),
        ]
        if let phenotype = settings.phenotype {
            if classFileName != nil { parameters.append(("cls", "edb/" + template)) }
            parameters += [
                ("metric", phenotype.metric.rawValue), ("sort", phenotype.sort.rawValue),
                ("order", phenotype.order.rawValue), ("median", String(phenotype.median)),
                ("permute", phenotype.permute == .phenotype ? "phenotype" : "gene_set"),
            ]
        }
        return "producer_class\txtools.gsea.\(tool)\nproducer_timestamp\t\(stamp)\n"
            + parameters.map { "param\t\($0.0)\t\($0.1)\n" }.joined() + "\nfile\tindex.html\n"
    }

    // MARK: Pages

    private var index: String {
        let links = zip(names.phenotypes, reportNames).map { phenotype, report in
            let name = GSEAFolder.reference(report)
            return "<li><a href=\"\(name).html\">\(GSEAFolder.escaped(phenotype))</a> "
                + "(<a href=\"\(name).tsv\">table</a>)</li>\n"
        }
        return "<!DOCTYPE html>\n<html><head><meta charset=\"utf-8\"><title>GSEA</title></head><body>\n"
            + "<h1>GSEA of \(GSEAFolder.escaped(listName))</h1>\n"
            + "<p>\(enrichment.table.count) gene sets of \(GSEAFolder.escaped(setNames.joined(separator: ", "))), "
            + "\(settings.permutations) permutations.</p>\n<ul>\n" + links.joined() + "</ul>\n</body></html>\n"
    }

    private static func html(_ phenotype: String, rows: [[String]]) -> String {
        let cells = { (row: [String], tag: String) in
            "<tr>" + ([row[0]] + row[3...]).map { "<\(tag)>\(escaped($0))</\(tag)>" }.joined() + "</tr>\n"
        }
        return
            "<!DOCTYPE html>\n<html><head><meta charset=\"utf-8\"><title>\(escaped(phenotype))</title></head><body>\n"
            + "<table>\n" + cells(reportHeader, "th") + rows.map { cells($0, "td") }.joined()
            + "</table>\n</body></html>\n"
    }

    // MARK: Text

    /// Makes a name safe in XML and HTML. Characters that XML 1.0 has not become U+FFFD.
    static func escaped(_ text: String) -> String {
        GSEANames.replacingUnwritable(in: text, by: "\u{FFFD}").replacing("&", with: "&amp;").replacing(
            "<", with: "&lt;"
        ).replacing(">", with: "&gt;")
            .replacing("\"", with: "&quot;")
    }

    /// A file's name as a link's target.
    private static func reference(_ name: String) -> String {
        name.utf8.map { byte in
            let scalar = Unicode.Scalar(byte)
            return scalar.isASCII
                && (scalar.properties.isAlphabetic || "0123456789-._~".unicodeScalars.contains(scalar))
                ? String(scalar) : String(format: "%%%02X", byte)
        }.joined()
    }

    /// A number as Java writes a float, and reads it.
    ///
    /// The program itself prints `---` where there is no number, which EnrichmentMap refuses, or takes for 1.
    static func text(_ value: Double) -> String {
        let number = Float(value)
        guard !number.isNaN else { return "NaN" }
        guard number.isFinite else { return number > 0 ? "Infinity" : "-Infinity" }
        let magnitude = number.magnitude
        if magnitude == 0 || (1e-3..<1e7).contains(magnitude) {
            let text = number.description
            // Swift turns to exponents later and earlier than Java does.
            guard text.contains("e") else { return text }
            return String(format: "%.7f", value)
        }
        let parts = String(format: "%.8e", Double(number.description) ?? value).split(separator: "e")
        var digits = String(parts[0])
        while digits.hasSuffix("0"), !digits.hasSuffix(".0") { digits.removeLast() }
        return digits + "E" + String(Int(parts[1]) ?? 0)
    }

    /// The program ends every line with a tab.
    private func write(lines: [[String]], to path: String) throws {
        var text = TextBuffer()
        for line in lines {
            for field in line {
                text.append(field)
                text.append(byte: UInt8(ascii: "\t"))
            }
            text.append(byte: UInt8(ascii: "\n"))
        }
        try write(bytes: text.bytes, to: path)
    }

    private func write(_ text: String, to path: String) throws {
        try write(bytes: Array(text.utf8), to: path)
    }

    private func write(bytes: [UInt8], to path: String) throws {
        var file = try AtomicFile(path: path)
        try file.append(bytes)
        try file.finish()
    }
}

extension EnrichmentResults {
    /// What each rank of the list weighs as a hit.
    func weights(_ exponent: Double) -> HitWeights {
        HitWeights(scores: list.scores, exponent: exponent)
    }
}
