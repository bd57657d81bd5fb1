import ExpressionData

/// One field that should be a count, and where it stands.
struct CountField {
    let fileName: String
    let line: Int
    let gene: String
    let sample: String

    /// - Throws: `InputError` for what is not a whole number from 0 to 2^31 − 1.
    func count(
        _ text: UnsafeBufferPointer<UInt8>, fractions: CountTable.Fractions = .refused
    ) throws -> Int32 {
        if !NumberText.isMissing(text), let number = NumberText.double(text), number >= 0, number <= Double(Int32.max) {
            let whole = number.rounded(.toNearestOrEven)
            if whole == number || fractions == .rounded { return Int32(whole) }
        }
        throw refusal(of: text)
    }

    /// Why a field is not a count.
    private func refusal(of text: UnsafeBufferPointer<UInt8>) -> InputError {
        let field = text.string
        func error(_ problem: String) -> InputError {
            InputError(
                file: fileName, line: line, gene: gene, sample: sample, problem,
                remedy: "Raw counts are whole numbers from 0 to 2147483647.")
        }
        guard !NumberText.isMissing(text) else { return error("the count is missing") }
        guard let number = NumberText.double(text) else {
            if field == sample {
                return InputError(
                    file: fileName, line: line, "this is the header again, and not a gene",
                    remedy: "Remove the line; tables that are put together keep one header.")
            }
            var refusal = error("\"\(field)\" is not a count")
            if let fault = DecoratedNumbers.fault(of: field) {
                refusal.problem += ": " + fault
                refusal.remedy += " Write plain digits, without commas and signs."
            } else {
                refusal.remedy += " If \(sample) is not a sample, remove the column."
            }
            return refusal
        }
        if number < 0 { return error("the count \(field) is negative") }
        if number > Double(Int32.max) { return error("the count \(field) is above 2147483647") }
        var refusal = error("the count \(field) is not a whole number")
        refusal.remedy += " " + CountTable.remedyForFractions
        return refusal
    }
}
