/// The Cytoscape Exchange format, version 2 (`.cx2`), which Cytoscape and NDEx read.
package enum CX2 {
    /// - Returns: The file's bytes.
    package static func bytes(_ content: NetworkContent) throws -> [UInt8] {
        let network = content.network
        let nodes = network.nodes.indices.map { index in
            let position = content.layout.positions[index]
            return JSONValue.object([
                "id": .integer(index), "x": .number(position.x), "y": .number(position.y),
                "v": .object(content.nodeAttributes.object(at: index)),
            ])
        }
        let edges = network.edges.indices.map { index in
            JSONValue.object([
                "id": .integer(index), "s": .integer(network.edges[index].first),
                "t": .integer(network.edges[index].second),
                "v": .object(content.edgeAttributes.object(at: index)),
            ])
        }
        let declarations: JSONValue = .object([
            "networkAttributes": .object(["name": .object(["d": .string("string")])]),
            "nodes": declared(content.nodeAttributes), "edges": declared(content.edgeAttributes),
        ])
        let aspects: [(name: String, elements: [JSONValue])] = [
            ("attributeDeclarations", [declarations]),
            ("networkAttributes", [.object(["name": .string(content.name)])]),
            ("nodes", nodes),
            ("edges", edges),
            ("visualProperties", [style(content)]),
        ]
        let metadata = aspects.map { aspect in
            JSONValue.object(["name": .string(aspect.name), "elementCount": .integer(aspect.elements.count)])
        }
        let document: [JSONValue] =
            [
                .object(["CXVersion": .string("2.0"), "hasFragments": .truth(false)]),
                .object(["metaData": .array(metadata)]),
            ]
            + aspects.map { .object([$0.name: .array($0.elements)]) }
            + [.object(["status": .array([.object(["success": .truth(true)])])])]
        return try JSONValue.array(document).bytes()
    }

    private static func declared(_ attributes: [NetworkAttribute]) -> JSONValue {
        .object(
            Dictionary(
                uniqueKeysWithValues: attributes.map { ($0.name, JSONValue.object(["d": .string(type(of: $0))])) }))
    }

    private static func type(of attribute: NetworkAttribute) -> String {
        switch attribute.values.lazy.compactMap({ $0 }).first {
        case .text: "string"
        case .texts: "list_of_string"
        case .integer: "integer"
        case .number, nil: "double"
        }
    }

    /// EnrichmentMap's style for the first analysis: labels, size by genes, red for up and blue for down.
    private static func style(_ content: NetworkContent) -> JSONValue {
        let colouring = "EM1_Colouring (\(content.network.analyses.first ?? ""))"
        func passthrough(_ attribute: String) -> JSONValue {
            .object([
                "type": .string("PASSTHROUGH"),
                "definition": .object(["attribute": .string(attribute), "type": .string("string")]),
            ])
        }
        func step(_ from: Double, _ to: Double, _ colours: (String, String)) -> JSONValue {
            .object([
                "min": .number(from), "max": .number(to), "minVPValue": .string(colours.0),
                "maxVPValue": .string(colours.1), "includeMin": .truth(true), "includeMax": .truth(true),
            ])
        }
        let colours = JSONValue.object([
            "type": .string("CONTINUOUS"),
            "definition": .object([
                "attribute": .string(colouring), "type": .string("double"),
                "map": .array([step(-1, 0, ("#0072B2", "#FFFFFF")), step(0, 1, ("#FFFFFF", "#D55E00"))]),
            ]),
        ])
        return .object([
            "default": .object([
                "network": .object(["NETWORK_BACKGROUND_COLOR": .string("#FFFFFF")]),
                "node": .object([
                    "NODE_SHAPE": .string("ellipse"), "NODE_WIDTH": .number(30), "NODE_HEIGHT": .number(30),
                ]),
                "edge": .object(["EDGE_LINE_COLOR": .string("#A6CEE3")]),
            ]),
            "nodeMapping": .object([
                "NODE_LABEL": passthrough("EM1_GS_DESCR"), "NODE_BACKGROUND_COLOR": colours,
            ]),
            "edgeMapping": .object([:]),
        ])
    }
}
