import ExpressionData
import Yams

extension InputError {
    /// What is wrong with a file's YAML, and where.
    init(_ error: YamlError, file: String) {
        if case .duplicatedKeysInMapping(let keys, _) = error {
            self.init(
                file: file, "\(listed(keys)) \(keys.count == 1 ? "stands" : "stand") there twice",
                remedy: "Keep one of them, or rename it.")
            return
        }
        let mark: Mark?
        let problem: String
        switch error {
        case .scanner(_, let text, let place, _), .parser(_, let text, let place, _),
            .composer(_, let text, let place, _):
            (mark, problem) = (place, text)
        case .reader(let text, _, _, _): (mark, problem) = (nil, text)
        default: (mark, problem) = (nil, "it could not be read")
        }
        self.init(
            file: file, line: mark?.line, column: mark.map { "\($0.column)" },
            "this is not valid YAML" + (problem.isEmpty ? "" : " (\(problem))"),
            remedy: "Look at this line and the one above: indent with blanks and never with tabs, put a blank behind "
                + "every `:`, close quotes and brackets, and put texts with `:` or `#` in quotes.")
    }
}

extension String {
    /// Without the byte order mark that some editors put in front, which the parser takes for content.
    var withoutMark: String { unicodeScalars.first == "\u{FEFF}" ? String(unicodeScalars.dropFirst()) : self }
}
