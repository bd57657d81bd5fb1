import ExpressionData
import Testing

/// A sheet in which every combination of `a` and `b`, and of `b` and `c`, occurs.
func exampleSamples() -> SampleTable {
    func factor(_ text: String) -> SampleTable.Column.Values {
        .factor(Factor(text.split(separator: " ").map(String.init)))
    }
    return SampleTable(
        sampleNames: (1...12).map { "s\($0)" },
        columns: [
            .init(name: "a", values: factor("a1 a2 a3 a1 a2 a3 a1 a2 a3 a1 a2 a3")),
            .init(name: "b", values: factor("u u u u u u v v v v v v")),
            .init(name: "c", values: factor("p q q p q p p q p q q p")),
            .init(name: "x", values: .numeric([1, 2, 4, 3, 5, 1, 2, 6, 3, 7, 1, 2])),
            .init(name: "y", values: .numeric([0.5, 0.1, 0.7, 0.2, 0.9, 0.4, 0.3, 0.3, 0.8, 0.6, 0.2, 0.1])),
        ])
}

@Suite("Model matrices")
struct ModelMatrixTests {
    /// The columns of R 4.2.2's `model.matrix` for the sheet above, and for each
    /// the sum of value × row number, which tells apart all columns in play.
    /// Left out are formulas whose matrix has not full rank.
    @Test(
        "Columns and their order are R's",
        arguments: [
            ("~1", "(Intercept)", [78]),
            ("~a", "(Intercept),aa2,aa3", [78, 26, 30]),
            ("~0+a", "aa1,aa2,aa3", [22, 26, 30]),
            ("~a+b", "(Intercept),aa2,aa3,bv", [78, 26, 30, 57]),
            ("~0+a+b", "aa1,aa2,aa3,bv", [22, 26, 30, 57]),
            ("~b+a-1", "bu,bv,aa2,aa3", [21, 57, 26, 30]),
            ("~x+a", "(Intercept),x,aa2,aa3", [78, 254, 26, 30]),
            ("~0+x+a", "x,aa1,aa2,aa3", [254, 22, 26, 30]),
            ("~x", "(Intercept),x", [78, 254]),
            ("~0+x", "x", [254]),
            ("~a*b", "(Intercept),aa2,aa3,bv,aa2:bv,aa3:bv", [78, 26, 30, 57, 19, 21]),
            ("~0+a:b", "aa1:bu,aa2:bu,aa3:bu,aa1:bv,aa2:bv,aa3:bv", [5, 7, 9, 17, 19, 21]),
            ("~b+a:b", "(Intercept),bv,bu:aa2,bv:aa2,bu:aa3,bv:aa3", [78, 57, 7, 19, 9, 21]),
            ("~a+a:b", "(Intercept),aa2,aa3,aa1:bv,aa2:bv,aa3:bv", [78, 26, 30, 17, 19, 21]),
            ("~x*a", "(Intercept),x,aa2,aa3,x:aa2,x:aa3", [78, 254, 26, 30, 88, 69]),
            ("~x:a", "(Intercept),x:aa1,x:aa2,x:aa3", [78, 97, 88, 69]),
            ("~a+x:a", "(Intercept),aa2,aa3,aa1:x,aa2:x,aa3:x", [78, 26, 30, 97, 88, 69]),
            ("~x+x:a", "(Intercept),x,x:aa2,x:aa3", [78, 254, 88, 69]),
            ("~x*y", "(Intercept),x,y,x:y", [78, 254, 31.6, 123.4]),
            ("~0+x:a", "x:aa1,x:aa2,x:aa3", [97, 88, 69]),
            ("~a*b-a", "(Intercept),bv,aa2:bu,aa3:bu,aa2:bv,aa3:bv", [78, 57, 7, 9, 19, 21]),
            ("~b/a", "(Intercept),bv,bu:aa2,bv:aa2,bu:aa3,bv:aa3", [78, 57, 7, 19, 9, 21]),
            ("~b/x", "(Intercept),bv,bu:x,bv:x", [78, 57, 60, 194]),
            ("~b:a+a", "(Intercept),aa2,aa3,bv:aa1,bv:aa2,bv:aa3", [78, 26, 30, 17, 19, 21]),
            ("~0+b:x", "bu:x,bv:x", [60, 194]),
            ("~0+x+b:c", "x,bu:cp,bv:cp,bu:cq,bv:cq", [254, 11, 28, 10, 29]),
            ("~b+b:c+c:x", "(Intercept),bv,bu:cq,bv:cq,cp:x,cq:x", [78, 57, 10, 29, 84, 170]),
            ("~ b:c + b:x + c", "(Intercept),cq,bv:cp,bv:cq,bu:x,bv:x", [78, 39, 28, 29, 60, 194]),
        ] as [(String, String, [Double])])
    func columnsOfR(text: String, columns: String, checksums: [Double]) throws {
        let design = try Design(DesignFormula(parsing: text), samples: exampleSamples())
        let matrix = design.matrix
        let expected = columns.split(separator: ",").map {
            $0 == "(Intercept)" ? "Intercept" : syntacticName(String($0))
        }
        let renamed = expected.map { name in
            design.formula.hasIntercept ? Self.resultsNames[name] ?? name : name
        }
        #expect(matrix.columnNames == renamed)
        for (column, checksum) in checksums.enumerated() {
            let sum = (0..<12).reduce(0) { $0 + matrix[$1, column] * Double($1 + 1) }
            // Sums of a dozen decimals of at most 1e3: rounding stays far below 1e-9.
            #expect((sum - checksum).magnitude < 1e-9, "\(matrix.columnNames[column])")
        }
    }

    static let resultsNames = ["aa2": "a_a2_vs_a1", "aa3": "a_a3_vs_a1", "bv": "b_v_vs_u", "cq": "c_q_vs_p"]

    @Test("A reference level other than the first renames and recodes")
    func reference() throws {
        let samples = exampleSamples()
        guard case .factor(let b) = samples.column(named: "b")!.values else { return }
        let swapped = SampleTable(
            sampleNames: samples.sampleNames, columns: [.init(name: "b", values: .factor(b.withReference("v")))])
        let design = try Design(DesignFormula(parsing: "~ b"), samples: swapped)
        #expect(design.matrix.columnNames == ["Intercept", "b_u_vs_v"])
        #expect(design.matrix[0, 1] == 1 && design.matrix[11, 1] == 0)
        #expect(design.matrix.isSingleTwoLevelFactor)
    }

    @Test("Only a design of one two-level factor is marked as such", arguments: ["~ a", "~ x", "~ b + x", "~ 1"])
    func notSingleTwoLevelFactor(text: String) throws {
        #expect(try !Design(DesignFormula(parsing: text), samples: exampleSamples()).matrix.isSingleTwoLevelFactor)
    }

    @Test("Names that would clash are an error")
    func clash() throws {
        let samples = SampleTable(
            sampleNames: (1...6).map { "s\($0)" },
            columns: [.init(name: "f", values: .factor(Factor(["a", "a", "b-1", "b-1", "b.1", "b.1"])))])
        let error = #expect(throws: InputError.self) { try Design(DesignFormula(parsing: "~ f"), samples: samples) }
        #expect(error?.problem == "two coefficients would be named f_b.1_vs_a: fb-1 and fb.1")
    }
}
