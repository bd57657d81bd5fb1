import ExpressionData

/// Names of genes that spreadsheets have changed or programs left empty.
package enum GeneNameRemarks {
    /// What to say of names, each given once.
    package static func remarks(on names: some Sequence<String>, file: String) -> [InputWarning] {
        var (dates, numbers, missing): ([String], [String], [String]) = ([], [], [])
        for name in names {
            if name.utf8.count > 12 { continue }
            if isDate(name) {
                dates.append(name)
            } else if isExponential(name) {
                numbers.append(name)
            } else if MissingValue.isCertain(name), !name.isEmpty {
                missing.append(name)
            }
        }
        var texts: [String] = []
        if !dates.isEmpty {
            texts.append(
                "\(counted(dates.count, "gene")) \(dates.count == 1 ? "is" : "are") called by a date "
                    + "(\(listed(dates, limit: 5))), as spreadsheets make of symbols such as MARCHF1 and SEPTIN2; "
                    + "export the names again, or use identifiers")
        }
        if !numbers.isEmpty {
            texts.append(
                "\(counted(numbers.count, "gene")) \(numbers.count == 1 ? "is" : "are") called by a number with an "
                    + "exponent (\(listed(numbers, limit: 5))), as spreadsheets make of identifiers such as "
                    + "2310009E13Rik; export the names again")
        }
        if !missing.isEmpty {
            texts.append(
                "\(counted(missing.count, "gene")) \(missing.count == 1 ? "is" : "are") called "
                    + "\(listed(missing)), which says that a name is missing; "
                    + "it counts as a gene of that name: leave the row out, or name the gene")
        }
        return texts.map { InputWarning(.warning, place: InputPlace(file: file), $0) }
    }

    /// `1-Mar`, `Sep-02`, `2-Sep`, `01/03/2001`, `2001-03-01`: a day with a month, in this or the other order.
    static func isDate(_ name: String) -> Bool {
        let parts = name.split(omittingEmptySubsequences: false) { "-/. ".contains($0) }.filter { !$0.isEmpty }
        guard (2...3).contains(parts.count) else { return false }
        let isNumber = parts.map { (1...4).contains($0.count) && $0.allSatisfy { ("0"..."9").contains($0) } }
        if parts.count == 3, isNumber.allSatisfy({ $0 }) {
            let lengths = parts.map(\.count)
            return (lengths[0] == 4 && lengths[1] <= 2 && lengths[2] <= 2)
                || (lengths[0] <= 2 && lengths[1] <= 2 && [2, 4].contains(lengths[2]) && !name.contains("."))
        }
        guard isNumber.count(where: { !$0 }) == 1, let month = isNumber.firstIndex(of: false), month < 2 else {
            return false
        }
        return months.contains(parts[month].lowercased())
    }

    /// `2.31E+13`: a digit, a point, digits, an exponent with its sign.
    static func isExponential(_ name: String) -> Bool {
        guard let e = name.firstIndex(where: { $0 == "E" || $0 == "e" }) else { return false }
        let mantissa = name[..<e].filter { $0 != "." && $0 != "," }
        let exponent = name[name.index(after: e)...]
        guard let sign = exponent.first, "+-".contains(sign) else { return false }
        let digits = [mantissa[...], exponent.dropFirst()]
        return digits.allSatisfy { !$0.isEmpty && $0.allSatisfy { ("0"..."9").contains($0) } }
    }

    /// Short names of months, in English and as other common languages have them otherwise.
    private static let months: Set<String> = [
        "jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "sept", "oct", "nov", "dec", "march", "april",
        "june", "july", "mrz", "mär", "mai", "okt", "dez", "mars", "avr", "juin", "juil", "août", "déc", "ene", "abr",
        "ago", "dic", "gen", "mag", "giu", "lug", "set", "ott",
    ]
}
