/// Numbers as spreadsheets show them: with a decimal comma, commas between thousands, or a percent sign.
enum DecoratedNumbers: Equatable {
    /// All texts are numbers in one way of writing, and no other way reads them.
    case numbers([Double], style: Style)

    /// `1,234` alone may be 1.234 and 1234.
    case ambiguous(example: String)

    enum Style: String {
        case decimalComma = "decimal commas"
        case thousands = "commas between thousands"
        case percent = "percent signs"
        case typographicMinus = "minus signs that are no hyphens"
    }

    /// Reads a column, of which at least one text is no plain number; nil where not all are numbers.
    init?(_ texts: [String]) {
        if texts.contains(where: { $0.hasSuffix("%") }) {
            let bare = texts.map { $0.hasSuffix("%") ? trimmed(String($0.dropLast())) : $0 }
            if let values = Self.plain(bare) {
                self = .numbers(values, style: .percent)
                return
            }
            guard case .numbers(let values, _)? = Self(bare) else { return nil }
            self = .numbers(values, style: .percent)
            return
        }
        if texts.contains(where: Self.hasTypographicMinus) {
            guard let values = Self.plain(texts.map { Self.hasTypographicMinus($0) ? "-" + $0.dropFirst() : $0 }) else {
                return nil
            }
            self = .numbers(values, style: .typographicMinus)
            return
        }
        guard texts.contains(where: { $0.utf8.contains(comma) }) else { return nil }
        let isThousands = texts.allSatisfy { !$0.utf8.contains(comma) || Self.groups($0) != nil }
        let thousands = isThousands ? Self.plain(texts.map { $0.filter { $0 != "," } }) : nil
        let hasPoint = texts.contains { $0.utf8.contains(UInt8(ascii: ".")) }
        let decimals =
            !hasPoint && texts.allSatisfy { $0.utf8.count { $0 == comma } <= 1 }
            ? Self.plain(texts.map { String($0.map { $0 == "," ? "." : $0 }) }) : nil
        switch (thousands, decimals) {
        case (let values?, nil): self = .numbers(values, style: .thousands)
        case (nil, let values?): self = .numbers(values, style: .decimalComma)
        case (.some, .some): self = .ambiguous(example: texts.first { $0.utf8.contains(comma) } ?? "")
        case (nil, nil): return nil
        }
    }

    /// Whether a text is written as spreadsheets or word processors show numbers.
    static func isDecorated(_ text: String) -> Bool {
        text.contains(",") || text.hasSuffix("%") || hasTypographicMinus(text)
    }

    /// Whether a minus sign (U+2212) or an en dash stands in front.
    private static func hasTypographicMinus(_ text: String) -> Bool {
        text.hasPrefix("\u{2212}") || text.hasPrefix("\u{2013}")
    }

    /// What keeps one text from being a number, for a message; nil where nothing of this kind does.
    static func fault(of text: String) -> String? {
        switch Self([text]) {
        case .numbers(_, .decimalComma)?: "it has a decimal comma"
        case .numbers(_, .thousands)?: "it has commas between thousands"
        case .numbers(_, .percent)?: "it has a percent sign"
        case .numbers(_, .typographicMinus)?: "its minus sign is not the hyphen of the keyboard"
        case .ambiguous?: "its comma may stand for a decimal point or between thousands"
        case nil: nil
        }
    }

    private static func plain(_ texts: [String]) -> [Double]? {
        var values: [Double] = []
        for text in texts {
            guard let value = Array(text.utf8).withUnsafeBufferPointer({ NumberText.double($0) }) else { return nil }
            values.append(value)
        }
        return values
    }

    /// The number of groups of three digits behind commas; nil where the commas stand elsewhere.
    private static func groups(_ text: String) -> Int? {
        var digits = text[...]
        if let sign = digits.first, "+-".contains(sign) { digits = digits.dropFirst() }
        let parts = digits.prefix { $0 != "." }.split(separator: ",", omittingEmptySubsequences: false)
        guard parts.count > 1, (1...3).contains(parts[0].count), parts.dropFirst().allSatisfy({ $0.count == 3 }),
            parts.allSatisfy({ $0.allSatisfy { ("0"..."9").contains($0) } }), parts[0] != "0"
        else { return nil }
        return parts.count - 1
    }
}

private let comma = UInt8(ascii: ",")
