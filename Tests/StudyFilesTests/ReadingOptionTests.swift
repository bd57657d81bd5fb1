import AnalysisPipeline
import ExpressionData
import ExpressionFormats
import Foundation
import GeneSetEnrichment
import StudyFiles
import StudyOutput
import Testing

/// What is done to genes and samples while inputs are read, the same for a single design, a study and a ranked list.
@Suite("Options of reading")
struct ReadingOptionTests {
    private func de(_ files: [String: String], design: String = "~ group", _ change: (inout CountsOptions) -> Void)
        throws -> StudyInputs
    {
        var request = DifferentialExpressionRequest(counts: "c.tsv", samples: "s.tsv", design: design)
        change(&request.countsOptions)
        if files["a.tsv"] != nil { request.annotation = "a.tsv" }
        if files["sets.gmt"] != nil {
            var settings = GeneSetSettings()
            settings.minSize = 1
            request.geneSets = RankedSetsRequest(
                files: ["sets.gmt"], settings: settings, ranking: .signedLogPValue, settlingLimit: nil)
        }
        return try request.load { try Self.file($0, files) }
    }

    private static func file(_ name: String, _ files: [String: String]) throws -> InputFile {
        try InputFile(name: name, text: #require(files[name]))
    }

    private static func counts(_ genes: [String]) -> String {
        "gene_id\ta\tb\tc\td\n"
            + genes.enumerated().map { "\($1)\t\($0 + 5)\t8\t9\t\($0 + 20)\n" }.joined()
    }

    private static let sheet = "sample\tgroup\na\tx\nb\ty\nc\tx\nd\ty\n"

    @Test(
        "Genes lose their versions, pseudo-autosomal copies stay apart, and annotation and sets match with or without")
    func versions() throws {
        let genes = [
            "ENSG00000182378.15", "ENSG00000182378.15_PAR_Y", "ENSG00000000003.16", "RP11-34P13.7",
        ]
        let inputs = try de([
            "c.tsv": Self.counts(genes), "s.tsv": Self.sheet,
            "a.tsv": "gene_id\tchromosome\nENSG00000182378.2\tX\nENSG00000000003\t7\n",
            "sets.gmt": "S\t\tENSG00000182378.9\tENSG00000182378\tENSG00000000003.1\n",
        ]) { $0.stripVersions = true }
        #expect(
            inputs.counts?.geneIDs == [
                "ENSG00000182378", "ENSG00000182378_PAR_Y", "ENSG00000000003", "RP11-34P13.7",
            ])
        #expect(inputs.annotation.map(\.chromosome) == ["X", nil, "7", nil])
        #expect(inputs.geneSets.map(\.genes) == [["ENSG00000182378", "ENSG00000000003"]])
        #expect(inputs.configuration.reading == .init(stripsVersions: true))
        #expect(
            inputs.warnings.contains {
                $0.description.contains("3 genes") && $0.description.contains("ENSG00000182378.15, now ENSG00000182378")
            })
    }

    @Test("A study strips versions by its key, and a run that does not ask is as it was")
    func versionsOfStudies() throws {
        let files = [
            "c.tsv": Self.counts(["ENSMUSG00000000001.5", "NM_000014.6"]), "s.tsv": Self.sheet,
        ]
        func load(_ more: String) throws -> StudyInputs {
            try StudyRequest(
                name: "study.yaml", text: "modicum: 1\ncounts: c.tsv\nsamples: s.tsv\nexposures: [group]\n" + more
            ).load { try Self.file($0, files) }
        }
        #expect(try load("strip-versions: on\n").counts?.geneIDs == ["ENSMUSG00000000001", "NM_000014"])
        let plain = try load("")
        #expect(plain.counts?.geneIDs == ["ENSMUSG00000000001.5", "NM_000014.6"])
        #expect(try !ResultFiles.text(of: plain.configuration).contains("reading"))
    }

    @Test("Versions of one gene that the counts have twice are refused with their names")
    func collidingVersions() throws {
        let files = [
            "c.tsv": Self.counts([
                "ENSG00000000003.15", "ENSG00000000005.2", "ENSG00000000003.14", "ENSG00000000003",
            ]),
            "s.tsv": Self.sheet,
        ]
        let error = #expect(throws: InputError.self) { try de(files) { $0.stripVersions = true } }
        let text = error?.description ?? ""
        #expect(text.contains("ENSG00000000003.15") && text.contains("ENSG00000000003.14"), "\(text)")
        #expect(try de(files) { _ in }.counts?.geneCount == 4)
    }

    @Test("Ranked lists and expression data lose versions before their genes are matched to sets")
    func versionsOfLists() throws {
        let files = [
            "l.rnk": "ENSG00000000003.15\t2\nENSG00000000005.2\t1\nENSG00000000419.9\t-1\n",
            "twice.rnk": "ENSG00000000003.15\t2\nENSG00000000003.14\t1\n",
            "e.gct": "#1.2\n3\t6\nNAME\tDescription\ta\tb\tc\td\te\tf\n"
                + "ENSG00000000003.15\t\t1\t2\t3\t4\t5\t7\nENSG00000000005.2\t\t4\t3\t2\t1\t0\t1\n"
                + "ENSG00000000419.9\t\t4\t3\t5\t6\t2\t9\n",
            "p.cls": "6 2 1\n# x y\nx x x y y y\n", "s.gmt": "S\t\tENSG00000000003\tENSG00000000419.1\n",
        ]
        func load(_ source: GeneSetRequest.Source, strips: Bool = true) throws -> StudyInputs {
            var request = GeneSetRequest(source, sets: ["s.gmt"])
            request.settings.minSize = 1
            request.stripVersions = strips
            return try request.load { try Self.file($0, files) }
        }
        #expect(
            try load(.ranks("l.rnk")).rankedList?.genes == [
                "ENSG00000000003", "ENSG00000000005", "ENSG00000000419",
            ])
        let unstripped = #expect(throws: InputError.self) { try load(.ranks("l.rnk"), strips: false) }
        #expect(unstripped?.description.contains("--strip-versions") == true)
        #expect(throws: InputError.self) { try load(.ranks("twice.rnk")) }
        let expression = try load(.expression(ExpressionRequest(expression: "e.gct", phenotypes: "p.cls")))
        #expect(
            expression.rankedList.map { Set($0.genes) } == [
                "ENSG00000000003", "ENSG00000000005", "ENSG00000000419",
            ])
    }

    @Test("Null scores of permuted phenotypes have a bound where a GSEA folder shows them, and nowhere else")
    func keptScores() throws {
        let sets = (0..<600).map { "S\($0)\t\tA\tB\n" }.joined()
        let files = [
            "e.gct": "#1.2\n3\t6\nNAME\tDescription\ta\tb\tc\td\te\tf\nA\t\t1\t2\t3\t4\t5\t7\n"
                + "B\t\t4\t3\t2\t1\t0\t1\nC\t\t4\t3\t5\t6\t2\t9\n",
            "p.cls": "6 2 1\n# x y\nx x x y y y\n", "s.gmt": sets,
        ]
        var request = GeneSetRequest(
            .expression(ExpressionRequest(expression: "e.gct", phenotypes: "p.cls")), sets: ["s.gmt"])
        request.settings.minSize = 1
        request.settings.permutations = 1_000_000
        #expect(try request.load { try Self.file($0, files) }.configuration.geneSets?.permutations == 1_000_000)
        request.gseaFolder = true
        let problem = #expect(throws: InputError.self) { try request.load { try Self.file($0, files) } }
        #expect(problem?.description.contains("--gsea-folder") == true, "\(problem?.description ?? "")")
        request.gseaFolder = false
        request.settings.compatibility = .gseaDesktop
        let desktop = #expect(throws: InputError.self) { try request.load { try Self.file($0, files) } }
        #expect(desktop?.description.contains("--compatibility") == true, "\(desktop?.description ?? "")")
    }

    private static let runs = [
        "c.tsv": "gene_id\tr1\tr2\tr3\tr4\tr5\nG1\t1\t2\t3\t4\t5\nG2\t10\t20\t30\t40\t50\n",
        "s.tsv": "run\tsubject\tgroup\tlane\tage\nr1\tp2\ty\t1\t30\nr2\tp1\tx\t1\t40\nr3\tp3\tx\t1\t51\n"
            + "r4\tp1\tx\t2\t40\nr5\tp4\ty\t1\t62\n",
    ]

    @Test("Counts of runs are added up by a column of the sheet, and it is said how many samples are left")
    func replicates() throws {
        let inputs = try de(Self.runs) { $0.collapseReplicates = "subject" }
        #expect(inputs.counts?.sampleNames == ["p1", "p2", "p3", "p4"])
        #expect(inputs.counts?.counts == [6, 1, 3, 5, 60, 10, 30, 50])
        #expect(inputs.analyses.first?.design.values == [1, 0, 1, 1, 1, 0, 1, 1])
        let words = inputs.warnings.map(\.description).joined(separator: "\n")
        #expect(
            words.contains("5 runs were added up to those of 4 samples") && words.contains("differ in lane"), "\(words)"
        )
        #expect(inputs.configuration.reading == .init(stripsVersions: false, collapsedReplicates: "subject"))
    }

    @Test("A study adds up runs by its key, with the same counts")
    func replicatesOfStudies() throws {
        let inputs = try StudyRequest(
            name: "study.yaml",
            text: "modicum: 1\ncounts: c.tsv\nsamples: s.tsv\nexposures: [group]\ncollapse-replicates: subject\n"
        ).load { try Self.file($0, Self.runs) }
        #expect(try inputs.counts == de(Self.runs) { $0.collapseReplicates = "subject" }.counts)
    }

    @Test(
        "Runs of one sample that differ in a column of the design are refused with their names",
        arguments: ["~ lane", "~ group + lane", "~ group + log2(lane)"])
    func differingReplicates(design: String) throws {
        let error = #expect(throws: InputError.self) {
            try de(Self.runs, design: design) { $0.collapseReplicates = "subject" }
        }
        let text = error?.description ?? ""
        for word in ["p1", "r2", "r4", "lane"] { #expect(text.contains(word), "\(text)") }

        let covariates = design.dropFirst(2).replacing(" + ", with: ", ").replacing("group", with: "age")
        let ofStudy = #expect(throws: InputError.self) {
            try StudyRequest(
                name: "study.yaml",
                text: "modicum: 1\ncounts: c.tsv\nsamples: s.tsv\nexposures: [group]\nadjust: {main: [\(covariates)]}\n"
                    + "collapse-replicates: subject\n"
            ).load { try Self.file($0, Self.runs) }
        }
        #expect(ofStudy?.description.contains("r4") == true, "\(ofStudy?.description ?? "")")
    }

    @Test("A column that is not there is refused, one that names every run anew is worth a warning")
    func replicatesOfNobody() throws {
        let error = #expect(throws: InputError.self) { try de(Self.runs) { $0.collapseReplicates = "subjct" } }
        #expect(error?.description.contains("subject") == true)
        let inputs = try de([
            "c.tsv": Self.counts(["G1", "G2"]), "s.tsv": "sample\tgroup\tsubject\na\tx\t1\nb\ty\t2\nc\tx\t3\nd\ty\t4\n",
        ]) { $0.collapseReplicates = "subject" }
        #expect(inputs.warnings.contains { $0.severity == .warning && $0.description.contains("nothing is added up") })
    }

    @Test("Estimated counts, whose lengths have no sum, are not added up")
    func replicatesOfEstimates() throws {
        var files = Self.runs
        files["l.tsv"] = "gene_id\tr1\tr2\tr3\tr4\tr5\nG1\t900\t900\t900\t900\t900\nG2\t80\t80\t80\t80\t80\n"
        let error = #expect(throws: InputError.self) {
            try de(files) {
                $0.collapseReplicates = "subject"
                $0.geneLengths = "l.tsv"
            }
        }
        #expect(error?.description.contains("--collapse-replicates") == true)
    }

    @Test("A design matrix may stand for the sample sheet, and its rows are found by name")
    func designMatrix() throws {
        let files = [
            "c.tsv": Self.counts(["G1", "G2"]),
            "m.csv": "\"\",\"(Intercept)\",\"doseHigh\"\nd,1,1\na,1,0\nb,1,1\nc,1,0\n",
            "short.csv": "sample,Intercept,x\na,1,0\nb,1,1\nc,1,0\n",
        ]
        var request = DifferentialExpressionRequest(counts: "c.tsv", samples: nil, design: nil)
        request.designMatrix = "m.csv"
        let inputs = try request.load { try Self.file($0, files) }
        #expect(inputs.analyses.first?.design.values == [1, 0, 1, 1, 1, 0, 1, 1])
        #expect(inputs.analyses.first?.tests.map(\.name) == ["doseHigh"])
        #expect(inputs.configuration.inputs.contains { $0.role == "design-matrix" && $0.name == "m.csv" })

        request.designMatrix = "short.csv"
        let error = #expect(throws: InputError.self) { try request.load { try Self.file($0, files) } }
        #expect(error?.description.contains("d") == true)
        request.design = "~ group"
        let both = #expect(throws: InputError.self) { try request.validate() }
        #expect(both?.description.contains("--design-matrix") == true)
        request.design = nil
        request.options.model.betaPrior = true
        #expect(throws: InputError.self) { try request.validate() }
    }
}
