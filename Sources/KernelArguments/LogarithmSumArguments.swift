/// Many values under many rates, and where the sums of log(1 + rate·value) over the values go.
package struct LogarithmSumArguments {
    package var values: UnsafePointer<Double>
    package var valueCount: Int

    /// Eight times `groupCount` of them, aligned to 64. A sum is sound where 1 + rate·value is positive for every value.
    package var rates: UnsafePointer<Double>
    package var groupCount: Int

    /// One for each rate, aligned to 64.
    package var sums: UnsafeMutablePointer<Double>

    package init(
        values: UnsafePointer<Double>, valueCount: Int, rates: UnsafePointer<Double>, groupCount: Int,
        sums: UnsafeMutablePointer<Double>
    ) {
        self.values = values
        self.valueCount = valueCount
        self.rates = rates
        self.groupCount = groupCount
        self.sums = sums
    }
}
