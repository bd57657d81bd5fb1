import StatisticalKernels

/// The logarithm to base 10, with the same bits on every machine.
func logarithm(_ value: Double) -> Double { log(value) / 2.302_585_092_994_045_7 }

func power(_ base: Double, _ exponent: Double) -> Double { pow(base, exponent) }
