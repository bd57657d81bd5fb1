import StatisticalKernels

/// Read pairs of an RNA-seq experiment whose every fragment's gene is known.
///
/// A gene's share of a sample's fragments is, on the log2 scale, a level of its
/// own, the planted effect in the second group, and gamma noise of dispersion
/// 0.03 between samples of a group. Fragments are 60 to 500 bases long, about
/// 220 on average, from anywhere in the transcript; those shorter than a read
/// go on into the adapter. One base in 500 is misread.
package struct SimulatedReads: Sendable {
    /// One sample's files and truth.
    package struct Sample: Sendable {
        package let name: String
        package let first: [UInt8]
        package let second: [UInt8]

        /// Fragments of each gene.
        package let counts: [Int]
    }

    package let options: ReadSimulationOptions
    package let genome: SimulatedGenome

    /// The log2 fold change of each gene, `treated` over `control`.
    package let effects: [Double]
    private let levels: [Double]
    private let transcripts: [[UInt8]]

    /// - Throws: `CohortOptionsError`.
    package init(_ options: ReadSimulationOptions) throws {
        try options.validate()
        self.options = options
        let genome = SimulatedGenome(options)
        self.genome = genome
        transcripts = genome.genes.map(genome.transcript)
        var stream = DrawStream(seed: options.seed, purpose: .readEffects)
        levels = genome.genes.map { _ in exp(0.8 * stream.normal()) }
        var order = Array(genome.genes.indices)
        stream.shuffle(&order)
        var effects = [Double](repeating: 0, count: genome.genes.count)
        for (number, gene) in order.prefix(options.plantedGeneCount).enumerated() {
            effects[gene] = number % 2 == 0 ? options.plantedEffect : -options.plantedEffect
        }
        self.effects = effects
    }

    package func sampleName(_ sample: Int) -> String {
        "sample" + zeroPadded(sample + 1, to: String(options.sampleCount).count)
    }

    package func isTreated(_ sample: Int) -> Bool { sample >= options.sampleCount / 2 }

    /// Makes one sample; the same one whatever was made before.
    package func sample(_ index: Int) -> Sample {
        var stream = DrawStream(seed: options.seed, purpose: .reads, index: index)
        let dispersion = 0.03
        var total = 0.0
        let limits = genome.genes.indices.map { gene in
            let effect = isTreated(index) ? exp(effects[gene] * 0.6931471805599453) : 1
            total += levels[gene] * effect * stream.gamma(shape: 1 / dispersion) * dispersion
            return total
        }
        var counts = [Int](repeating: 0, count: genome.genes.count)
        var writer = PairWriter(sample: sampleName(index), options: options)
        for pair in 0..<options.pairCount {
            let place = stream.uniform() * total
            let gene = limits.firstIndex { place < $0 } ?? limits.count - 1
            counts[gene] += 1
            writer.append(fragment(of: transcripts[gene], &stream), number: pair + 1, &stream)
        }
        return Sample(name: sampleName(index), first: writer.first, second: writer.second, counts: counts)
    }

    private func fragment(of transcript: [UInt8], _ stream: inout DrawStream) -> ArraySlice<UInt8> {
        let drawn = Int((220 + 60 * stream.normal()).rounded())
        let length = min(max(drawn, 60), min(500, transcript.count))
        let start = stream.integer(below: transcript.count - length + 1)
        return transcript[start..<start + length]
    }
}

/// Writes pairs of reads as FASTQ.
private struct PairWriter {
    let sample: String
    let options: ReadSimulationOptions
    var first: [UInt8] = []
    var second: [UInt8] = []

    /// The two adapters of Illumina's TruSeq kits, into which the reads of short fragments go on.
    private static let adapters = [
        Array("AGATCGGAAGAGCACACGTCTGAACTCCAGTCACATCACGATCTCGTATGCCGTCTTCTGCTTGAAAAAAAAAA".utf8),
        Array("AGATCGGAAGAGCGTCGTGTAGGGAAAGAGTGTAGATCTCGGTGGTCGCCGTATCATTAAAAAAAAAAAAAAAAA".utf8),
    ]

    mutating func append(_ fragment: ArraySlice<UInt8>, number: Int, _ stream: inout DrawStream) {
        let beginsReverse =
            switch options.library {
            case .forward: false
            case .reverse: true
            case .unstranded: stream.happens(0.5)
            }
        let length = options.readLength
        let sense = Array(fragment.prefix(length))
        let antisense = reverseComplement(fragment.suffix(length))
        let name = Array("@\(sample):\(number)".utf8)
        Self.append(
            beginsReverse ? antisense : sense, adapter: Self.adapters[0], name: name, length, to: &first, &stream)
        Self.append(
            beginsReverse ? sense : antisense, adapter: Self.adapters[1], name: name, length, to: &second, &stream)
    }

    private static func append(
        _ insert: [UInt8], adapter: [UInt8], name: [UInt8], _ length: Int, to text: inout [UInt8],
        _ stream: inout DrawStream
    ) {
        var bases = insert + adapter.prefix(length - insert.count)
        var qualities = [UInt8](repeating: UInt8(ascii: "I"), count: length)
        // The distance to the next misread base is geometric: few draws instead of one a base.
        let meanDistance = 500.0
        var position = Int(-log(stream.uniform()) * meanDistance)
        while position < length {
            let others = Array("ACGT".utf8).filter { $0 != bases[position] }
            bases[position] = others[stream.integer(below: 3)]
            qualities[position] = UInt8(ascii: "#")
            position += 1 + Int(-log(stream.uniform()) * meanDistance)
        }
        text += name
        text.append(UInt8(ascii: "\n"))
        text += bases
        text += Array("\n+\n".utf8)
        text += qualities
        text.append(UInt8(ascii: "\n"))
    }
}
