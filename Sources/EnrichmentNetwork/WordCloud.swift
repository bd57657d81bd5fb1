import StatisticalKernels

/// The words of one cluster with the sizes and the order in which WordCloud would draw them.
struct WordCloud {
    /// In the cloud's order.
    private let words: [SizedWord]

    private struct SizedWord: Equatable {
        let text: String

        /// The font size, usually 12 to 64.
        let size: Int

        /// Which chain of adjacent words it stands in.
        let chain: Int
    }

    private static let labelWords = 3
    private static let adjacencyBonus = 8
    private static let fontSizes = 12...64

    /// - Parameters:
    ///   - texts: The words of each node of the cluster, in reading order.
    ///   - networkFrequency: How often a word occurs among all nodes.
    ///   - networkSize: The number of all nodes.
    init(of texts: [[String]], networkFrequency: [String: Int], networkSize: Int) {
        let vocabulary = Vocabulary(of: texts)
        let sizes = WordCloud.fontSizes(
            of: vocabulary, texts: texts.count, networkFrequency: networkFrequency, networkSize: networkSize)
        // By falling weight of the chain; the later of two equal ones first.
        let chains = vocabulary.chains().enumerated().map { index, chain in
            (index: index, words: chain, weight: chain.reduce(0) { $0 + sizes[$1] * sizes[$1] })
        }.sorted { ($1.weight, $1.index) < ($0.weight, $0.index) }
        words = chains.enumerated().flatMap { place, chain in
            chain.words.map { SizedWord(text: vocabulary.words[$0], size: sizes[$0], chain: place) }
        }
    }

    /// The largest words, those beside them preferred, in the cloud's order.
    var label: String {
        guard words.count > WordCloud.labelWords else { return words.map(\.text).joined(separator: " ") }
        // Positions by falling size; equal ones keep the cloud's order.
        let bySize = words.indices.sorted { (-words[$0].size, $0) < (-words[$1].size, $1) }
        let top = bySize.prefix(WordCloud.labelWords)
        let largestOfChain = words.reduce(into: [:]) { $0[$1.chain] = max($0[$1.chain] ?? 0, $1.size) }
        let boosted = bySize.enumerated().map { rank, position in
            (rank: rank, position: position, size: boostedSize(of: position, top: top, largest: largestOfChain))
        }.sorted { (-$0.size, $0.rank) < (-$1.size, $1.rank) }
        return boosted.prefix(WordCloud.labelWords).map(\.position).sorted().map { words[$0].text }
            .joined(separator: " ")
    }

    /// A word beside large ones counts as larger, but not as large as the largest of its chain.
    private func boostedSize(of position: Int, top: ArraySlice<Int>, largest: [Int: Int]) -> Int {
        let word = words[position]
        let limit = largest[word.chain] ?? word.size
        let neighbours = top.contains(position) ? 0 : top.count { words[$0].chain == word.chain }
        guard neighbours > 0, word.size != limit else { return word.size }
        return min(limit - 1, word.size + WordCloud.adjacencyBonus * neighbours)
    }

    /// Returns the font size of every word.
    ///
    /// With `s` and `n` the counts of a word in the cluster and the network, and `S` and `T` their numbers of nodes, a
    /// word's ratio is `s · √T / (S · √n)`. Ratios are shifted and scaled to the spread of the plain shares `s / S`, and
    /// these mapped linearly to the font sizes.
    private static func fontSizes(
        of vocabulary: Vocabulary, texts: Int, networkFrequency: [String: Int], networkSize: Int
    ) -> [Int] {
        guard !vocabulary.words.isEmpty else { return [] }
        let count = Double(vocabulary.words.count)
        let shares = vocabulary.frequency.map { Double($0) / Double(texts) }
        let ratios = zip(vocabulary.words, vocabulary.frequency).map { word, frequency in
            Double(frequency) * Double(networkSize).squareRoot()
                / (Double(texts) * Double(networkFrequency[word] ?? frequency).squareRoot())
        }
        guard let leastShare = shares.min(), let mostShare = shares.max(), let leastRatio = ratios.min(),
            let mostRatio = ratios.max(), mostRatio != leastRatio
        else { return [Int](repeating: (fontSizes.lowerBound + fontSizes.upperBound) / 2, count: ratios.count) }
        let scale = (shares.reduce(0, +) / count - leastShare) / (ratios.reduce(0, +) / count - leastRatio)
        let span = Double(fontSizes.count - 1)
        return ratios.map { ratio in
            guard mostShare > leastShare else { return fontSizes.upperBound }
            let slope = span / (mostShare - leastShare)
            let size = slope * (ratio - leastRatio) * scale + (Double(fontSizes.upperBound) - span)
            return Int((size + 0.5).rounded(.down))
        }
    }
}

/// The words of a cluster and which stand beside each other.
private struct Vocabulary {
    /// In the order in which they are first seen.
    private(set) var words: [String] = []
    private(set) var frequency: [Int] = []

    /// Pairs of words of which the second follows the first somewhere.
    private var pairs: Set<[Int]> = []

    init(of texts: [[String]]) {
        var place: [String: Int] = [:]
        for text in texts {
            var previous: Int?
            for word in text {
                let current = place[word] ?? words.count
                if current == words.count {
                    place[word] = current
                    words.append(word)
                    frequency.append(0)
                }
                frequency[current] += 1
                if let previous { pairs.insert([previous, current]) }
                previous = current
            }
        }
    }

    /// Returns the words in chains: pairs are joined by falling score `total / (count of a · count of b)` down to 1.
    ///
    /// Ties go to the pair whose words come last in the alphabet, and a word has one neighbour on each side at most.
    func chains() -> [[Int]] {
        let total = Double(frequency.reduce(0, +))
        func score(_ pair: [Int]) -> Double { total / Double(frequency[pair[0]] * frequency[pair[1]]) }
        var queue = pairs.filter { score($0) >= 1 }.sorted { a, b in
            let (first, second) = (score(a), score(b))
            if first != second { return first > second }
            if a[0] != b[0] { return words[b[0]].utf8.lexicographicallyPrecedes(words[a[0]].utf8) }
            return words[b[1]].utf8.lexicographicallyPrecedes(words[a[1]].utf8)
        }[...]
        var chains = words.indices.map { [$0] }
        while let pair = queue.popFirst() {
            let (a, b) = (pair[0], pair[1])
            queue = queue.filter { $0[0] != a && $0[1] != b && !($0[0] == b && $0[1] == a) }[...]
            guard let left = chains.lastIndex(where: { $0.last == a }),
                let right = chains.lastIndex(where: { $0.first == b }), left != right
            else { continue }
            let joined = chains[left] + chains[right]
            chains.remove(at: max(left, right))
            chains.remove(at: min(left, right))
            chains.append(joined)
        }
        return chains
    }
}
