/// A named column of a table.
package struct StoredColumn: Equatable, Sendable {
    package let name: String
    package let content: ColumnContent
    package let attributes: StoredAttributes

    package init(_ name: String, _ content: ColumnContent, attributes: StoredAttributes = [:]) {
        self.name = name
        self.content = content
        self.attributes = attributes
    }

    /// A column of plain values.
    package init(_ name: String, _ content: StoredContent, attributes: StoredAttributes = [:]) {
        self.init(name, .values(content), attributes: attributes)
    }
}

/// What a table's column may hold.
package enum ColumnContent: Equatable, Sendable {
    case values(StoredContent)

    /// Numbers, one per row, that are made when the file is written.
    case made(@Sendable () -> StoredContent)

    /// A factor: one code per row into `categories`, −1 for a missing value.
    case categorical(codes: [Int], categories: [String], isOrdered: Bool = false)

    /// Truth values of which some may be missing, as AnnData's `nullable-boolean`.
    case logicals([Bool?])

    /// How many there are; nil where that is known only once they are made.
    var count: Int? {
        switch self {
        case .values(let content): content.count
        case .made: nil
        case .categorical(let codes, _, _): codes.count
        case .logicals(let values): values.count
        }
    }

    package static func == (left: ColumnContent, right: ColumnContent) -> Bool {
        switch (left, right) {
        case (
            .categorical(let codes, let categories, let isOrdered),
            .categorical(let otherCodes, let otherCategories, let isOtherOrdered)
        ):
            codes == otherCodes && categories == otherCategories && isOrdered == isOtherOrdered
        case (.logicals(let values), .logicals(let others)): values == others
        default: left.content == right.content
        }
    }

    /// The elements; nil for what is stored as a group.
    private var content: StoredContent? {
        switch self {
        case .values(let content): content
        case .made(let make): make()
        case .categorical, .logicals: nil
        }
    }
}

extension RunDocument {
    /// Adds a table: a group with one dataset per column, which AnnData reads as a data frame.
    ///
    /// Names of columns come from users, too, so no name is refused: one that is taken by the index or an earlier
    /// column, or that AnnData reserves, is stored with a number behind it (`uniqueNames`). A column that is stored
    /// under another name than its own has its own in the attribute `column-name`.
    ///
    /// - Parameters:
    ///   - path: The group.
    ///   - index: The name of the column that names the rows, such as `gene_id`.
    ///   - rows: The names of the rows.
    ///   - columns: The other columns, in the order in which a reader shows them.
    /// - Precondition: All columns have one value per row.
    package mutating func addTable(
        _ path: String, index: String, rows: [String], columns: [StoredColumn], attributes: StoredAttributes = [:]
    ) {
        let indexName = StoredPath.component(index)
        let names = uniqueNames(columns.map { StoredPath.component($0.name) }, besides: [indexName, "_index"])
        addGroup(path, attributes: Encoding.table(index: indexName, columns: names).adding(attributes))
        add("\(path)/\(indexName)", .strings(rows))
        for (name, column) in zip(names, columns) {
            precondition(column.content.count ?? rows.count == rows.count, "\(path)/\(name) has not one value per row")
            var attributes = column.attributes
            // HDF5 would cut a text at a NUL.
            if name != column.name, !column.name.utf8.contains(0) { attributes["column-name"] = .string(column.name) }
            switch column.content {
            case .values(let content):
                add("\(path)/\(name)", content, attributes: attributes)
            case .made(let make):
                add("\(path)/\(name)", shape: [rows.count], attributes: attributes, making: make)
            case .categorical(let codes, let categories, let isOrdered):
                addCategorical(
                    "\(path)/\(name)", codes: codes, categories: categories, isOrdered: isOrdered,
                    attributes: attributes)
            case .logicals(let values):
                addGroup("\(path)/\(name)", attributes: Encoding.nullableLogicals.adding(attributes))
                add("\(path)/\(name)/values", .bools(values.map { $0 ?? false }))
                add("\(path)/\(name)/mask", .bools(values.map { $0 == nil }))
            }
        }
    }

    /// Adds a factor: a group with `codes` and `categories`.
    ///
    /// - Parameters:
    ///   - codes: For each element the index of its category, or −1 where it is missing.
    ///   - isOrdered: Whether the order of the categories means something.
    /// - Precondition: Every code is −1 or an index into `categories`.
    package mutating func addCategorical(
        _ path: String, codes: [Int], categories: [String], isOrdered: Bool = false, attributes: StoredAttributes = [:]
    ) {
        precondition(codes.allSatisfy { $0 >= -1 && $0 < categories.count }, "a code of \(path) names no category")
        addGroup(path, attributes: Encoding.categorical(isOrdered: isOrdered).adding(attributes))
        // The narrowest type that holds the codes, as AnnData itself writes them.
        let content: StoredContent =
            switch categories.count {
            case ...128: .int8s(codes.map { Int8($0) })
            case ...32_768: .int16s(codes.map { Int16($0) })
            default: .int32s(codes.map { Int32($0) })
            }
        add("\(path)/codes", content)
        add("\(path)/categories", .strings(categories))
    }

    /// Adds lists of different lengths: a group with all their elements one after another in `values`,
    /// and in `offsets` where each list begins, with the number of all elements as the last.
    ///
    /// List *i* holds `values[offsets[i]..<offsets[i + 1]]`. Leading edges are stored so: as text
    /// they would be large and could not be compressed.
    package mutating func addLists(_ path: String, _ lists: [[Int32]], attributes: StoredAttributes = [:]) {
        var offsets: [Int64] = [0]
        offsets.reserveCapacity(lists.count + 1)
        for list in lists { offsets.append(offsets.last! + Int64(list.count)) }
        addGroup(path, attributes: attributes)
        add("\(path)/offsets", .int64s(offsets))
        add("\(path)/values", .int32s(lists.flatMap { $0 }))
    }
}
