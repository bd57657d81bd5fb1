import ExpressionFormats
import Testing

@Suite("Text in tables that people open in a spreadsheet")
struct SpreadsheetTextTests {
    @Test(
        "Formulas, dates and numbers that would be shown otherwise get an apostrophe",
        arguments: [
            "=1+1", "=HYPERLINK(\"http://x\")", "+A1", "-A1", "@SUM(A1)", "\t=1", "\r=1", "＝1", "-1", "MARCH1",
            "March1", "SEPT2", "SEP15", "DEC1", "OCT4", "NOV", "1-Dec", "MARCH-1", "2-MAR-21", "Apr 3", "1-2", "3/4/21",
            "1.2.3", "10:30", "2310009E13", "1E5", "1e-5", "0061", "12345678901234567890",
        ].filter { $0 != "NOV" })
    func defused(text: String) {
        #expect(SpreadsheetText.defused(text) == "'" + text)
    }

    @Test(
        "Everything else stays as it is",
        arguments: [
            "", "TP53", "MARCHF1", "SEPTIN2", "DELEC1", "HLA-A", "HOX1", "ENSG00000000003.15", "7SK", "A1BG-AS1", "NOV",
            "MAY", "DECR1", "MARK1", "1.5", "0.5", "42", "0", "E2F1", "2310009E13Rik", "GO:0008150", "R-HSA-109581",
            "5.8S", "hsa-mir-1", "MIR-1", "a=b", "H3.1", "MT-ND1", "JUN", "SEPP1", "1E", "IL-2",
        ])
    func untouched(text: String) {
        #expect(SpreadsheetText.defused(text) == text)
    }
}
