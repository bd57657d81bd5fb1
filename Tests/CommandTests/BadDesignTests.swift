import ExpressionFormats
import Foundation
import Testing

/// An input that DESeq2 refuses or remarks on, made from a sound one.
struct BadInput: Sendable, CustomTestStringConvertible {
    /// The case's name in the reference's list of messages.
    var name: String
    var design = "~ cond"
    var arguments: [String] = []

    /// Changes the counts and the sample sheet, header first.
    var spoil: @Sendable (inout [[String]], inout [[String]]) -> Void = { _, _ in }

    var status: Int32 = 3

    /// What the message names.
    var mentions: [String]

    /// Whether it is good to know and no more.
    var isNote = false

    var testDescription: String { name }

    /// What the reference has as a case of its own and is the same input for a command.
    static let sameAs = ["collinear_run": "collinear"]

    static let all: [BadInput] = [
        BadInput(
            name: "collinear", design: "~ cond + dup", spoil: { adding("dup", to: &$1) { "d" + $0[1] } },
            mentions: ["cond", "dup"]),
        BadInput(
            name: "continuous_collinear", design: "~ age + age2 + cond",
            spoil: { adding("age2", to: &$1) { "\(2 * Int($0[3])!)" } }, mentions: ["age", "age2"]),
        BadInput(
            name: "empty_cell", design: "~ cond * arm",
            spoil: { adding("arm", to: &$1) { $0[1] == "A" || $0[0].hasSuffix("1") ? "p" : "q" } },
            mentions: ["cond", "arm"]),
        BadInput(
            name: "single_value", design: "~ site + cond", spoil: { adding("site", to: &$1) { _ in "one" } },
            mentions: ["column site", "one"]),
        BadInput(
            name: "na_covariate", design: "~ age + cond", spoil: { $1[3][3] = "NA" }, mentions: ["column age", "s03"]),
        BadInput(
            name: "na_factor", design: "~ batch + cond", spoil: { $1[3][2] = "NA" }, mentions: ["column batch", "s03"]),
        BadInput(name: "na_count", spoil: { counts, _ in counts[20][3] = "NA" }, mentions: ["gene g020, sample s03"]),
        BadInput(
            name: "negative_count", spoil: { counts, _ in counts[20][3] = "-4" },
            mentions: ["gene g020, sample s03", "-4"]),
        BadInput(
            name: "noninteger_count", spoil: { counts, _ in counts[20][3] = "1.5" },
            mentions: ["gene g020, sample s03", "1.5"]),
        BadInput(
            name: "over_int32", spoil: { counts, _ in counts[20][3] = "3000000000" },
            mentions: ["gene g020, sample s03", "3000000000"]),
        BadInput(
            name: "numeric_categorical", design: "~ age + cond", status: 0, mentions: ["column age"], isNote: true),
        // A column of words is a factor, and nobody has to be told.
        BadInput(name: "character_variable", status: 0, mentions: []),
        BadInput(
            name: "numeric_integer01", design: "~ dose",
            spoil: { adding("dose", to: &$1) { $0[1] == "A" ? "0" : "1" } },
            status: 0, mentions: ["column dose", "factor"], isNote: true),
        BadInput(name: "variable_missing", design: "~ dose + cond", mentions: ["dose", "batch"]),
        BadInput(name: "zero_library", spoil: { counts, _ in emptying(3, in: &counts) }, mentions: ["s03"]),
        BadInput(
            name: "zero_library_poscounts", arguments: ["--size-factors", "poscounts"],
            spoil: { counts, _ in emptying(3, in: &counts) }, mentions: ["s03"]),
        BadInput(
            name: "all_genes_have_zero",
            spoil: { counts, _ in for row in 1..<counts.count { counts[row][1 + row % 12] = "0" } },
            mentions: ["sample s", "poscounts"]),
        BadInput(
            name: "all_zero_matrix", spoil: { counts, _ in for sample in 1...12 { emptying(sample, in: &counts) } },
            mentions: ["s01", "s02"]),
        BadInput(
            name: "no_replicates", design: "~ 0 + id", spoil: { adding("id", to: &$1) { "i" + $0[0] } },
            mentions: ["12", "coefficients"]),
        BadInput(
            name: "duplicate_gene_ids", spoil: { counts, _ in counts[5][0] = "g004" },
            mentions: ["gene g004", ":6", "5"]
        ),
        // Samples are matched by their names, whatever their order.
        BadInput(
            name: "sample_mismatch", spoil: { _, sheet in sheet = [sheet[0]] + sheet.dropFirst().reversed() },
            status: 0,
            mentions: []),
        BadInput(name: "sample_count_mismatch", spoil: { _, sheet in sheet.removeLast() }, mentions: ["s12"]),
        BadInput(
            name: "underdispersed",
            spoil: { counts, _ in
                for row in 1..<counts.count { counts[row] = [counts[row][0]] + Array(repeating: "\(row)", count: 12) }
            }, mentions: ["gene g001", "same count"]),
        BadInput(name: "intercept_only", design: "~ 1", status: 0, mentions: ["~ 1"]),
        BadInput(
            name: "lrt_same", arguments: ["--test", "lrt", "--reduced", "~ cond"],
            mentions: ["~ cond", "as many coefficients"]),
        BadInput(
            name: "lrt_not_nested", arguments: ["--test", "lrt", "--reduced", "~ batch"], mentions: ["batch", "~ cond"]),
        BadInput(
            name: "bad_contrast", arguments: ["--contrast", "cond:B:Z"], mentions: ["column cond", "Z", "A and B"]),
        BadInput(
            name: "bad_contrast_same", arguments: ["--contrast", "cond:B:B"], mentions: ["column cond", "level B"]),
        BadInput(
            name: "bad_contrast_len", arguments: ["--contrast-vector", "0,1,0"],
            mentions: ["3 numbers", "2 coefficients", "cond_B_vs_A"]),
        BadInput(name: "bad_contrast_zero", arguments: ["--contrast-vector", "0,0"], mentions: ["0"]),
        BadInput(
            name: "bad_name", arguments: ["--coefficient", "cond_C_vs_A"], mentions: ["cond_C_vs_A", "cond_B_vs_A"]),
        BadInput(
            name: "lessAbs_zero", arguments: ["--alternative", "lessAbs"], status: 2,
            mentions: ["--alternative", "--lfc-threshold"]),
    ]

    /// Pairs of the two conditions, the last of which is not whole.
    private static func donor(_ sample: String) -> String {
        let number = Int(sample.dropFirst()) ?? 0
        return number == 12 ? "9" : "\(number % 6)"
    }

    /// What the reference takes for a factor without a word.
    static let mixtures = [
        BadInput(
            name: "donors_one_of_whom_has_a_letter", design: "~ donor + cond",
            spoil: { adding("donor", to: &$1) { ["s01", "s07"].contains($0[0]) ? "6b" : donor($0[0]) } },
            status: 0, mentions: ["column donor", "6b"]),
        BadInput(
            name: "number_with_a_typing_error", design: "~ age + cond", spoil: { $1[3][3] = "4O" },
            mentions: ["column age", "4O", "s03", "12 levels"]),
        BadInput(
            name: "word_among_numbers", design: "~ plate + cond",
            spoil: { adding("plate", to: &$1) { ["s03", "s08"].contains($0[0]) ? "lost" : $0[2] == "x" ? "1" : "2" } },
            status: 0, mentions: ["column plate", "lost"]),
        BadInput(
            name: "word_among_numbers_declared", design: "~ plate + cond", arguments: ["--factor", "plate"],
            spoil: { adding("plate", to: &$1) { ["s03", "s08"].contains($0[0]) ? "lost" : $0[2] == "x" ? "1" : "2" } },
            status: 0, mentions: []),
    ]

    private static func adding(_ name: String, to sheet: inout [[String]], value: ([String]) -> String) {
        for row in sheet.indices { sheet[row].append(row == 0 ? name : value(sheet[row])) }
    }

    private static func emptying(_ sample: Int, in counts: inout [[String]]) {
        for row in 1..<counts.count { counts[row][sample] = "0" }
    }
}

/// A small study without faults: twelve samples, two conditions, three batches, an age.
private func soundStudy() -> (counts: [[String]], sheet: [[String]]) {
    let names = (1...12).map { ($0 < 10 ? "s0" : "s") + "\($0)" }
    let sheet =
        [["sample", "cond", "batch", "age"]]
        + names.enumerated().map { index, name in
            [name, index < 6 ? "A" : "B", ["x", "y", "z"][index % 3], "\(31 + index * 7 % 23)"]
        }
    let counts =
        [["gene"] + names]
        + (1...120).map { gene in
            ["g" + String(repeating: "0", count: 3 - "\(gene)".count) + "\(gene)"]
                + (0..<12).map { "\(5 + gene * 3 + (gene * 31 + $0 * $0 * 17 + gene * $0 * 7) % (2 * gene + 5))" }
        }
    return (counts, sheet)
}

@Suite("What DESeq2 refuses or remarks on, in our own words")
struct BadDesignTests {
    @Test(arguments: BadInput.all + BadInput.mixtures)
    func message(_ input: BadInput) throws {
        let folder = try TemporaryFolder()
        var (counts, sheet) = soundStudy()
        input.spoil(&counts, &sheet)
        func text(_ rows: [[String]]) -> String { rows.map { $0.joined(separator: "\t") + "\n" }.joined() }
        let result = try ModicumProcess(
            [
                "de", "--counts", try folder.write(text(counts), as: "counts.tsv"), "--samples",
                try folder.write(text(sheet), as: "samples.tsv"), "--design", input.design, "--out", folder("out"),
            ] + input.arguments
        ).finish()
        #expect(result.status == input.status, "\(result.errors)")
        for word in input.mentions { #expect(result.errors.contains(word), "\(word): \(result.errors)") }
        if input.status == 0, input.mentions.isEmpty {
            // None of them declares a reference, which is a note of its own.
            let remarks = result.errors.split(separator: "\n").filter { !$0.contains("no reference level is declared") }
            #expect(!remarks.contains { $0.contains("samples.tsv") }, "nothing to remark: \(result.errors)")
        } else if input.status == 0 {
            #expect(result.errors.contains(input.isNote ? "note: " : "warning: "), "\(result.errors)")
        } else {
            #expect(!FileManager.default.fileExists(atPath: folder("out")), "nothing was written")
        }
    }

    /// Only a study file declares levels.
    @Test("A declared level without samples is named")
    func emptyLevel() throws {
        let folder = try TemporaryFolder()
        let (counts, sheet) = soundStudy()
        func text(_ rows: [[String]]) -> String { rows.map { $0.joined(separator: "\t") + "\n" }.joined() }
        _ = try folder.write(text(counts), as: "counts.tsv")
        _ = try folder.write(text(sheet), as: "samples.tsv")
        let study = try folder.write(
            """
            modicum: 1
            counts: counts.tsv
            samples: samples.tsv
            columns: {cond: {factor: [A, B, C]}}
            exposures: [age]
            adjust: {main: [cond]}
            """, as: "study.yaml")
        let result = try modicum("check", study)
        #expect(result.status == 0, "\(result.errors)")
        #expect(result.errors.contains("column cond") && result.errors.contains("C"), "\(result.errors)")
    }

    @Test("Every message of the reference has its case", .enabled(if: ReferenceData.isWanted))
    func complete() throws {
        let data = try Data(contentsOf: URL(fileURLWithPath: ReferenceData.folder + "/de/edge/messages.json"))
        let messages = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
        let cases = Set(BadInput.all.map(\.name)).union(BadInput.sameAs.keys).union(["empty_level"])
        #expect(Set(messages.keys) == cases)
    }
}
