import Foundation
import Testing

/// What programs that call modicum rely on.
@Suite("Conventions for wrappers")
struct WrapperConventionTests {
    private static let goldens = packageRoot + "/datasets/goldens/"

    private static func sets(_ folder: TemporaryFolder, out: String, _ more: String...) -> [String] {
        [
            "gsea", "--ranks", folder("in/list.rnk"), "--sets", folder("in/sets.gmt"), "--min-size", "5",
            "--permutations",
            "100", "--seed", "7", "--out", folder(out),
        ] + more
    }

    /// The inputs in a folder that nobody may write to.
    private static func writeInputs(_ folder: TemporaryFolder) throws {
        try FileManager.default.createDirectory(atPath: folder("in"), withIntermediateDirectories: true)
        for (name, place) in [
            ("list.rnk", "gsea"), ("sets.gmt", "gsea"), ("counts.tsv", "de/two_group"), ("samples.tsv", "de/two_group"),
        ] {
            try FileManager.default.copyItem(atPath: goldens + place + "/" + name, toPath: folder("in/" + name))
            try FileManager.default.setAttributes([.posixPermissions: 0o444], ofItemAtPath: folder("in/" + name))
        }
        try FileManager.default.setAttributes([.posixPermissions: 0o555], ofItemAtPath: folder("in"))
    }

    private static func files(in path: String) throws -> [String] {
        let all = try FileManager.default.subpathsOfDirectory(atPath: path)
        return all.filter { name in
            var isFolder: ObjCBool = false
            return FileManager.default.fileExists(atPath: path + "/" + name, isDirectory: &isFolder)
                && !isFolder.boolValue
        }.sorted()
    }

    private struct Outputs: Decodable {
        struct File: Decodable, Equatable {
            var name: String
            var bytes: Int
            var sha256: String
        }
        var identity: String
        var files: [File]
        /// Of the report, which `--json` does not print.
        var derivedFiles: [File]?
    }

    private static func outputs(of folder: String) throws -> Outputs {
        try JSONDecoder().decode(Outputs.self, from: Data(contentsOf: URL(fileURLWithPath: folder + "/run.json")))
    }

    @Test(
        "run.json lists every file that a command left, with its size, and each command that computes prints it with --json"
    )
    func listsOutputs() throws {
        let folder = try TemporaryFolder()
        try Self.writeInputs(folder)
        let design = [
            "de", "--counts", folder("in/counts.tsv"), "--samples", folder("in/samples.tsv"), "--design", "~ condition",
            "--out", folder("de"), "--json",
        ]
        for (out, command) in [("gsea", Self.sets(folder, out: "gsea", "--gsea-folder", "--json")), ("de", design)] {
            let result = try ModicumProcess(command).finish()
            #expect(result.status == 0, "\(result.errors)")
            let listed = try Self.outputs(of: folder(out))
            let all = listed.files + (try #require(listed.derivedFiles))
            let names = all.map(\.name) + ["run.json"]
            #expect(names.sorted() == (try Self.files(in: folder(out))))
            for file in all {
                let attributes = try FileManager.default.attributesOfItem(atPath: folder(out) + "/" + file.name)
                #expect(attributes[.size] as? Int == file.bytes, "\(file.name)")
            }
            let printed = try JSONDecoder().decode(Outputs.self, from: Data(result.output.utf8))
            #expect(printed.identity == listed.identity && printed.files == listed.files)
        }
    }

    @Test(
        "Nothing is written but below --out: not at home, not where the command stands, not beside inputs, nor left in TMPDIR"
    )
    func writesOnlyBelowOut() throws {
        let folder = try TemporaryFolder()
        try Self.writeInputs(folder)
        for name in ["home", "here", "temporary"] {
            try FileManager.default.createDirectory(atPath: folder(name), withIntermediateDirectories: true)
        }
        let environment = ["HOME": folder("home"), "TMPDIR": folder("temporary")]
        let before = try Self.files(in: folder("in"))
        let result = try ModicumProcess(
            Self.sets(folder, out: "out", "--workers", "2", "--threads", "1"), environment: environment,
            in: folder("here")
        ).finish()
        #expect(result.status == 0, "\(result.errors)")
        #expect(try Self.files(in: folder("in")) == before)
        for name in ["home", "here", "temporary"] {
            #expect(try FileManager.default.contentsOfDirectory(atPath: folder(name)) == [], "\(name)")
        }
        #expect(
            try Set(FileManager.default.contentsOfDirectory(atPath: folder.path)) == [
                "home", "here", "in", "out", "temporary",
            ])
    }

    @Test("An input that has to be unpacked for a library goes to TMPDIR, and not to /tmp")
    func honoursTemporaryFolder() throws {
        let folder = try TemporaryFolder()
        try Self.writeInputs(folder)
        try FileManager.default.createDirectory(atPath: folder("temporary"), withIntermediateDirectories: true)
        let design = ["--samples", folder("in/samples.tsv"), "--design", "~ condition", "--report", "off", "--quiet"]
        let first = try ModicumProcess(["de", "--counts", folder("in/counts.tsv"), "--out", folder("de")] + design)
            .finish()
        #expect(first.status == 0, "\(first.errors)")
        let exported = try modicum(
            "export", folder("de"), "--format", "h5ad", "--out", folder("counts.h5ad"), "--quiet")
        #expect(exported.status == 0, "\(exported.errors)")
        let packer = Process()
        packer.executableURL = URL(fileURLWithPath: "/bin/gzip")
        packer.arguments = ["-1", folder("counts.h5ad")]
        try packer.run()
        packer.waitUntilExit()
        let again = ["de", "--counts", folder("counts.h5ad.gz"), "--out", folder("again")] + design
        let missing = try ModicumProcess(again, environment: ["TMPDIR": folder("absent")]).finish()
        #expect(missing.status != 0 && missing.errors.contains(folder("absent")), "\(missing.errors)")
        let there = try ModicumProcess(again, environment: ["TMPDIR": folder("temporary")]).finish()
        #expect(there.status == 0, "\(there.errors)")
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder("temporary")) == [])
    }

    @Test("Two runs leave files of the same names, and the same bytes in those of the results")
    func fixedNames() throws {
        let folder = try TemporaryFolder()
        try Self.writeInputs(folder)
        for out in ["first", "second"] {
            let result = try ModicumProcess(Self.sets(folder, out: out)).finish()
            #expect(result.status == 0, "\(result.errors)")
        }
        let (first, second) = (try Self.outputs(of: folder("first")), try Self.outputs(of: folder("second")))
        #expect(first.files == second.files && first.derivedFiles == second.derivedFiles)
        #expect(try Self.files(in: folder("first")) == Self.files(in: folder("second")))
    }

    @Test("The exit codes that commands have are those of docs/workflows.md")
    func exitCodes() throws {
        let page = try String(contentsOfFile: packageRoot + "/docs/workflows.md", encoding: .utf8)
        let documented = page.matches(of: #/(?m)^\| (\d) \| [^|]+ \|$/#).compactMap { Int($0.1) }
        let source = try String(contentsOfFile: packageRoot + "/Sources/modicum/CommandFailure.swift", encoding: .utf8)
        let known = source.matches(of: #/(?m)^    case \w+ = (\d)$/#).compactMap { Int($0.1) }
        #expect(!known.isEmpty && documented.sorted() == known.sorted())
    }
}
