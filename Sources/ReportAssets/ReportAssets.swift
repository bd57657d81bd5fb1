import CReportAssets

/// What the report's page is made of: our own script and style, and the libraries that draw in it.
package enum ReportAssets {
    package static var script: [UInt8] { bytes(report_page_script()) }
    package static var style: [UInt8] { bytes(report_page_style()) }

    /// The libraries as gzipped scripts, by name; empty in a build that did not have them.
    package static var libraries: [(name: String, gzipped: [UInt8])] {
        [
            ("echarts", bytes(report_library_echarts())), ("tabulator", bytes(report_library_tabulator())),
            ("cytoscape", bytes(report_library_cytoscape())),
        ].filter { !$0.1.isEmpty }
    }

    package static var libraryStyle: [UInt8] { bytes(report_library_tabulator_style()) }

    private static func bytes(_ asset: ReportAsset) -> [UInt8] {
        Array(UnsafeBufferPointer(start: asset.bytes, count: asset.count))
    }
}
