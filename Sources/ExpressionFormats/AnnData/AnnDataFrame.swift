import ExpressionData
import HDF5

/// The data frame `obs` of an AnnData file, as the text of a sample sheet.
struct AnnDataFrame {
    /// Tab-separated, with the index in the column `sample`.
    let text: [UInt8]

    /// The ordered categories.
    let declarations: [ColumnDeclaration]

    init(_ group: ForeignGroup, index: [String], fileName: String) throws {
        var columns: [(name: String, values: [String])] = [("sample", index)]
        var declarations: [ColumnDeclaration] = []
        let members = try group.members()
        let indexName = try Self.indexName(of: group)
        let stored = try Self.columnOrder(of: group) ?? members.map(\.name)
        var taken = Set(stored)
        /// A name that no file could hold is in an attribute of the column, as our own store has it.
        func ownName(_ object: some ForeignObject, _ name: String) throws -> String {
            guard try object.attributeNames().contains("column-name"),
                case .strings(let names)? = try object.attribute("column-name")?.content, let own = names.first,
                own.lowercased() != "sample", taken.insert(own).inserted
            else { return name }
            return own
        }
        for name in stored where name != indexName && name.lowercased() != "sample" {
            guard let member = members.first(where: { $0.name == name }) else { continue }
            switch member.kind {
            case .dataset:
                let dataset = group.dataset(name)
                guard let values = try Self.values(of: dataset), values.count == index.count else { continue }
                columns.append((try ownName(dataset, name), values))
            case .group:
                let factor = group.group(name)
                guard let column = try Self.encoded(factor), column.values.count == index.count else { continue }
                let name = try ownName(factor, name)
                columns.append((name, column.values))
                if let levels = column.orderedLevels { declarations.append(.factor(name, levels: levels)) }
            case .other:
                continue
            }
        }
        var text = TextBuffer()
        for (position, column) in columns.enumerated() {
            if position > 0 { text.append("\t") }
            text.append(field: column.name)
        }
        text.append("\n")
        for row in index.indices {
            for (position, column) in columns.enumerated() {
                if position > 0 { text.append("\t") }
                text.append(field: column.values[row])
            }
            text.append("\n")
        }
        self.text = text.bytes
        self.declarations = declarations
    }

    /// The names of a frame's rows.
    static func index(of group: ForeignGroup, fileName: String) throws -> [String] {
        let name = try indexName(of: group)
        guard try group.members().contains(where: { $0.name == name && $0.kind == .dataset }) else {
            throw InputError(
                file: fileName, "the index of \(group.path) is missing",
                remedy: "Save the file again with anndata 0.8 or later.")
        }
        let dataset = group.dataset(name)
        return try values(of: dataset) ?? []
    }

    private static func indexName(of group: ForeignGroup) throws -> String {
        if try group.attributeNames().contains("_index"),
            case .strings(let names)? = try group.attribute("_index")?.content, let name = names.first
        {
            return name
        }
        return "_index"
    }

    private static func columnOrder(of group: ForeignGroup) throws -> [String]? {
        guard try group.attributeNames().contains("column-order"),
            case .strings(let names)? = try group.attribute("column-order")?.content
        else { return nil }
        return names
    }

    /// A plain column as text, or nil for a kind that no sheet holds.
    private static func values(of dataset: ForeignDataset) throws -> [String]? {
        guard try dataset.shape().count == 1 else { return nil }
        switch try dataset.elementType() {
        case .string: return try dataset.readStrings()
        case .bool: return try dataset.readBools().map { $0 ? "TRUE" : "FALSE" }
        default: return try numbers(of: dataset)
        }
    }

    private static func numbers(of dataset: ForeignDataset) throws -> [String] {
        try dataset.read(as: Double.self).map { number in
            var text = TextBuffer()
            text.append(number)
            return String(decoding: text.bytes, as: UTF8.self)
        }
    }

    /// A categorical or nullable column; missing values are `NA`.
    private static func encoded(
        _ group: ForeignGroup
    ) throws -> (values: [String], orderedLevels: [String]?)? {
        let names = try group.members().map(\.name)
        if names.contains("codes"), names.contains("categories") {
            let categoriesDataset = group.dataset("categories")
            guard let categories = try values(of: categoriesDataset) else { return nil }
            let values = try group.dataset("codes").read(as: Int64.self).map { code in
                categories.indices.contains(Int(code)) ? categories[Int(code)] : "NA"
            }
            var isOrdered = false
            if try group.attributeNames().contains("ordered") {
                switch try group.attribute("ordered")?.content {
                case .bools(let flags): isOrdered = flags.first ?? false
                case .integers(let flags): isOrdered = flags.first == 1
                default: break
                }
            }
            return (values, isOrdered ? categories : nil)
        }
        if names.contains("values"), names.contains("mask") {
            let valuesDataset = group.dataset("values")
            guard let values = try values(of: valuesDataset) else { return nil }
            let mask = try group.dataset("mask").readBools()
            guard mask.count == values.count else { return nil }
            return (zip(values, mask).map { $1 ? "NA" : $0 }, nil)
        }
        return nil
    }
}
