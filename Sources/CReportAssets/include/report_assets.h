// The page of the report, and the libraries that draw in it, as bytes inside the executable.
#pragma once
#include <stddef.h>

typedef struct {
    const unsigned char *bytes;
    /// 0 for a library that was not there when this was built.
    size_t count;
} ReportAsset;

ReportAsset report_page_script(void);
ReportAsset report_page_style(void);
ReportAsset report_page_licences(void);

/// Gzipped JavaScript, fetched by ops/dependencies.
ReportAsset report_library_echarts(void);
ReportAsset report_library_tabulator(void);
ReportAsset report_library_cytoscape(void);

/// Plain CSS.
ReportAsset report_library_tabulator_style(void);
