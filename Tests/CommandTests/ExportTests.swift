import ExpressionFormats
import Foundation
import Testing

@Suite("modicum export")
struct ExportTests {
    private let goldens = packageRoot + "/datasets/goldens/"

    private static let formats = [
        "multiqc", "h5ad", "gsea-folder", "generic", "cyjs", "graphml", "cx2", "tsv", "xlsx-safe", "ro-crate",
    ]

    private func run(_ arguments: [String]) throws {
        let result = try ModicumProcess(arguments + ["--quiet", "--report", "off"]).finish()
        try #require(result.status == 0, "\(result.errors)")
    }

    /// Runs an export and returns the files that it names.
    private func export(_ folder: String, _ format: String, to output: String?) throws -> [String] {
        let place = output.map { ["--out", $0] } ?? []
        let result = try ModicumProcess(["export", folder, "--format", format, "--json"] + place).finish()
        try #require(result.status == 0, "\(result.errors)")
        struct Report: Decodable { var files: [String] }
        return try JSONDecoder().decode(Report.self, from: Data(result.output.utf8)).files
    }

    private func bytes(_ path: String) throws -> Data { try Data(contentsOf: URL(filePath: path)) }

    /// The content of every file below a folder, by relative path.
    private func contents(of folder: String) throws -> [String: Data] {
        var found: [String: Data] = [:]
        for name in try FileManager.default.subpathsOfDirectory(atPath: folder) {
            var isFolder: ObjCBool = false
            let path = folder + "/" + name
            guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), !isFolder.boolValue else {
                continue
            }
            found[name] = try bytes(path)
        }
        return found
    }

    private func list(_ options: [String], out: String) throws {
        try run(
            [
                "gsea", "--ranks", goldens + "gsea/list.rnk", "--sets", goldens + "gsea/sets.gmt", "--min-size", "5",
                "--permutations", "60", "--seed", "7", "--out", out,
            ] + options)
    }

    private func twoGroups(out: String, _ options: [String] = []) throws {
        let place = goldens + "de/two_group/"
        try run(
            [
                "de", "--counts", place + "counts.tsv", "--samples", place + "samples.tsv", "--design", "~ condition",
                "--out", out,
            ] + options)
    }

    // MARK: GSEA

    @Test(
        "A GSEA folder made from the store is the one that the run writes",
        arguments: [[], ["--compatibility", "gsea-desktop"], ["--weight", "0"]])
    func gseaFolder(options: [String]) throws {
        let folder = try TemporaryFolder()
        try list(options + ["--gsea-folder"], out: folder("run"))
        _ = try export(folder("run"), "gsea-folder", to: folder("export"))
        #expect(try contents(of: folder("export")) == contents(of: folder("run/gsea")))
    }

    @Test("So is that of expression data, and without its files the classes alone are missing, which is said")
    func gseaFolderOfClasses() throws {
        let folder = try TemporaryFolder()
        for name in ["expression.gct", "classes.cls", "expression.gmt"] {
            try FileManager.default.copyItem(atPath: goldens + "gsea/" + name, toPath: folder(name))
        }
        try run([
            "gsea", "--expression", folder("expression.gct"), "--phenotypes", folder("classes.cls"), "--permute",
            "phenotype", "--sets", folder("expression.gmt"), "--min-size", "5", "--permutations", "20", "--gsea-folder",
            "--out", folder("run"),
        ])
        _ = try export(folder("run"), "gsea-folder", to: folder("export"))
        let written = try contents(of: folder("run/gsea"))
        #expect(try contents(of: folder("export")) == written)
        try FileManager.default.removeItem(atPath: folder("classes.cls"))
        let result = try modicum("export", folder("run"), "--format", "gsea-folder", "--out", folder("later"))
        #expect(result.status == 0 && result.errors.contains("the class file is left out"), "\(result.errors)")
        let later = try Set(contents(of: folder("later")).keys)
        #expect(Set(written.keys).subtracting(later) == ["edb/classes.cls"])
    }

    @Test("The generic table of the store is that of the run")
    func generic() throws {
        let folder = try TemporaryFolder()
        try list([], out: folder("run"))
        #expect(try export(folder("run"), "generic", to: folder("sets.txt")) == [folder("sets.txt")])
        #expect(try bytes(folder("sets.txt")) == bytes(folder("run/generic_enrichment.txt")))
    }

    // MARK: Every kind of run

    @Test("A study has every format, a file or folder for each analysis, the same bytes every time")
    func study() throws {
        let folder = try TemporaryFolder()
        try run([
            "run", packageRoot + "/datasets/small-cohort/study.yaml", "--out", folder("run"),
        ])
        let before = try contents(of: folder("run"))
        var files: [String: [String]] = [:]
        for format in Self.formats {
            files[format] = try export(folder("run"), format, to: folder("a/" + format))
            _ = try export(folder("run"), format, to: folder("b/" + format))
        }
        #expect(try contents(of: folder("a")) == contents(of: folder("b")))
        #expect(try contents(of: folder("run")) == before)
        #expect(files["generic"]?.count == 6 && files["cyjs"]?.count == 7 && files["h5ad"]?.count == 1)
        let places = try FileManager.default.contentsOfDirectory(atPath: folder("a/gsea-folder"))
        #expect(places.count == 6 && places.contains("main.stir_volume") && places.contains("cells.stir_volume"))
        // What the store's tables say is what the run's say, of the genes that were analysed.
        let stored = try DelimitedTable(path: folder("a/tsv/main.stir_volume.results.tsv"))
        let written = try DelimitedTable(
            path: folder("run/main/stir_volume/results.stir_volume.tsv"))
        let row = Dictionary(uniqueKeysWithValues: try written.strings("gene_id").enumerated().map { ($1, $0) })
        let rows = try stored.strings("gene_id").map { try #require(row[$0]) }
        for column in ["baseMean", "log2FoldChange", "padjEmpirical", "lfdr"] {
            let (found, expected) = (try stored.doubles(column), try written.doubles(column))
            #expect(zip(found, rows).allSatisfy { $0 == expected[$1] || $0.isNaN && expected[$1].isNaN })
        }
        #expect(
            try DelimitedTable(path: folder("a/tsv/main.stir_volume.gene_sets.tsv")).strings("leadingEdgeGenes")
                == DelimitedTable(path: folder("run/main/stir_volume/gene_sets.tsv")).strings("leadingEdgeGenes"))
    }

    @Test("Without gene sets the formats of gene sets are refused, and the others are made inside the folder")
    func withoutSets() throws {
        let folder = try TemporaryFolder()
        try twoGroups(out: folder("run"))
        for format in Self.formats {
            let result = try modicum("export", folder("run"), "--format", format)
            if ["multiqc", "h5ad", "tsv", "xlsx-safe", "ro-crate"].contains(format) {
                #expect(result.status == 0, "\(result.errors)")
                #expect(FileManager.default.fileExists(atPath: folder("run/exports/" + format)))
            } else {
                #expect(result.status == 3 && result.errors.contains("tested no gene sets"), "\(result.errors)")
            }
        }
        // The folder is still the run's.
        try twoGroups(out: folder("run"))
        let table = try DelimitedTable(path: folder("run/exports/tsv/de.results.tsv"))
        let written = try DelimitedTable(path: folder("run/results.condition_treated_vs_control.tsv"))
        #expect(try table.strings("gene_id") == written.strings("gene_id"))
        #expect(try table.strings("betaConv") == written.strings("betaConv"))
        let steps = try DelimitedTable(path: folder("run/exports/tsv/de.genes.tsv")).doubles("dispIter")
        let writtenSteps = try DelimitedTable(path: folder("run/genes.tsv")).doubles("dispIter")
        #expect(zip(steps, writtenSteps).allSatisfy { $0 == $1 || $0.isNaN && $1.isNaN })
    }

    // MARK: Names

    @Test("Tests called like parts of the store, and names that meet in files, have a file each")
    func names() throws {
        let folder = try TemporaryFolder()
        let columns = ["genes", "model_matrix", "Dose", "dose", "a/b", "a_b", ".."]
        let samples = (0..<12).map { sample in
            (["s\(sample)"]
                + columns.indices.map { column in
                    let power = (0..<column % 3 + 2).reduce(1) { product, _ in product * (sample + column + 2) }
                    return "\((power * (column + 1) + sample * column) % (11 + column))"
                }).joined(separator: "\t")
        }
        let genes = (1...60).map { gene in
            "g\(gene)\t"
                + (0..<12).map { "\(30 + gene * (1 + ($0 * (gene % 7 + 3)) % 5) * 4 + $0)" }
                .joined(separator: "\t")
        }
        let sheet = try folder.write(
            ((["sample"] + columns).joined(separator: "\t") + "\n") + samples.joined(separator: "\n") + "\n",
            as: "samples.tsv")
        let counts = try folder.write(
            "gene\t" + (0..<12).map { "s\($0)" }.joined(separator: "\t") + "\n" + genes.joined(separator: "\n") + "\n",
            as: "counts.tsv")
        try run(
            [
                "de", "--counts", counts, "--samples", sheet, "--design",
                "~ " + columns.map { "`\($0)`" }.joined(separator: " + "), "--out", folder("run"),
            ] + ["genes", "model_matrix", "Dose", "dose", "a.b", "a_b", ".."].flatMap { ["--coefficient", $0] })
        let tables = try export(folder("run"), "tsv", to: folder("out/tsv"))
        #expect(tables.count { $0.contains("results") } == columns.count)
        let sheets = try export(folder("run"), "xlsx-safe", to: folder("out/sheets"))
        #expect(sheets.count { $0.contains("genes") } == columns.count)
        let files = tables + sheets
        #expect(Set(files.map { $0.lowercased() }).count == files.count)
        #expect(files.allSatisfy { $0.hasPrefix(folder("out/")) && !$0.contains("/../") })
        for format in ["h5ad", "multiqc"] { _ = try export(folder("run"), format, to: folder("out/" + format)) }
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder("out")).count == 4)
    }

    @Test("In tables for spreadsheets significant rows come first and no text is a formula or a date")
    func spreadsheets() throws {
        let folder = try TemporaryFolder()
        let annotation = (1...300).map { gene in
            let id = "g" + String(repeating: "0", count: 3 - "\(gene)".count) + "\(gene)"
            return "\(id)\t\(["=1+1", "MARCH1", "2310009E13", "TP53"][gene % 4])\t1\tprotein_coding"
        }
        let genes = try folder.write(
            "gene_id\tsymbol\tchromosome\tbiotype\n" + annotation.joined(separator: "\n") + "\n", as: "genes.tsv")
        try twoGroups(out: folder("run"), ["--annotation", genes])
        _ = try export(folder("run"), "xlsx-safe", to: folder("out"))
        let table = try DelimitedTable(path: folder("out/de.condition_treated_vs_control.genes.tsv"))
        #expect(Set(try table.strings("symbol")) == ["'=1+1", "'MARCH1", "'2310009E13", "TP53"])
        let adjusted = try table.doubles("padj")
        let known = adjusted.prefix { !$0.isNaN }
        #expect(known.count > 100 && adjusted.dropFirst(known.count).allSatisfy(\.isNaN))
        #expect(zip(known, known.dropFirst()).allSatisfy(<=))
    }

    // MARK: MultiQC

    @Test("MultiQC's content does not grow with the cohort")
    func multiQC() throws {
        let folder = try TemporaryFolder()
        var sizes: [Int] = []
        for samples in [12, 240] {
            let (names, place) = ((1...samples).map { "s\($0)" }, "\(samples)")
            let rows = (1...40).map { gene in
                "g\(gene)\t" + names.indices.map { "\(20 + gene + ($0 * (gene % 7 + 3)) % 50)" }.joined(separator: "\t")
            }
            let counts = try folder.write(
                "gene\t" + names.joined(separator: "\t") + "\n" + rows.joined(separator: "\n") + "\n",
                as: place + ".counts.tsv")
            let sheet = try folder.write(
                "sample\tgroup\n" + names.enumerated().map { "\($1)\t\($0 % 2 == 0 ? "a" : "b")\n" }.joined(),
                as: place + ".samples.tsv")
            try run([
                "de", "--counts", counts, "--samples", sheet, "--design", "~ group", "--dispersion-trend", "mean",
                "--out", folder(place),
            ])
            let files = try export(folder(place), "multiqc", to: folder(place + ".multiqc"))
            #expect(files.allSatisfy { $0.hasSuffix("_mqc.json") })
            sizes.append(try files.reduce(0) { try $0 + bytes($1).count })
        }
        #expect(sizes[1] < sizes[0] * 2)
    }

    @Test("MultiQC's content counts gene sets at the run's threshold, and speaks of what the run has alone")
    func multiQCThresholds() throws {
        let folder = try TemporaryFolder()
        try list(["--fdr-threshold", "0.37"], out: folder("sets"))
        try twoGroups(out: folder("genes"))
        func description(_ run: String) throws -> String {
            _ = try export(folder(run), "multiqc", to: folder(run + ".multiqc"))
            let content = try JSONSerialization.jsonObject(
                with: bytes(folder(run + ".multiqc/modicum_analyses_mqc.json")))
            return try #require((content as? [String: Any])?["description"] as? String)
        }
        #expect(try description("sets") == "Counted are gene sets below a q of 0.37.")
        #expect(try description("genes") == "Counted are genes below an adjusted p-value of 0.05.")
    }

    // MARK: RO-Crate

    /// The entities of a crate's metadata, by name.
    private func entities(_ crate: String) throws -> [String: [String: Any]] {
        let document = try JSONSerialization.jsonObject(with: bytes(crate + "/ro-crate-metadata.json"))
        let graph = try #require((document as? [String: Any])?["@graph"] as? [[String: Any]])
        return Dictionary(uniqueKeysWithValues: graph.map { ($0["@id"] as? String ?? "", $0) })
    }

    @Test("A crate has every file of the run with its size, and the commands that made them")
    func crate() throws {
        let folder = try TemporaryFolder()
        try list([], out: folder("run"))
        let report = try modicum("report", folder("run"))
        #expect(report.status == 0, "\(report.errors)")
        let files = try export(folder("run"), "ro-crate", to: folder("crate"))
        #expect(files.last == folder("crate/ro-crate-metadata.json"))
        var copies = try contents(of: folder("crate"))
        copies["ro-crate-metadata.json"] = nil
        #expect(try copies == contents(of: folder("run")))
        let entities = try entities(folder("crate"))
        for (name, content) in copies {
            #expect(entities[name]?["contentSize"] as? String == "\(content.count)", "\(name)")
        }
        let action = try #require(entities["#run"])
        let line = try #require(action["description"] as? String)
        #expect(line.hasPrefix("modicum gsea --ranks ") && line.contains(" --permutations 60 "))
        let (start, end) = (action["startTime"] as? String ?? "", action["endTime"] as? String ?? "")
        #expect(start < end && end.hasSuffix("+00:00"))
        #expect((action["object"] as? [Any])?.count == 2)
        // A crate is a run's folder itself.
        #expect(try modicum("verify", folder("crate")).status == 0)
    }

    @Test("A crate of an extended run names both commands and no start, and has the title and licence that were given")
    func crateOfExtension() throws {
        let folder = try TemporaryFolder()
        try list([], out: folder("run"))
        try run(["extend", folder("run"), "--permutations", "80"])
        let crate = folder("run") + "/exports/ro-crate"
        for license in ["CC-BY-4.0", "https://example.org/terms"] {
            let result = try modicum(
                "export", folder("run"), "--format", "ro-crate", "--title", "Two lists", "--license", license)
            #expect(result.status == 0, "\(result.errors)")
        }
        let entities = try entities(crate)
        #expect(entities["./"]?["name"] as? String == "Two lists")
        #expect((entities["./"]?["license"] as? [String: String])?["@id"] == "https://example.org/terms")
        let action = try #require(entities["#run"])
        let lines = try #require(action["description"] as? String).split(separator: "\n")
        #expect(lines.count == 2 && lines[1].hasPrefix("modicum extend ") && action["startTime"] == nil)
    }

    @Test("A crate is made of files as the run wrote them, or not at all; its words are of crates alone")
    func crateOfChangedFiles() throws {
        let folder = try TemporaryFolder()
        try twoGroups(out: folder("run"))
        _ = try export(folder("run"), "ro-crate", to: folder("crate"))
        let table = folder("run/results.condition_treated_vs_control.tsv")
        let content = try bytes(table)
        try Data("mine".utf8).write(to: URL(filePath: table))
        let changed = try modicum("export", folder("run"), "--format", "ro-crate", "--out", folder("crate"))
        #expect(changed.status == 3 && changed.errors.contains("not as the run wrote it"), "\(changed.errors)")
        #expect(!FileManager.default.fileExists(atPath: folder("crate/ro-crate-metadata.json")))
        try FileManager.default.removeItem(atPath: table)
        let missing = try modicum("export", folder("run"), "--format", "ro-crate", "--out", folder("other"))
        #expect(missing.status == 3 && missing.errors.contains("not there any more"), "\(missing.errors)")
        try content.write(to: URL(filePath: table))
        _ = try export(folder("run"), "ro-crate", to: folder("third"))
        // The crate holds a run: it is made again from its own run, and no other export is written over it.
        _ = try export(folder("run"), "ro-crate", to: folder("third"))
        for words in [[folder("run"), "--format", "tsv"], [folder("third"), "--format", "ro-crate"]] {
            let result = try ModicumProcess(["export"] + words + ["--out", folder("third")]).finish()
            #expect(result.status == 3 && result.errors.contains("a run's own folder"), "\(result.errors)")
        }
        for option in [["--title", "Mine"], ["--license", "MIT"]] {
            let result = try ModicumProcess(["export", folder("run"), "--format", "tsv"] + option).finish()
            #expect(result.status == 2 && result.errors.contains("ro-crate alone"), "\(result.errors)")
        }
        let license = try modicum("export", folder("run"), "--format", "ro-crate", "--license", "ask me first")
        #expect(license.status == 2, "\(license.errors)")
    }

    // MARK: Where to

    @Test("A path with the format's ending is the file; several files want a folder; nothing is written over a run")
    func places() throws {
        let folder = try TemporaryFolder()
        try list([], out: folder("run"))
        #expect(try export(folder("run"), "cyjs", to: folder("new/net.cyjs")) == [folder("new/net.cyjs")])
        #expect(try export(folder("run"), "h5ad", to: folder("some")) == [folder("some/modicum.h5ad")])
        for path in ["run", "run/"] {
            let result = try modicum("export", folder("run"), "--format", "tsv", "--out", folder(path))
            #expect(result.status == 3 && result.errors.contains("a run's own folder"), "\(result.errors)")
        }
        _ = try folder.write("mine", as: "file")
        let file = try modicum("export", folder("run"), "--format", "tsv", "--out", folder("file"))
        #expect(file.status == 3 && file.errors.contains("a file stands"), "\(file.errors)")
        let nothing = try modicum("export", folder("new"), "--format", "tsv")
        #expect(nothing.status == 3 && nothing.errors.contains("holds no finished run"), "\(nothing.errors)")
        let format = try modicum("export", folder("run"), "--format", "pdf")
        #expect(format.status == 2 && format.errors.contains("multiqc"), "\(format.errors)")
    }

    @Test("A run that cannot be written to is exported elsewhere, and the error says how")
    func readOnly() throws {
        let folder = try TemporaryFolder()
        try twoGroups(out: folder("run"))
        // A file in the place of the folder stops everybody, the superuser too.
        _ = try folder.write("", as: "run/exports")
        let result = try modicum("export", folder("run"), "--format", "tsv")
        #expect(result.status != 0 && result.errors.contains("--out"), "\(result.errors)")
        #expect(try export(folder("run"), "tsv", to: folder("out")).count == 5)
    }
}
