import ExpressionData

/// An option that the command does not have, beside one that is missing.
///
/// The parser reports what is missing first, and a misspelt option is both.
struct UnknownOption {
    /// What to say before the parser's own words.
    let sentence: String

    /// Nil where the command has all options of the arguments.
    ///
    /// - Parameter mayBeValue: Whether a word behind one dash is an option also where it may be the value of one.
    init?(in arguments: [String], mayBeValue: Bool = false) {
        guard let command = CommandDescription(of: arguments) else { return nil }
        let known = ["help", "version"] + command.optionNames
        let isHelp = arguments.contains("-h") || arguments.contains("--help")
        if !isHelp, let word = Self.wordBehindOneDash(in: arguments, mayBeValue: mayBeValue) {
            let name = String(word.dropFirst().prefix { $0 != "=" })
            sentence = "Unknown option '-\(name)'" + Self.question(name, known)
            return
        }
        let names = arguments.lazy.prefix { $0 != "--" }.filter { $0.hasPrefix("--") }.map {
            String($0.dropFirst(2).prefix { $0 != "=" })
        }
        guard let unknown = names.first(where: { !known.contains($0) }) else { return nil }
        sentence = "Unknown option '--\(unknown)'" + Self.question(unknown, known)
    }

    /// The first word behind one dash, such as `-alpha`; nil where there is none.
    ///
    /// The parser takes that for several options of one letter, and any `h` among them for a wish for help, which ends
    /// well.
    ///
    /// - Parameter mayBeValue: Whether it counts behind an option, of which it may be the value, as in `--contrast -a`.
    static func wordBehindOneDash(in arguments: [String], mayBeValue: Bool) -> String? {
        let given = Array(arguments.prefix { $0 != "--" })
        let position = given.indices.first { position in
            let isWord = given[position].hasPrefix("-") && given[position].dropFirst().first?.isLetter == true
            guard isWord, given[position].utf8.count > 2, given[position] != "-help" else { return false }
            return mayBeValue || position == 0 || !given[position - 1].hasPrefix("--")
        }
        return position.map { given[$0] }
    }

    /// The option that was probably meant: of the same name, named otherwise by other programs, or spelt nearly so.
    private static func question(_ name: String, _ known: [String]) -> String {
        let meant =
            known.first { $0 == name } ?? peerNames[folded(name)]?.first(where: known.contains)
            ?? nearestName(to: name, among: known.filter { $0.count > 1 })
        return meant.map { ". Did you mean '--\($0)'?" } ?? "."
    }

    /// Without case, dashes and underscores, in which programs differ.
    private static func folded(_ name: String) -> String {
        name.lowercased().filter { $0 != "-" && $0 != "_" }
    }

    /// What arguments of DESeq2, GSEA, fgsea, GSEApy and of workflow programs are called here; of several names, the
    /// first that the command has.
    private static let peerNames: [String: [String]] = [
        "fittype": ["dispersion-trend"], "sftype": ["size-factors"], "althypothesis": ["alternative"],
        "minreplicatesforreplace": ["replace-outliers"], "modelmatrix": ["design-matrix"], "full": ["design"],
        "coldata": ["samples"], "countdata": ["counts"], "formula": ["design"], "type": ["shrink"],
        "nsub": ["transform-genes"],
        "blind": ["transform-blind"], "relevel": ["reference"], "ref": ["reference"], "name": ["coefficient"],
        "metadata": ["samples"], "sampletable": ["samples"], "input": ["counts", "ranks"], "gtf": ["annotation"],
        "rnk": ["ranks"], "stats": ["ranks"], "gmx": ["sets"], "gmt": ["sets"], "pathways": ["sets"],
        "genesets": ["sets"],
        "cls": ["phenotypes"], "res": ["expression"], "nperm": ["permutations"], "npermsimple": ["permutations"],
        "permunum": ["permutations"], "setmin": ["min-size"], "setmax": ["max-size"], "rndseed": ["seed"],
        "scoringscheme": ["weight"], "gseaparam": ["weight"], "rptlabel": ["out"], "output": ["out"], "outdir": ["out"],
        "o": ["out"], "cores": ["threads"], "cpus": ["threads"], "nproc": ["threads"], "jobs": ["threads"],
    ]

    /// The parser's message with the unknown option in front.
    func message(before text: String) -> String {
        let own = text.hasPrefix("Error: ") ? String(text.dropFirst(7)) : text
        let saysTheSame = own.hasPrefix("Unknown option")
        return sentence + "\n" + (saysTheSame ? own.drop { $0 != "\n" }.dropFirst() : own[...])
    }
}
