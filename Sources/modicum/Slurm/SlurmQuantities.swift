/// Numbers as Slurm writes them.
enum SlurmQuantities {
    /// Mebibytes of `4G`, `500M` or `500`; nil for what sbatch would not read, 0 for all that a node has.
    ///
    /// Slurm's units are powers of 1,024, and a number alone is in mebibytes.
    static func mebibytes(_ text: String) -> Int? {
        let digits = text.prefix { ("0"..."9").contains($0) }
        guard !digits.isEmpty, digits.count <= 12, let number = Int(digits) else { return nil }
        return switch text.dropFirst(digits.count).uppercased() {
        case "K": (number + 1_023) / 1_024
        case "", "M": number
        case "G": number << 10
        case "T": number << 20
        default: nil
        }
    }

    /// Seconds of a time limit: `MINUTES`, `MINUTES:SECONDS`, `HOURS:MINUTES:SECONDS`, `DAYS-HOURS`,
    /// `DAYS-HOURS:MINUTES` or `DAYS-HOURS:MINUTES:SECONDS`; `.max` for no limit, nil for anything else.
    static func seconds(_ text: String) -> Int? {
        if ["infinite", "unlimited"].contains(text.lowercased()) { return .max }
        let halves = text.split(separator: "-", omittingEmptySubsequences: false)
        guard let last = halves.last, halves.count <= 2 else { return nil }
        var fields: [Int] = []
        for field in last.split(separator: ":", omittingEmptySubsequences: false) {
            guard let number = count(field) else { return nil }
            fields.append(number)
        }
        if halves.count == 2 {
            guard let days = count(halves[0]), fields.count <= 3 else { return nil }
            fields += Array(repeating: 0, count: 3 - fields.count)
            return ((days * 24 + fields[0]) * 60 + fields[1]) * 60 + fields[2]
        }
        return switch fields.count {
        case 1: fields[0] * 60
        case 2: fields[0] * 60 + fields[1]
        case 3: (fields[0] * 60 + fields[1]) * 60 + fields[2]
        default: nil
        }
    }

    /// Short enough that no product of it overflows.
    private static func count(_ text: Substring) -> Int? {
        guard (1...9).contains(text.count), text.allSatisfy({ ("0"..."9").contains($0) }) else { return nil }
        return Int(text)
    }
}
