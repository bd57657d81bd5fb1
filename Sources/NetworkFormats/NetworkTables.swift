import ExpressionFormats

/// A network's nodes and edges as tables, with the columns under the names that the network's other files have.
package enum NetworkTables {
    /// One row per node: its attributes, and where it stands.
    package static func nodes(_ content: NetworkContent) -> [TableColumn] {
        let positions = content.layout.positions
        return columns(content.nodeAttributes)
            + [TableColumn("x", .doubles(positions.map(\.x))), TableColumn("y", .doubles(positions.map(\.y)))]
    }

    /// One row per edge: the names of its two sets, and its attributes.
    package static func edges(_ content: NetworkContent) -> [TableColumn] {
        let network = content.network
        return [
            TableColumn("source", .strings(network.edges.map { network.nodes[$0.first].name })),
            TableColumn("target", .strings(network.edges.map { network.nodes[$0.second].name })),
        ] + columns(content.edgeAttributes)
    }

    private static func columns(_ attributes: [NetworkAttribute]) -> [TableColumn] {
        attributes.map { attribute in
            switch attribute.values.lazy.compactMap({ $0 }).first {
            case .number, nil:
                TableColumn(
                    attribute.name,
                    .doubles(attribute.values.map { if case .number(let number) = $0 { number } else { .nan } }))
            case .text, .texts, .integer:
                TableColumn(attribute.name, .strings(attribute.values.map { $0?.text ?? "NA" }))
            }
        }
    }
}
