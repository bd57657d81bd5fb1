import ExpressionData

/// Samples grouped by identical model-matrix rows: what a design regards as replicates.
struct ReplicateCells: Sendable {
    /// The cell of each sample, numbered by first appearance.
    let cells: [Int]

    /// The samples of each cell, ascending.
    let members: [[Int]]

    /// The size of each sample's cell.
    let sizes: [Int]

    var cellSizes: [Int] { members.map(\.count) }

    init(of design: DesignMatrix) {
        var numbers: [[Double]: Int] = [:]
        var cells: [Int] = []
        var members: [[Int]] = []
        for sample in 0..<design.sampleCount {
            let row = (0..<design.columnCount).map { design[sample, $0] }
            let cell = numbers[row] ?? members.count
            if cell == members.count {
                numbers[row] = cell
                members.append([])
            }
            cells.append(cell)
            members[cell].append(sample)
        }
        self.cells = cells
        self.members = members
        sizes = cells.map { members[$0].count }
    }

    /// Cook's distances speak of an outlier only among this many replicates.
    static let fewestReplicates = 3

    /// Whether any cell is large enough for its outliers to be told.
    var hasReplicates: Bool { members.contains { $0.count >= Self.fewestReplicates } }
}
