import EnrichmentNetwork
import ExpressionFormats
import Figures
import Foundation
import FoundationXML
import NetworkFormats
import Testing

@Suite("Files of a network")
struct NetworkFormatsTests {
    static let content: NetworkContent = {
        func set(_ name: String, _ genes: [Int32], nes: Double) -> AnalyzedSets.TestedSet {
            AnalyzedSets.TestedSet(
                name: name, description: "about \(name)", source: "s.gmt", genes: genes,
                statistics: SetStatistics(
                    enrichmentScore: nes / 3, normalizedEnrichmentScore: nes, pValue: 0.001, falseDiscoveryRate: 0.01,
                    familyWiseErrorRate: .nan))
        }
        let sets = [
            set("A <b>\"&'", [0, 1, 2], nes: 2), set("B\u{1}", [1, 2, 3], nes: -2), set("C", [4], nes: 1.5),
        ]
        let network = EnrichmentNetwork(
            of: [
                AnalyzedSets(name: "first", sets: sets, rankedGenes: 100),
                AnalyzedSets(name: "second", sets: [sets[0]], rankedGenes: 100),
            ], settings: NetworkSettings())
        return NetworkContent(
            name: "a & b", network: network, layout: NetworkLayout(of: network),
            geneNames: ["g0", "g1", "g2", "g3", "=g4"])
    }()

    private func object(_ bytes: [UInt8]) throws -> Any { try JSONSerialization.jsonObject(with: Data(bytes)) }

    @Test("Cytoscape.js's JSON has every node, edge and attribute")
    func cytoscapeJSON() throws {
        let root = try #require(try object(CytoscapeJSON.bytes(Self.content)) as? [String: Any])
        let elements = try #require(root["elements"] as? [String: [[String: Any]]])
        let nodes = try #require(elements["nodes"]).compactMap { $0["data"] as? [String: Any] }
        #expect(nodes.map { $0["name"] as? String } == ["A <b>\"&'", "B\u{1}", "C"])
        // networkx reads no node without a value that lines refer to.
        #expect(nodes.allSatisfy { $0["value"] as? String == $0["id"] as? String })
        #expect(nodes[0]["EM1_Genes"] as? [String] == ["g0", "g1", "g2"])
        #expect(nodes[0]["EM1_NES (second)"] as? Double == 2)
        #expect(nodes[1]["EM1_NES (second)"] == nil)
        // A number that is missing is left out: JSON has no NaN.
        #expect(nodes[0]["EM1_fwer_qvalue (first)"] == nil)
        let edges = try #require(elements["edges"]).compactMap { $0["data"] as? [String: Any] }
        #expect(edges.count == 1)
        #expect(edges[0]["source"] as? String == "n0" && edges[0]["target"] as? String == "n1")
        #expect(edges[0]["EM1_Overlap_genes"] as? [String] == ["g1", "g2"])
    }

    @Test("CX2 declares every attribute that it uses")
    func cx2() throws {
        let aspects = try #require(try object(CX2.bytes(Self.content)) as? [[String: Any]])
        #expect(aspects.first?["CXVersion"] as? String == "2.0")
        func aspect(_ name: String) -> [[String: Any]] {
            aspects.lazy.compactMap { $0[name] as? [[String: Any]] }.first ?? []
        }
        let declared = try #require(aspect("attributeDeclarations").first?["nodes"] as? [String: Any])
        for node in aspect("nodes") {
            let values = try #require(node["v"] as? [String: Any])
            #expect(values.keys.allSatisfy { declared[$0] != nil })
        }
        #expect(aspect("metaData").count == 5 && aspect("edges").count == 1)
        #expect(aspects.last?["status"] != nil)
    }

    @Test("GraphML is XML whatever the names hold")
    func graphML() throws {
        let parsed = try ParsedXML(GraphML.bytes(Self.content))
        #expect(parsed.elements["node"] == 3 && parsed.elements["edge"] == 1)
        #expect(parsed.texts.contains("A <b>\"&'") && parsed.texts.contains("B\u{FFFD}"))
    }

    @Test("Tables have a row per node and edge")
    func tables() {
        let nodes = String(decoding: TableWriter.bytes(NetworkTables.nodes(Self.content)), as: UTF8.self)
        #expect(nodes.split(separator: "\n").count == 4)
        let text = String(decoding: TableWriter.bytes(NetworkTables.edges(Self.content)), as: UTF8.self)
        #expect(text.split(separator: "\n").count == 2)
        #expect(text.hasPrefix("source\ttarget\tname\tinteraction"))
    }

    @Test("The picture shows every node, and its words stay text")
    func figure() throws {
        let drawing = NetworkFigure.drawing(
            of: Self.content.network, layout: Self.content.layout, title: "Enrichment network")
        let parsed = try ParsedXML(Array(drawing.svg.utf8))
        #expect(parsed.elements["circle"] == 3 + 3)
        #expect(parsed.texts.contains { $0.contains("slices clockwise") })
    }
}

/// The elements and texts of an XML document, by Foundation's parser.
private final class ParsedXML: NSObject, XMLParserDelegate {
    private(set) var elements: [String: Int] = [:]
    private(set) var texts: [String] = []
    private var text = ""

    init(_ bytes: [UInt8]) throws {
        super.init()
        let parser = XMLParser(data: Data(bytes))
        parser.delegate = self
        guard parser.parse() else { throw parser.parserError ?? CocoaError(.propertyListReadCorrupt) }
    }

    func parser(
        _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
        attributes: [String: String]
    ) {
        elements[name, default: 0] += 1
        text = ""
    }

    func parser(_ parser: XMLParser, foundCharacters string: String) { text += string }

    func parser(_ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?) {
        texts.append(text)
        text = ""
    }
}
