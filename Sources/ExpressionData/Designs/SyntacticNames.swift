/// Turns a name into one that R accepts without quotes, as R's `make.names` does.
///
/// Characters other than letters, digits, dots and underscores become dots; a
/// name that does not begin with a letter, or with a dot and no digit after it,
/// gets an `X` in front; R's reserved words get a dot at the end.
package func syntacticName(_ name: String) -> String {
    var scalars = String.UnicodeScalarView()
    for scalar in name.unicodeScalars {
        let isKept = DesignFormulaParser.continuesName(scalar)
        scalars.append(isKept ? scalar : ".")
    }
    var result = String(scalars)
    let first = scalars.first
    let second = scalars.dropFirst().first
    let beginsWell: Bool =
        switch first {
        case ".": second.map { $0.properties.numericType == nil } ?? true
        case let scalar?: DesignFormulaParser.beginsName(scalar)
        case nil: false
        }
    if !beginsWell { result = "X" + result }
    return reservedWords.contains(result) ? result + "." : result
}

private let reservedWords: Set<String> = [
    "if", "else", "repeat", "while", "function", "for", "next", "break", "in", "TRUE", "FALSE", "NULL", "Inf", "NaN",
    "NA", "NA_integer_", "NA_real_", "NA_character_", "NA_complex_",
]
