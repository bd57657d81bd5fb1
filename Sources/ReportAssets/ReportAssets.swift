import CReportAssets

/// What the report's page is made of: our own script and style, and the libraries that draw in it.
package enum ReportAssets {
    package static var script: [UInt8] { bytes(report_page_script()) }

    /// The licences of the libraries, as text.
    package static var licences: [UInt8] { bytes(report_page_licences()) }
    package static var style: [UInt8] { bytes(report_page_style()) }

    /// A script by others.
    package struct Library: Sendable {
        package let name: String

        /// What it is, its version and its licence, as `ops/report-libraries` has pinned them.
        package let notice: String
        package let gzipped: [UInt8]
    }

    /// The libraries that draw; empty in a build that did not have them.
    package static var libraries: [Library] {
        [
            Library(
                name: "echarts", notice: "Apache ECharts 6.0.0 (Apache License 2.0)",
                gzipped: bytes(report_library_echarts())),
            Library(
                name: "tabulator", notice: "Tabulator 6.4.0 (MIT)", gzipped: bytes(report_library_tabulator())),
            Library(
                name: "cytoscape", notice: "Cytoscape.js 3.34.0 (MIT)", gzipped: bytes(report_library_cytoscape())),
        ].filter { !$0.gzipped.isEmpty }
    }

    package static var libraryStyle: [UInt8] { bytes(report_library_tabulator_style()) }

    private static func bytes(_ asset: ReportAsset) -> [UInt8] {
        Array(UnsafeBufferPointer(start: asset.bytes, count: asset.count))
    }
}
