import ExpressionData

/// What the probes of an array measure, in the CHIP format of the GSEA desktop.
package struct ChipFile: Sendable {
    /// The symbol of each probe; probes without one are absent.
    package let symbols: [String: String]

    package init(symbols: [String: String]) {
        self.symbols = symbols
    }

    /// Reads a table with the columns `Probe Set ID` and `Gene Symbol`, in any case and order.
    ///
    /// Of several rows of a probe the first counts; an empty symbol and `---` are none.
    ///
    /// - Throws: `InputError` when a column is missing or no probe has a symbol.
    package static func read(_ file: InputFile) throws -> ChipFile {
        var symbols: [String: String] = [:]
        var seen: Set<String> = []
        try file.bytes.withUnsafeBufferPointer { bytes in
            var lines = Lines(bytes)
            let header = lines.next().map { Lines.fields($0).map { $0.trimmedText.string.lowercased() } } ?? []
            guard let probe = header.firstIndex(of: "probe set id"), let symbol = header.firstIndex(of: "gene symbol")
            else {
                throw InputError(
                    file: file.name, line: 1, "this is not a CHIP file",
                    remedy: "Expected the columns Probe Set ID and Gene Symbol, separated by tabs.")
            }
            while let line = lines.next() {
                let fields = Lines.fields(line)
                guard fields.count > probe else { continue }
                let name = fields[probe].trimmedText.string
                guard !name.isEmpty, seen.insert(name).inserted, fields.count > symbol else { continue }
                let text = fields[symbol].trimmedText.string
                if !text.isEmpty, text != "---" { symbols[name] = text }
            }
        }
        guard !symbols.isEmpty else {
            throw InputError(
                file: file.name, "no probe has a symbol", remedy: "Choose the CHIP file of the data's own platform.")
        }
        return ChipFile(symbols: symbols)
    }
}

/// How the rows of several probes of one gene become one.
package enum ProbeCollapse: String, OptionWord {
    /// The largest value of each sample, the GSEA desktop's default.
    case max
    case median
    case mean
    case sum

    /// The value farthest from zero, the first of equally far ones.
    case largestMagnitude = "abs-max"

    /// No two probes may have one gene.
    case remap

    /// The collapsed rows and what became of the others.
    package struct Collapsed: Sendable {
        /// In the order of their first probes.
        package var genes: [String] = []

        /// By gene: the rows that it comes from.
        package var rows: [[Int]] = []

        /// Rows left out because their probe has no symbol.
        package var unannotatedCount = 0
    }

    /// Groups the rows by symbol.
    ///
    /// - Parameter keepsUnannotated: Whether a probe without a symbol stays, under its own name.
    /// - Throws: `InputError` when no probe has a symbol, or under `remap` two have the same.
    package func groups(of probes: [String], chip: ChipFile, keepsUnannotated: Bool) throws -> Collapsed {
        var collapsed = Collapsed()
        var positions: [String: Int] = [:]
        for (row, probe) in probes.enumerated() {
            guard let gene = chip.symbols[probe] ?? (keepsUnannotated ? probe : nil) else {
                collapsed.unannotatedCount += 1
                continue
            }
            if let position = positions[gene] {
                guard self != .remap else {
                    throw InputError(
                        "\(probes[collapsed.rows[position][0]]) and \(probe) both measure \(gene)",
                        remedy: "Renaming alone cannot join them: choose a mode such as max or mean for --collapse.")
                }
                collapsed.rows[position].append(row)
            } else {
                positions[gene] = collapsed.genes.count
                collapsed.genes.append(gene)
                collapsed.rows.append([row])
            }
        }
        guard !collapsed.genes.isEmpty else {
            throw InputError(
                "none of the data's \(grouped(probes.count)) probes is in the CHIP file (\(probes.first ?? "none"), …)",
                remedy: "Choose the CHIP file of the data's own platform.")
        }
        return collapsed
    }

    /// One value from those of a gene's probes; missing ones are left out.
    package func value(of values: [Double]) -> Double {
        let values = values.filter { !$0.isNaN }
        guard let first = values.first else { return .nan }
        switch self {
        case .max: return values.max() ?? .nan
        case .median:
            let sorted = values.sorted()
            let middle = sorted.count / 2
            return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
        case .mean: return values.reduce(0, +) / Double(values.count)
        case .sum: return values.reduce(0, +)
        case .largestMagnitude: return values.reduce(first) { $1.magnitude > $0.magnitude ? $1 : $0 }
        case .remap: return first
        }
    }

    /// Returns the matrix with one row per gene, and how many rows were left out.
    package func collapse(
        _ matrix: ExpressionMatrix, chip: ChipFile, keepsUnannotated: Bool
    ) throws -> (matrix: ExpressionMatrix, unannotatedCount: Int) {
        let collapsed = try groups(of: matrix.geneNames, chip: chip, keepsUnannotated: keepsUnannotated)
        let values = collapsed.rows.flatMap { rows in
            (0..<matrix.sampleCount).map { sample in
                value(of: rows.map { matrix.values[$0 * matrix.sampleCount + sample] })
            }
        }
        let collapsedMatrix = ExpressionMatrix(
            geneNames: collapsed.genes, descriptions: collapsed.rows.map { matrix.descriptions[$0[0]] },
            sampleNames: matrix.sampleNames, values: values)
        return (collapsedMatrix, collapsed.unannotatedCount)
    }

    /// Returns the list with one score per gene, sorted again, and how many rows were left out.
    package func collapse(
        _ list: RankedGeneList, chip: ChipFile, keepsUnannotated: Bool
    ) throws -> (list: RankedGeneList, unannotatedCount: Int) {
        let collapsed = try groups(of: list.genes, chip: chip, keepsUnannotated: keepsUnannotated)
        let scores = collapsed.rows.map { rows in value(of: rows.map { list.scores[$0] }) }
        return (RankedGeneList(genes: collapsed.genes, scores: scores), collapsed.unannotatedCount)
    }
}
