/// The words of the descriptions of a network's nodes, from which clusters are labelled.
///
/// The rules are those of WordCloud's "adjacent words" as AutoAnnotate uses it by default: three words, a bonus of 8
/// for words beside a large one, and net-weight normalization of 0.5. Where the app's order depends on a hash map,
/// words are taken in the order in which they are first seen, with nodes in the order of their names.
struct NetworkWords {
    /// By node: its words in reading order, without stop words.
    private let words: [[String]]

    /// How often a word occurs in the whole network.
    private let frequency: [String: Int]

    init(descriptions: [String]) {
        words = descriptions.map { NetworkWords.words(of: $0) }
        frequency = words.joined().reduce(into: [:]) { $0[$1, default: 0] += 1 }
    }

    /// Returns the label of a cluster: at most three of its words, in the order of the cloud; empty if there are none.
    func label(of cluster: [Int]) -> String {
        let cloud = WordCloud(of: cluster.map { words[$0] }, networkFrequency: frequency, networkSize: words.count)
        return cloud.label
    }

    /// Everything at which a description is split; an apostrophe belongs to its word.
    private static let separators = Set<UInt8>("\t \n\r\u{0C}!\"#$%&()*+,./:;<=>?@[\\]^_`{|}~-".utf8)

    static func words(of description: String) -> [String] {
        description.lowercased().utf8
            .split { separators.contains($0) }
            .map { String(decoding: $0, as: UTF8.self) }
            .filter { !StopWords.all.contains($0) }
    }
}
