extension Duration {
    /// In seconds with as many digits as a person reads: `0.58 s`, `15.2 s`, `60 s`, `240 s`.
    package var text: String {
        let (seconds, attoseconds) = components
        let digits = seconds < 10 ? 2 : seconds < 100 ? 1 : 0
        let unit = digits == 2 ? 10_000_000_000_000_000 : 100_000_000_000_000_000 as Int64
        let fraction = digits == 0 ? 0 : attoseconds / unit
        guard fraction > 0 else { return "\(seconds) s" }
        let zeros = digits == 2 && fraction < 10 ? "0" : ""
        return "\(seconds).\(zeros)\(fraction) s"
    }
}
