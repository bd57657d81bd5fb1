extension PhenotypePlan {
    private static let kind = "MGPP1"

    package func encoded() -> [UInt8] {
        var encoder = GeneSetNull.Encoder(kind: PhenotypePlan.kind)
        encoder.append(comparison.sampleCount)
        encoder.append(comparison.values.count)
        for value in comparison.values { encoder.append(value) }
        switch comparison.phenotype {
        case .classes(let sizeOfFirst):
            encoder.append(0)
            encoder.append(sizeOfFirst)
        case .profile(let profile):
            encoder.append(1)
            for value in profile { encoder.append(value) }
        }
        encoder.append(PhenotypeMetric.allCases.firstIndex(of: comparison.metric)!)
        for flag in [comparison.usesMedian, comparison.order.isAbsolute, comparison.order.isAscending] {
            encoder.append(flag ? 1 : 0)
        }
        encoder.append(exponent)
        switch shuffles {
        case .free(let seed):
            encoder.append(0)
            encoder.append(seed)
        case .balanced(let seed):
            encoder.append(1)
            encoder.append(seed)
        case .desktop(let seed):
            encoder.append(2)
            encoder.append(UInt64(bitPattern: seed))
        }
        encoder.append(sets.count)
        for set in sets {
            encoder.append(set.count)
            for gene in set { encoder.append(Int(gene)) }
        }
        return encoder.bytes
    }

    /// - Throws: `GeneSetNull.EncodingError` unless the bytes are what `encoded()` returns.
    package init(decoding bytes: [UInt8]) throws(GeneSetNull.EncodingError) {
        var decoder = try GeneSetNull.Decoder(bytes, kind: PhenotypePlan.kind)
        let sampleCount = try decoder.number(upTo: decoder.remaining)
        let valueCount = try decoder.number(upTo: decoder.remaining / 8)
        guard sampleCount > 0, valueCount.isMultiple(of: sampleCount) else {
            throw GeneSetNull.EncodingError(description: "\(PhenotypePlan.kind): values that are no matrix.")
        }
        var values: [Double] = []
        values.reserveCapacity(valueCount)
        for _ in 0..<valueCount { values.append(try decoder.double()) }
        let phenotype: PhenotypeComparison.Phenotype
        if try decoder.number(upTo: 1) == 0 {
            phenotype = .classes(sizeOfFirst: try decoder.number(upTo: sampleCount))
        } else {
            var profile: [Double] = []
            for _ in 0..<sampleCount { profile.append(try decoder.double()) }
            phenotype = .profile(profile)
        }
        let metric = PhenotypeMetric.allCases[try decoder.number(upTo: PhenotypeMetric.allCases.count - 1)]
        let usesMedian = try decoder.number(upTo: 1) == 1
        var order = PhenotypeComparison.Order()
        order.isAbsolute = try decoder.number(upTo: 1) == 1
        order.isAscending = try decoder.number(upTo: 1) == 1
        let exponent = try decoder.double()
        let kind = try decoder.number(upTo: 2)
        let seed = try decoder.number()
        var sets: [[Int32]] = []
        for _ in 0..<(try decoder.number(upTo: decoder.remaining)) {
            var set: [Int32] = []
            for _ in 0..<(try decoder.number(upTo: decoder.remaining)) {
                set.append(Int32(try decoder.number(upTo: valueCount / sampleCount - 1)))
            }
            sets.append(set)
        }
        try decoder.finish()
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
