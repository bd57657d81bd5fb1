import ExpressionFormats
import Foundation
import Testing

/// The files and columns that EnrichmentMap reads from a GSEA desktop's folder.
@Suite("The folder that EnrichmentMap opens")
struct GSEAFolderTests {
    private let goldens = packageRoot + "/datasets/goldens/gsea/"

    private var preranked: [String] {
        [
            "gsea", "--ranks", goldens + "list.rnk", "--sets", goldens + "sets.gmt", "--min-size", "5",
            "--permutations", "200", "--seed", "7", "--gsea-folder", "--quiet",
        ]
    }

    private func lines(_ path: String) throws -> [String] {
        try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n", omittingEmptySubsequences: false)
            .dropLast().map(String.init)
    }

    private func run(_ arguments: [String]) throws {
        let run = try ModicumProcess(arguments).finish()
        #expect(run.status == 0, "\(run.errors)")
    }

    /// `param` lines of the report file, by name.
    private func parameters(_ path: String) throws -> [String: String] {
        var parameters: [String: String] = [:]
        for line in try lines(path) {
            let fields = line.components(separatedBy: "\t")
            if fields[0] == "param" { parameters[fields[1]] = fields[2] }
        }
        return parameters
    }

    private func attribute(_ name: String, of element: String) throws -> String {
        let start = try #require(element.range(of: " \(name)=\""))
        let end = try #require(element[start.upperBound...].firstIndex(of: "\""))
        return String(element[start.upperBound..<end])
    }

    @Test("Names, columns by position and edb of a preranked run")
    func ofList() throws {
        let folder = try TemporaryFolder()
        try run(preranked + ["--out", folder("out")])
        let place = folder("out/gsea")
        let table = try DelimitedTable(path: folder("out/gene_sets.tsv"))
        let names = try table.strings("name")
        let scores = try table.doubles("ES")
        let normalized = try table.doubles("NES")
        let sizes = try table.doubles("size")
        let rates = try table.doubles("fdr")
        var seen = 0
        for (end, isPositive) in [("na_pos", true), ("na_neg", false)] {
            let rows = try lines(place + "/gsea_report_for_\(end)_7.tsv")
            #expect(
                rows[0] == "NAME\tGS<br> follow link to MSigDB\tGS DETAILS\tSIZE\tES\tNES\tNOM p-val\tFDR q-val\t"
                    + "FWER p-val\tRANK AT MAX\tLEADING EDGE\t")
            for row in rows.dropFirst() {
                let fields = row.components(separatedBy: "\t")
                let set = try #require(names.firstIndex(of: fields[0]))
                #expect(fields.count == 12 && fields[11].isEmpty)
                #expect((scores[set] >= 0) == isPositive)
                #expect(Double(fields[3]) == sizes[set])
                #expect(fields[4] == "\(Float(scores[set]))" || Float(fields[4]) == Float(scores[set]))
                #expect(Float(fields[5]) == Float(normalized[set]))
                #expect(Float(fields[7]) == Float(rates[set]))
                #expect(Int(fields[9]) != nil && fields[10].hasPrefix("tags="))
                seen += 1
            }
        }
        #expect(seen == names.count && seen > 0)
        let ranked = try lines(place + "/ranked_gene_list_na_pos_versus_na_neg_7.tsv")
        #expect(ranked[0] == "NAME\tTITLE\tSCORE\t")

        let list = try lines(place + "/edb/list.rnk").map { $0.components(separatedBy: "\t") }
        #expect(ranked.count == list.count + 1 && list.allSatisfy { $0.count == 2 && Double($0[1]) != nil })
        let genes = Set(list.map { $0[0] })
        var members: [String: Int] = [:]
        for line in try lines(place + "/edb/gene_sets.gmt") {
            let fields = line.components(separatedBy: "\t")
            #expect(!fields[1].isEmpty && fields[2...].allSatisfy(genes.contains))
            members[fields[0]] = fields.count - 2
        }
        let elements = try lines(place + "/edb/results.edb").filter { $0.contains("<DTG ") }
        #expect(elements.count == names.count)
        for element in elements {
            let name = try attribute("GENESET", of: element).replacingOccurrences(of: "gene_sets.gmt#", with: "")
            let set = try #require(names.firstIndex(of: name))
            #expect(try attribute("HIT_INDICES", of: element).split(separator: " ").count == members[name])
            #expect(try attribute("TEMPLATE", of: element) == "na_as_pre_ranked")
            #expect(try attribute("RANKED_LIST", of: element) == "list.rnk")
            let q = try #require(Double(try attribute("FDR", of: element)))
            #expect(abs(q - rates[set]) <= 0.5001e-4)
        }
        let parameters = try parameters(place + "/gsea.GseaPreranked.7.rpt")
        #expect(parameters["rnk"] == "edb/list.rnk" && parameters["gmx"] == "edb/gene_sets.gmt")
        #expect(parameters["nperm"] == "200" && parameters["set_min"] == "5" && parameters["rnd_seed"] == "7")
    }

    @Test(
        "A run of expression data leaves its classes, the first one's samples first",
        arguments: ["phenotype", "gene-sets"])
    func ofClasses(permute: String) throws {
        let folder = try TemporaryFolder()
        try run([
            "gsea", "--expression", goldens + "expression.gct", "--phenotypes", goldens + "classes.cls", "--compare",
            "NORMAL_versus_TUMOUR", "--sets", goldens + "expression.gmt", "--min-size", "5", "--permutations", "20",
            "--permute", permute, "--seed", "7", "--gsea-folder", "--quiet", "--out", folder("out"),
        ])
        let place = folder("out/gsea")
        for end in ["NORMAL", "TUMOUR"] {
            #expect(try lines(place + "/gsea_report_for_\(end)_7.tsv").count > 0)
        }
        let labels = [String](repeating: "NORMAL", count: 8) + [String](repeating: "TUMOUR", count: 6)
        #expect(
            try lines(place + "/edb/classes.cls")
                == ["14 2 1", "# NORMAL TUMOUR", labels.joined(separator: " ")])
        #expect(
            try parameters(place + "/gsea.Gsea.7.rpt")["cls"] == "edb/classes.cls#NORMAL_versus_TUMOUR")
        let element = try #require(try lines(place + "/edb/results.edb").first { $0.contains("<DTG ") })
        #expect(try attribute("TEMPLATE", of: element) == "classes.cls#NORMAL_versus_TUMOUR")
    }

    @Test("A profile is left as numbers")
    func ofProfile() throws {
        let folder = try TemporaryFolder()
        try run([
            "gsea", "--expression", goldens + "expression.gct", "--phenotypes", goldens + "profile.cls", "--metric",
            "pearson", "--sets", goldens + "expression.gmt", "--min-size", "5", "--permutations", "20", "--seed", "7",
            "--gsea-folder", "--quiet", "--out", folder("out"),
        ])
        let written = try lines(folder("out/gsea/edb/profile.cls"))
        let given = try lines(goldens + "profile.cls")
        #expect(written[0] == "#numeric" && written[1] == given[1] && written.count == 3)
        let numbers = { (line: String) in line.split(whereSeparator: \.isWhitespace).map { Float($0) } }
        #expect(numbers(written[2]) == numbers(given[2]))
    }
}
