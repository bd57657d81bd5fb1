/// `values` with mean zero and (n − 1) variance one, after removing what `basis` explains.
///
/// - Parameter basis: Vectors that are themselves standardized and uncorrelated with each other.
/// - Precondition: There are more values than vectors in the basis, and the rest is not constant.
func standardized(_ values: [Double], uncorrelatedWith basis: [[Double]] = []) -> [Double] {
    let count = Double(values.count)
    let mean = values.reduce(0, +) / count
    var centred = values.map { $0 - mean }
    for vector in basis {
        let projection = sumOfProducts(centred, vector) / (count - 1)
        for index in centred.indices { centred[index] -= projection * vector[index] }
    }
    let deviation = (sumOfProducts(centred, centred) / (count - 1)).squareRoot()
    return centred.map { $0 / deviation }
}

/// The (n − 1) standard deviation.
func standardDeviation(_ values: [Double]) -> Double {
    let mean = values.reduce(0, +) / Double(values.count)
    let centred = values.map { $0 - mean }
    return (sumOfProducts(centred, centred) / Double(values.count - 1)).squareRoot()
}

/// Pearson's correlation.
package func correlation(_ x: [Double], _ y: [Double]) -> Double {
    sumOfProducts(standardized(x), standardized(y)) / Double(x.count - 1)
}

/// The rank of each value, from zero; equal values rank by position.
func ranks(of values: [Double]) -> [Int] {
    let order = values.indices.sorted { values[$0] != values[$1] ? values[$0] < values[$1] : $0 < $1 }
    var ranks = [Int](repeating: 0, count: values.count)
    for (rank, index) in order.enumerated() { ranks[index] = rank }
    return ranks
}

func sumOfProducts(_ x: [Double], _ y: [Double]) -> Double {
    var sum = 0.0
    for index in x.indices { sum += x[index] * y[index] }
    return sum
}
