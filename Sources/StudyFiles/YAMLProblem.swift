import ExpressionData
import Yams

extension InputError {
    /// What is wrong with a file's YAML, and where.
    init(_ error: YamlError, file: String) {
        let mark: Mark?
        let problem: String
        switch error {
        case .scanner(_, let text, let place, _), .parser(_, let text, let place, _),
            .composer(_, let text, let place, _):
            (mark, problem) = (place, text)
        case .reader(let text, _, _, _): (mark, problem) = (nil, text)
        case .duplicatedKeysInMapping(let keys, _):
            (mark, problem) = (nil, "\(listed(keys)) \(keys.count == 1 ? "stands" : "stand") there twice")
        default: (mark, problem) = (nil, "it could not be read")
        }
        self.init(
            file: file, line: mark?.line, column: mark.map { "\($0.column)" },
            "this is not valid YAML" + (problem.isEmpty ? "" : " (\(problem))"),
            remedy: "Look at this line and the one above: indent with blanks and never with tabs, put a blank behind "
                + "every `:`, close quotes and brackets, and put texts with `:` or `#` in quotes.")
    }
}
