import Figures

/// GraphML, which Cytoscape, Gephi, igraph and networkx read. Lists of genes are one text with `|` between them.
package enum GraphML {
    /// - Returns: The file's bytes.
    package static func bytes(_ content: NetworkContent) -> [UInt8] {
        let network = content.network
        var text = """
            <?xml version="1.0" encoding="UTF-8"?>
            <graphml xmlns="http://graphml.graphdrawing.org/xmlns">

            """
        let places = [
            NetworkAttribute("x", numbers: content.layout.positions.map(\.x)),
            NetworkAttribute("y", numbers: content.layout.positions.map(\.y)),
        ]
        let nodeKeys = keyed(content.nodeAttributes + places, prefix: "n")
        let edgeKeys = keyed(content.edgeAttributes, prefix: "e")
        for (key, attribute) in nodeKeys { text += declaration(key, attribute, of: "node") }
        for (key, attribute) in edgeKeys { text += declaration(key, attribute, of: "edge") }
        text += "<graph id=\"\(XMLText.escaped(content.name))\" edgedefault=\"undirected\">\n"
        for index in network.nodes.indices {
            text += "<node id=\"n\(index)\">\(data(nodeKeys, at: index))</node>\n"
        }
        for (index, edge) in network.edges.enumerated() {
            text += "<edge id=\"e\(index)\" source=\"n\(edge.first)\" target=\"n\(edge.second)\">"
            text += "\(data(edgeKeys, at: index))</edge>\n"
        }
        text += "</graph>\n</graphml>\n"
        return Array(text.utf8)
    }

    private static func keyed(
        _ attributes: [NetworkAttribute], prefix: String
    ) -> [(key: String, attribute: NetworkAttribute)] {
        attributes.enumerated().map { ("\(prefix)\($0)", $1) }
    }

    private static func declaration(_ key: String, _ attribute: NetworkAttribute, of element: String) -> String {
        let type =
            switch attribute.values.lazy.compactMap({ $0 }).first {
            case .text, .texts: "string"
            case .integer: "int"
            case .number, nil: "double"
            }
        let name = XMLText.escaped(attribute.name)
        return "<key id=\"\(key)\" for=\"\(element)\" attr.name=\"\(name)\" attr.type=\"\(type)\"/>\n"
    }

    private static func data(_ keys: [(key: String, attribute: NetworkAttribute)], at index: Int) -> String {
        keys.map { key, attribute in
            attribute.values[index].map { "<data key=\"\(key)\">\(XMLText.escaped($0.text))</data>" } ?? ""
        }.joined()
    }
}

extension NetworkValue {
    /// The value as one text, lists with `|` between their elements.
    var text: String {
        switch self {
        case .text(let text): text
        case .texts(let texts): texts.joined(separator: "|")
        case .number(let number): "\(number)"
        case .integer(let integer): "\(integer)"
        }
    }
}
