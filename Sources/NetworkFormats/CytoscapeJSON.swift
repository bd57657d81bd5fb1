/// Cytoscape.js's JSON (`.cyjs`), which Cytoscape, Cytoscape.js and networkx read.
package enum CytoscapeJSON {
    /// - Returns: The file's bytes.
    package static func bytes(_ content: NetworkContent) throws -> [UInt8] {
        let network = content.network
        let isMultigraph = network.edges.contains { $0.analysis != nil } && network.analyses.count > 1
        let nodes = network.nodes.indices.map { index in
            var data = content.nodeAttributes.object(at: index)
            data["id"] = .string("n\(index)")
            // What networkx knows a node by.
            data["value"] = .string("n\(index)")
            let position = content.layout.positions[index]
            return JSONValue.object([
                "data": .object(data), "position": .object(["x": .number(position.x), "y": .number(position.y)]),
            ])
        }
        let edges = network.edges.indices.map { index in
            var data = content.edgeAttributes.object(at: index)
            data["id"] = .string("e\(index)")
            // By which networkx tells lines between the same sets apart.
            if isMultigraph { data["key"] = .integer(index) }
            data["source"] = .string("n\(network.edges[index].first)")
            data["target"] = .string("n\(network.edges[index].second)")
            return JSONValue.object(["data": .object(data)])
        }
        return try JSONValue.object([
            "format_version": .string("1.0"),
            "target_cytoscapejs_version": .string("~2.1"),
            "data": .object(["name": .string(content.name), "shared_name": .string(content.name)]),
            "directed": .truth(false),
            "multigraph": .truth(isMultigraph),
            "elements": .object(["nodes": .array(nodes), "edges": .array(edges)]),
        ]).bytes()
    }
}
