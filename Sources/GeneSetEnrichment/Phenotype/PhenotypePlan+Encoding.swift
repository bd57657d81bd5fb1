import Payloads

extension PhenotypePlan {
    private static let kind = "MGPP1"

    package func encoded() -> [UInt8] {
        var writer = PayloadWriter(kind: PhenotypePlan.kind)
        writer.write(compact: comparison.sampleCount)
        writer.write(compact: comparison.values.count)
        for value in comparison.values { writer.write(value) }
        switch comparison.phenotype {
        case .classes(let sizeOfFirst):
            writer.write(compact: 0)
            writer.write(compact: sizeOfFirst)
        case .profile(let profile):
            writer.write(compact: 1)
            for value in profile { writer.write(value) }
        }
        writer.write(compact: PhenotypeMetric.allCases.firstIndex(of: comparison.metric)!)
        for flag in [comparison.usesMedian, comparison.order.isAbsolute, comparison.order.isAscending] {
            writer.write(compact: flag ? 1 : 0)
        }
        writer.write(exponent)
        switch shuffles {
        case .free(let seed):
            writer.write(compact: 0)
            writer.write(compact: seed)
        case .balanced(let seed):
            writer.write(compact: 1)
            writer.write(compact: seed)
        case .desktop(let seed):
            writer.write(compact: 2)
            writer.write(compact: UInt64(bitPattern: seed))
        }
        writer.write(compact: sets.count)
        for set in sets {
            writer.write(compact: set.count)
            for gene in set { writer.write(compact: gene) }
        }
        return writer.bytes
    }

    /// - Throws: `GeneSetNull.EncodingError` unless the bytes are what `encoded()` returns.
    package init(decoding bytes: [UInt8]) throws(GeneSetNull.EncodingError) {
        var reader = try PayloadReader(bytes, kind: PhenotypePlan.kind)
        let sampleCount = try reader.readCompact(upTo: reader.remaining)
        let valueCount = try reader.readCompact(upTo: reader.remaining / 8)
        guard sampleCount > 0, valueCount.isMultiple(of: sampleCount) else {
            throw GeneSetNull.EncodingError(description: "\(PhenotypePlan.kind): values that are no matrix.")
        }
        var values: [Double] = []
        values.reserveCapacity(valueCount)
        for _ in 0..<valueCount { values.append(try reader.readDouble()) }
        let phenotype: PhenotypeComparison.Phenotype
        if try reader.readCompact(upTo: 1) == 0 {
            phenotype = .classes(sizeOfFirst: try reader.readCompact(upTo: sampleCount))
        } else {
            var profile: [Double] = []
            for _ in 0..<sampleCount { profile.append(try reader.readDouble()) }
            phenotype = .profile(profile)
        }
        let metric = PhenotypeMetric.allCases[try reader.readCompact(upTo: PhenotypeMetric.allCases.count - 1)]
        let usesMedian = try reader.readCompact(upTo: 1) == 1
        var order = PhenotypeComparison.Order()
        order.isAbsolute = try reader.readCompact(upTo: 1) == 1
        order.isAscending = try reader.readCompact(upTo: 1) == 1
        let exponent = try reader.readDouble()
        let kind = try reader.readCompact(upTo: 2)
        let seed = try reader.readCompact()
        var sets: [[Int32]] = []
        for _ in 0..<(try reader.readCompact(upTo: reader.remaining)) {
            var set: [Int32] = []
            for _ in 0..<(try reader.readCompact(upTo: reader.remaining)) {
                set.append(Int32(try reader.readCompact(upTo: valueCount / sampleCount - 1)))
            }
            sets.append(set)
        }
        try reader.finish()
        guard exponent >= 0, sets.allSatisfy({ !$0.isEmpty && Set($0).count == $0.count }) else {
            throw GeneSetNull.EncodingError(description: "\(PhenotypePlan.kind): sets or weight are impossible.")
        }
        let shuffles: PhenotypeShuffles =
            switch kind {
            case 0: .free(seed: seed)
            case 1: .balanced(seed: seed)
            default: .desktop(seed: Int64(bitPattern: seed))
            }
        self.init(
            comparison: PhenotypeComparison(
                values: values, sampleCount: sampleCount, phenotype: phenotype, metric: metric, usesMedian: usesMedian,
                order: order),
            sets: sets, exponent: exponent, shuffles: shuffles)
    }
}
