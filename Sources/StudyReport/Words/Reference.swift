/// A publication that a run's methods come from.
package struct Reference: Equatable, Sendable {
    package enum Kind: String, Sendable {
        case article
        case book
        case thesis = "phdthesis"
        case proceedings = "inproceedings"

        /// A preprint, or a program.
        case other = "misc"
    }

    /// The BibTeX key.
    package let key: String
    package var kind = Kind.article

    /// Family name and initials, such as `Love MI`; of an organisation its whole name in `organisation`.
    package var authors: [String] = []
    package var organisation: String?

    /// Nil for a program, which has a version instead.
    package var year: Int?
    package let title: String

    /// The journal, the publisher of a book, the university of a thesis.
    package var container: String?
    package var volume: String?
    package var number: String?
    package var pages: String?
    package var doi: String?
    package var version: String?

    /// In one line: authors, year, title, place, DOI.
    ///
    /// Of more than six authors the first one stands for all.
    package var text: String {
        let names = organisation ?? (authors.count > 6 ? authors[0] + ", et al." : authors.joined(separator: ", "))
        var text = names + (year.map { " (\($0))." } ?? ".") + " " + title + "."
        if let container { text += " " + container }
        if let volume { text += " \(volume)" + (number.map { "(\($0))" } ?? "") }
        if let pages { text += ":" + pages }
        if container != nil { text += "." }
        if let version { text += " Version \(version)." }
        return text + (doi.map { " https://doi.org/\($0)" } ?? "")
    }

    /// As an entry of a BibTeX file.
    package var bibTeX: String {
        var fields: [(name: String, value: String)] = []
        func add(_ name: String, _ value: String?) {
            if let value { fields.append((name, value)) }
        }
        add("author", organisation.map { "{\(Self.escaped($0))}" } ?? names)
        // The inner braces keep capitals.
        add("title", "{\(Self.escaped(title))}")
        let place = container.map(Self.escaped)
        switch kind {
        case .article: add("journal", place)
        case .book: add("publisher", place)
        case .thesis: add("school", place)
        case .proceedings: add("booktitle", place)
        case .other: add("howpublished", place)
        }
        add("year", year.map { String($0) })
        add("volume", volume)
        add("number", number)
        add("pages", pages?.replacing("-", with: "--"))
        add("doi", doi)
        add("version", version)
        return "@\(kind.rawValue){\(key),\n" + fields.map { "  \($0.name) = {\($0.value)},\n" }.joined() + "}\n"
    }

    /// `Love, M. I. and Huber, W.`
    private var names: String {
        authors.map { author in
            let parts = author.split(separator: " ")
            guard let initials = parts.last, parts.count > 1 else { return Self.escaped(author) }
            let given = initials.split(separator: "-").map { part in part.map { "\($0)." }.joined(separator: " ") }
            return Self.escaped(parts.dropLast().joined(separator: " ")) + ", " + given.joined(separator: "-")
        }.joined(separator: " and ")
    }

    /// Text for a program that knows ASCII alone.
    private static func escaped(_ text: String) -> String {
        text.map { character in
            switch character {
            case "å": "{\\aa}"
            case "α": "{$\\alpha$}"
            case "&", "%", "#", "_", "$": "\\\(character)"
            default: String(character)
            }
        }.joined()
    }
}
