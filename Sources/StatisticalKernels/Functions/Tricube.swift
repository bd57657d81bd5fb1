/// Returns the tricube weight `(1 − d³)³` of a distance given as a share of the
/// bandwidth; 0 at the bandwidth and beyond.
func tricube(_ share: Double) -> Double {
    guard share < 1 else { return 0 }
    let rest = 1 - share * share * share
    return rest * rest * rest
}
