import Foundation
import Testing

/// Commands as somebody types them who is used to other programs.
@Suite("Mistaken commands")
struct MistakenCommandTests {
    private static let genes = (1...40).map { "g\($0)" }

    private static let counts =
        "gene\ts1\ts2\ts3\ts4\ts5\ts6\n"
        + genes.enumerated().map { row, gene in
            ([gene] + (1...6).map { "\(40 + (row * 7 * $0) % 31 + (row * $0 * $0) % 17)" }).joined(separator: "\t")
                + "\n"
        }.joined()

    private static let sheet =
        "sample\tgroup\n" + (1...6).map { "s\($0)\t\($0 < 4 ? "a" : "b")\n" }.joined()

    private func check(_ further: [String], design: String = "~ group") throws -> ModicumProcess.Result {
        let folder = try TemporaryFolder()
        return try ModicumProcess(
            [
                "check", "--counts", folder.write(Self.counts, as: "c.tsv"), "--samples",
                folder.write(Self.sheet, as: "s.tsv"), "--design", design,
            ] + further
        ).finish()
    }

    @Test(
        "An option with one dash is refused, and is no wish for help",
        arguments: [
            ["de", "-threads", "2"], ["gsea", "--quiet", "-whatever", "x"], ["de", "-alpha=0.05"], ["-threads"],
            ["run", "study.yaml", "-out", "here"],
        ])
    func oneDash(_ arguments: [String]) throws {
        let result = try ModicumProcess(arguments).finish()
        #expect(result.status == 2 && result.output.isEmpty)
        #expect(result.errors.contains("Unknown option '-"), "\(result.errors)")
    }

    @Test("Help is help, and a value may begin with a dash")
    func dashes() throws {
        for help in ["-h", "--help"] { #expect(try modicum("de", help).status == 0) }
        let result = try check(["--contrast", "-group_b_vs_a"])
        #expect(result.status == 0, "\(result.errors)")
    }

    @Test("What contradicts itself, or goes with another format, is refused with the cause")
    func contradictions() throws {
        for (further, words) in [
            (["--tx2gene", "t.tsv"], "goes with quantifications"),
            (["--contrast", "group,b,a"], "Write group:b:a"),
            (["--contrast", "c(\"group\", \"b\", \"a\")"], "Write group:b:a"),
            (["--coefficient", "group_a_vs_b"], "Did you mean group_b_vs_a?"),
        ] {
            let result = try check(further)
            #expect(result.status == 3 && result.errors.contains(words), "\(result.errors)")
        }
        let references = try check(["--reference", "group=a", "--reference", "group=b"])
        #expect(references.status == 2 && references.errors.contains("two reference levels are declared, a and b"))
        #expect(try check(["--reference", "group=b", "--reference", "group=b"]).status == 0)
        let strands = try check(["--strandedness", "reverse"])
        #expect(strands.status == 0 && strands.errors.contains("changes nothing"), "\(strands.errors)")
    }

    @Test("A ~ that no shell has replaced makes no folder of that name")
    func home() throws {
        for arguments in [
            ["de", "--design", "~ group", "--counts", "c.tsv", "--samples", "s.tsv", "--out", "~/results"],
            ["gsea", "--ranks", "l.rnk", "--sets", "s.gmt", "--out=~/results"], ["coordinator", "--store", "~/runs"],
        ] {
            let result = try ModicumProcess(arguments).finish()
            #expect(result.status == 2 && result.errors.contains("the shell did not replace the ~"), "\(result.errors)")
        }
    }

    @Test(
        "An address that no coordinator can listen on is refused, not changed",
        arguments: ["tcp://127.0.0.1:99999", "127.0.0.1:7100", "tcp://127.0.0.1", "tcp://127.0.0.1:", "tcp://:70"])
    func addresses(_ bind: String) throws {
        let folder = try TemporaryFolder()
        let result = try modicum("coordinator", "--store", folder("runs"), "--bind", bind)
        #expect(result.status == 2 && result.errors.contains("is no address to listen on"), "\(result.errors)")
    }

    @Test("A worker does not wait a negative time", arguments: ["-3", "nan", "inf"])
    func idleTime(_ seconds: String) throws {
        let result = try modicum("worker", "--connection-file", "none.json", "--idle-timeout", seconds)
        #expect(result.status == 2 && result.errors.contains("--idle-timeout must be"), "\(result.errors)")
    }

    @Test("A profile that is the same in all samples ranks nothing")
    func constantProfile() throws {
        let folder = try TemporaryFolder()
        let gct =
            "#1.2\n40\t6\nNAME\tDescription\ts1\ts2\ts3\ts4\ts5\ts6\n"
            + Self.counts.split(separator: "\n").dropFirst().map {
                $0.replacing("\t", with: "\tna\t", maxReplacements: 1) + "\n"
            }.joined()
        let result = try modicum(
            "gsea", "--expression", folder.write(gct, as: "e.gct"), "--phenotypes",
            folder.write("#numeric\n#age\n30 30 30 30 30 30\n", as: "p.cls"), "--metric", "pearson", "--sets",
            folder.write("set\tna\t\(Self.genes.prefix(20).joined(separator: "\t"))\n", as: "s.gmt"), "--out",
            folder("out"))
        #expect(
            result.status == 3 && result.errors.contains("the profile age is 30 in all samples"), "\(result.errors)")
    }
}
