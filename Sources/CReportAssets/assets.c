#include "report_assets.h"

// A trailing zero keeps an array from being empty; it is not counted.

// One script, in the order in which its parts use each other.
static const unsigned char script[] = {
#embed "page/payload.js"
    ,
#embed "page/words.js"
    ,
#embed "page/address.js"
    ,
#embed "page/pieces.js"
    ,
#embed "page/overview.js"
    ,
#embed "page/genes.js"
    ,
#embed "page/sets.js"
    ,
#embed "page/network.js"
    ,
#embed "page/compare.js"
    ,
#embed "page/quality.js"
    ,
#embed "page/start.js"
    ,
    0};
static const unsigned char style[] = {
#embed "page/page.css"
    , 0};
static const unsigned char licences[] = {
#embed "page/licences.txt"
    , 0};
static const unsigned char echarts[] = {
#if __has_embed("page/fetched/echarts.min.js.gz") == __STDC_EMBED_FOUND__
#embed "page/fetched/echarts.min.js.gz"
    ,
#endif
    0};
static const unsigned char tabulator[] = {
#if __has_embed("page/fetched/tabulator.min.js.gz") == __STDC_EMBED_FOUND__
#embed "page/fetched/tabulator.min.js.gz"
    ,
#endif
    0};
static const unsigned char cytoscape[] = {
#if __has_embed("page/fetched/cytoscape.min.js.gz") == __STDC_EMBED_FOUND__
#embed "page/fetched/cytoscape.min.js.gz"
    ,
#endif
    0};
static const unsigned char tabulator_style[] = {
#if __has_embed("page/fetched/tabulator.min.css") == __STDC_EMBED_FOUND__
#embed "page/fetched/tabulator.min.css"
    ,
#endif
    0};

#define ASSET(name, array) \
    ReportAsset name(void) { return (ReportAsset){array, sizeof(array) - 1}; }

ASSET(report_page_script, script)
ASSET(report_page_style, style)
ASSET(report_page_licences, licences)
ASSET(report_library_echarts, echarts)
ASSET(report_library_tabulator, tabulator)
ASSET(report_library_cytoscape, cytoscape)
ASSET(report_library_tabulator_style, tabulator_style)
