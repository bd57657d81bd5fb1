import Exports
import Foundation
import NetworkFormats
import StudyReport
import Testing

@Suite("RO-Crate")
struct ResearchObjectCrateTests {
    private let digest = "8d868c0626895d4d6b6a5afe63aa85c1761a905c74ed03a5d3cb6dbacb05c97e"
    private let other = "17bd62c39e6ea85fce61a0a4c6252933c003e8fda5947ce83ec3b5452a83c506"

    private var crate: ResearchObjectCrate {
        ResearchObjectCrate(
            title: "A study", description: "Of nobody.", license: nil, identity: other, version: "1.2.3",
            libraries: ["zlib": "1.3", "HDF5": "1.10"],
            times: .init(start: "2026-01-02T03:04:05+00:00", end: "2026-01-02T03:05:00+00:00"),
            commands: [["modicum", "de", "--design", "~ a + b's", "--out", "results"]],
            inputs: [
                .init(role: "counts", name: "counts.tsv", sha256: digest),
                .init(role: "gene-sets", name: "sets.gmt", sha256: other),
            ],
            files: [
                .init(name: "main/a b/50%.tsv", bytes: 12, sha256: digest),
                .init(name: "run.json", bytes: 3, sha256: other),
            ], references: [.deseq2, .markovClustering, .modicum(version: "1.2.3", numericContract: 2)])
    }

    private func graph(_ crate: ResearchObjectCrate) throws -> [[String: Any]] {
        let document = try JSONSerialization.jsonObject(with: Data(crate.metadata.bytes()))
        return try #require((document as? [String: Any])?["@graph"] as? [[String: Any]])
    }

    private func entity(_ id: String, of crate: ResearchObjectCrate) throws -> [String: Any] {
        try #require(graph(crate).first { $0["@id"] as? String == id }, "\(id)")
    }

    /// The names that a property refers to.
    private func references(_ value: Any?) -> [String] {
        ((value as? [[String: String]]) ?? (value as? [String: String]).map { [$0] } ?? []).compactMap { $0["@id"] }
    }

    @Test("Every reference leads to an entity of the crate, which has each once and a type")
    func closed() throws {
        var once = crate
        once.license = CrateLicense("MIT")
        for crate in [crate, once] {
            let graph = try graph(crate)
            let ids = graph.compactMap { $0["@id"] as? String }
            #expect(ids.count == graph.count && Set(ids).count == ids.count)
            #expect(graph.allSatisfy { $0["@type"] is String })
            // What the crate conforms to is named by the metadata alone.
            let known = Set(ids + ["https://w3id.org/ro/crate/1.1"])
            for entity in graph { #expect(entity.values.flatMap(references).allSatisfy(known.contains)) }
        }
    }

    @Test("The action ties the program, the inputs and the files together, with the command line as a shell takes it")
    func action() throws {
        let action = try entity("#run", of: crate)
        let inputs = [
            "ni:///sha-256;jYaMBiaJXU1ralr-Y6qFwXYakFx07QOl08ttussFyX4",
            "ni:///sha-256;F71iw55uqF_OYaCkxiUpM8AD6P2llHzoPsO1RSqDxQY",
        ]
        #expect(references(action["instrument"]) == ["#modicum"] && references(action["object"]) == inputs)
        #expect(references(action["result"]) == ["main/a%20b/50%25.tsv", "run.json"])
        #expect(action["description"] as? String == #"modicum de --design '~ a + b'\''s' --out results"#)
        let root = try entity("./", of: crate)
        #expect(references(root["hasPart"]) == inputs + references(action["result"]))
        #expect(references(root["mentions"]) == ["#run"] && root["datePublished"] as? String == crate.times.end)
        let program = try entity("#modicum", of: crate)
        #expect(program["softwareVersion"] as? String == "1.2.3")
        #expect(program["softwareRequirements"] as? [String] == ["HDF5 1.10", "zlib 1.3"])
        let file = try entity("main/a%20b/50%25.tsv", of: crate)
        #expect(file["contentSize"] as? String == "12" && file["sha256"] as? String == digest)
        #expect(file["encodingFormat"] as? String == "text/tab-separated-values")
    }

    @Test("What a run does not know is left out or said, and a file that was two inputs is one")
    func unknown() throws {
        var crate = crate
        crate.commands = []
        crate.times = .init(start: nil, end: crate.times.end)
        crate.inputs = [
            .init(role: "gene-sets", name: "sets.gmt", sha256: digest),
            .init(role: "universe", name: "sets.gmt", sha256: digest),
        ]
        let action = try entity("#run", of: crate)
        #expect(action["startTime"] == nil && action["description"] as? String == "The command line was not kept.")
        #expect(references(action["object"]).count == 1)
        let input = try entity(references(action["object"])[0], of: crate)
        #expect((input["description"] as? String)?.contains("gene-sets, universe") == true)
        #expect(references(try entity("./", of: crate)["license"]) == ["#no-licence"])
        crate.inputs = []
        crate.references = []
        #expect(try entity("./", of: crate)["citation"] == nil && entity("#run", of: crate)["object"] == nil)
    }

    @Test("Publications are cited by their DOI, and the program is the instrument and no citation")
    func citations() throws {
        let cited = references(try entity("./", of: crate)["citation"])
        #expect(cited == ["https://doi.org/10.1186/s13059-014-0550-8", "#" + Reference.markovClustering.key])
        #expect(try entity(cited[0], of: crate)["@type"] as? String == "ScholarlyArticle")
        #expect(try entity(cited[1], of: crate)["@type"] as? String == "Thesis")
    }

    @Test(
        "A licence is an SPDX identifier or an address",
        arguments: [
            ("CC-BY-4.0", "https://spdx.org/licenses/CC-BY-4.0"),
            ("https://example.org/terms", "https://example.org/terms"),
            ("", nil), ("ask me", nil), ("https://", nil), ("https://a b", nil), ("CC/BY", nil),
        ] as [(String, String?)])
    func licenses(text: String, address: String?) { #expect(CrateLicense(text)?.address == address) }
}
