"""Tests of the report in a headless Chromium: every interaction, by its name.

A test names the lines of the page without which it must fail (`needs`); `--without-handlers` takes each of them out of a
copy of the page, and complains of a test that passes all the same.
"""

import csv
import math
import os
import re
import sys

from browser import Browser, Failure, Page

TESTS = []


def test(name, *needs, study="small"):
    def register(function):
        TESTS.append((name, function, needs, study))
        return function
    return register


def table(folder, name):
    with open(os.path.join(folder, name), newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


POWERS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻", "0123456789-")


def number(text):
    """A number as the page writes it."""
    text = text.replace(",", "").replace("−", "-")
    match = re.fullmatch(r"(-?[\d.]+) × 10([⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)", text)
    return float(match[1] + "e" + match[2].translate(POWERS)) if match else float(text)


def same(shown, stored):
    """Whether the page shows a stored number, rounded to three digits."""
    if stored in ("NA", "", "nan") or shown == "NA":
        return shown == "NA" and stored in ("NA", "", "nan")
    return float(f"{number(shown):.2e}") == float(f"{float(stored):.2e}")


def check_same(shown, stored, what):
    if not same(shown, stored):
        raise Failure(f"{what}: the page shows {shown}, the table has {stored}")


def significant(out, analysis="main.stir_volume"):
    return table(out, f"tables/genes.{analysis}.tsv")


def name_of(row):
    return row.get("symbol") or row["gene_id"]


def rows_shown(page):
    return page.value("table.getData('active').length")


SEARCH = 'search.addEventListener("input", () => made.setFilter(matches))'
ROW_CLICK = 'made.on("rowClick", (event, row) => select(row.getData()))'
ADDRESS = 'window.addEventListener("hashchange", () => { readAddress(); show(); })'


@test("Every section opens without an error, a warning or a request")
def opens(page, out):
    page.open("#overview")
    for section in ("overview", "genes", "sets", "network", "compare", "quality", "cohort", "methods"):
        page.click(f"document.querySelector('nav a[data-section={section}]')")
        page.wait(f"document.querySelector('section[data-section={section}] h2')")
        page.expect("document.querySelector('nav a[aria-current=page]').dataset.section === %r" % section)


@test("The menu leads to a section", 'onclick: (event) => { event.preventDefault(); go({ section: name')
def menu(page, out):
    page.open("#overview")
    page.value("document.querySelectorAll('nav a').forEach((link) => link.addEventListener('click', (event) => event.preventDefault()))")
    page.click("document.querySelector('nav a[data-section=cohort]')")
    page.wait("location.hash === '#cohort' && document.querySelector('#cohort-table')")


@test("The overview counts what the tables have, and leads to it")
def overview(page, out):
    page.open("#overview")
    for row, analysis in enumerate(("main.stir_volume", "cells.stir_composite")):
        genes, sets = significant(out, analysis), table(out, f"tables/sets.{analysis}.tsv")
        cells = page.value(f"[...document.querySelectorAll('#analyses tr')].find((row) => row.cells[0].textContent === "
                           f"'{analysis.replace('.', '/')}') && [...[...document.querySelectorAll('#analyses tr')].find((row) => "
                           f"row.cells[0].textContent === '{analysis.replace('.', '/')}').cells].map((cell) => cell.textContent)")
        expected = [sum(float(one["log2FoldChange"]) > 0 for one in genes), sum(float(one["log2FoldChange"]) < 0 for one in genes),
                    sum(float(one["NES"]) > 0 for one in sets), sum(float(one["NES"]) < 0 for one in sets),
                    sum(one["settled"] == "FALSE" for one in sets)]
        if [int(cell.replace(",", "")) for cell in cells[2:7]] != expected:
            raise Failure(f"{analysis}: the overview has {cells[2:7]}, the tables {expected}")
    page.click("document.querySelector('#analyses a.name')")
    page.wait("document.querySelector('#gene h3')")
    page.expect(f"document.querySelector('#gene h3').textContent.startsWith({name_of(significant(out)[0])!r})")


@test("Two entrances, for what was found and whether it was done right")
def entrances(page, out):
    page.open("#overview")
    page.click("#entrance-quality")
    page.wait("document.querySelector('section[data-section=quality]')")
    page.open("#overview")
    page.click("#entrance-results")
    page.wait("document.querySelector('section[data-section=genes]')")


@test("All numbers of genes in the page are those of the tables")
def gene_numbers(page, out):
    page.open("#genes/main/stir_volume")
    shown = page.value("[...document.querySelectorAll('#table .tabulator-row')].map((row) => "
                       "Object.fromEntries([...row.querySelectorAll('.tabulator-cell')].map((cell) => [cell.getAttribute('tabulator-field'), cell.textContent])))")
    stored = {row["gene_id"]: row for row in table(out, "main/stir_volume/results.stir_volume.tsv")}
    if len(shown) < 10:
        raise Failure("fewer than ten rows of the table are drawn")
    for row in shown:
        mine = stored[row["id"]]
        for column, name in (("mean", "baseMean"), ("lfc", "log2FoldChange"), ("stat", "stat"), ("p", "pvalueEmpirical"), ("q", "padjEmpirical")):
            check_same(row[column], mine[name], f"{row['id']} {name}")
    # And of all rows, also those that are not drawn.
    everything = page.value("table.getData().map((row) => [row.id, digits(row.mean), digits(row.lfc), probability(row.p === 1 ? NaN : -row.p), row.note])")
    for gene, mean, change, p, note in everything:
        mine = stored[gene]
        check_same(mean, mine["baseMean"], f"{gene} baseMean")
        check_same(change, mine["log2FoldChange"], f"{gene} log2FoldChange")
        check_same(p, mine["pvalueEmpirical"], f"{gene} pvalueEmpirical")
        if note != (mine["reason"] if mine["reason"] != "NA" else ""):
            raise Failure(f"{gene}: the page notes {note!r}, the table {mine['reason']!r}")
    if len(everything) != sum(row["baseMean"] != "NA" for row in stored.values()):
        raise Failure(f"the page has {len(everything)} genes")


@test("All numbers of gene sets in the page are those of the tables")
def set_numbers(page, out):
    page.open("#sets/cells/stir_intensity")
    shown = page.value("table.getData().map((row) => [row.name, String(row.size), digits(row.nes), probability(-row.p), probability(-row.q), probability(row.low), probability(row.high), row.settled])")
    stored = {row["name"]: row for row in table(out, "cells/stir_intensity/gene_sets.tsv")}
    for name, size, nes, p, q, low, high, settled in shown:
        mine = stored[name]
        for text, column in ((size, "size"), (nes, "NES"), (p, "pvalue"), (q, "fdr"), (low, "fdrLow"), (high, "fdrHigh")):
            check_same(text, mine[column], f"{name} {column}")
        if (settled == "yes") != (mine["settled"] == "TRUE"):
            raise Failure(f"{name}: settled {settled}")


@test("Counts of a significant gene are its normalized counts")
def gene_counts(page, out):
    row = significant(out)[0]
    page.open("#genes/main/stir_volume/" + name_of(row))
    shown = page.value("(() => { const chart = charts.find((one) => one.getDom().id === 'counts'); return chart.getOption().series[0].data.map((point) => point[1] - 0.5); })()")
    mean = sum(shown) / len(shown)
    if abs(mean / float(row["baseMean"]) - 1) > 0.005:
        raise Failure(f"the counts' mean is {mean}, the table's {row['baseMean']}")


@test("A search leaves the genes that fit", SEARCH)
def search(page, out):
    page.open("#genes/main/stir_volume")
    name = name_of(significant(out)[2])
    page.click("#search")
    page.type(name.lower())
    page.wait(f"table.getData('active').length > 0 && table.getData('active').every((row) => (row.gene + row.id).toLowerCase().includes({name.lower()!r}))")
    page.expect("document.querySelector('#shown').textContent.startsWith(table.getData('active').length.toLocaleString('en-US') + ' row')")


@test("A column's filter leaves the genes that fit", 'headerFilter: c.search ? "input" : undefined')
def column_filter(page, out):
    page.open("#genes/main/stir_volume")
    page.click("document.querySelector('.tabulator-col[tabulator-field=biotype] input')")
    page.type("lncrna")
    page.wait("table.getData('active').length > 0 && table.getData('active').every((row) => row.biotype === 'lncRNA')")


@test("A click on a column's head sorts by it", 'sorter: c.search ? "string" : "number"')
def sort(page, out):
    page.open("#genes/main/stir_volume")
    for order in ("asc", "desc"):
        page.click("document.querySelector('.tabulator-col[tabulator-field=lfc] .tabulator-col-title')")
        page.wait("table.getSorters()[0]?.field === 'lfc' && table.getSorters()[0].dir === %r" % order)
        sign = 1 if order == "asc" else -1
        page.expect("table.getRows('active').map((row) => row.getData().lfc).every((value, index, all) => index === 0 || %d * (value - all[index - 1]) >= 0)" % sign)


@test("A rectangle drawn over the volcano leaves its genes in the table", 'plot.on("brushSelected"')
def brush(page, out):
    page.open("#genes/main/stir_volume")
    all_rows = rows_shown(page)
    page.value("charts.find((one) => one.getDom().id === 'cloud').dispatchAction({ type: 'takeGlobalCursor', key: 'brush', brushOption: { brushType: 'rect' } })")
    x, y = page.point("cloud", 1, 0)
    page.drag((x - 12, y - 12), (x + 12, y + 12))
    page.wait(f"table.getData('active').length > 0 && table.getData('active').length < {all_rows} / 2")
    first = page.value("charts.find((one) => one.getDom().id === 'cloud').getOption().series[1].data[0]")
    gene = (first["value"] if isinstance(first, dict) else first)[2]
    page.expect(f"table.getData('active').some((row) => row.row === {gene})")
    page.value("charts.find((one) => one.getDom().id === 'cloud').dispatchAction({ type: 'brush', areas: [] })")
    page.wait(f"table.getData('active').length === {all_rows}")


@test("A click on a point shows the gene's counts", 'plot.on("click", (item) => { if (item.value) go({ gene: item.value[2] }); })')
def point(page, out):
    page.open("#genes/main/stir_volume")
    value = page.value("(() => { const one = charts.find((each) => each.getDom().id === 'cloud').getOption().series[2].data[0]; return (one.value ?? one)[2]; })()")
    page.click_at(*page.point("cloud", 2, 0))
    page.wait(f"state.gene === {value} && document.querySelector('#gene h3').textContent.startsWith(run.labels[{value}])")
    page.expect("location.hash.endsWith('/' + encodeURIComponent(run.labels[state.gene]))")


@test("A click on a row shows the gene, and the search stays", ROW_CLICK)
def row_click(page, out):
    page.open("#genes/main/stir_volume")
    page.click("#search")
    page.type("QW")
    page.wait("table.getData('active').length > 1 && table.getData('active').length < 500")
    left = rows_shown(page)
    page.click("document.querySelectorAll('#table .tabulator-row')[1].querySelector('.tabulator-cell')")
    page.wait("state.gene === table.getRows('active')[1].getData().row")
    page.expect("document.querySelector('#gene h3').textContent.startsWith(run.labels[state.gene])")
    page.expect(f"document.querySelector('#search').value === 'QW' && table.getData('active').length === {left}")


@test("The gene's counts stand against any covariate, coloured by any", '(covariate) => go({ covariate })', '(colour) => go({ colour: colour || null })')
def covariate(page, out):
    page.open("#genes/main/stir_volume")
    page.choose("#covariate", "batch")
    page.wait("charts.find((one) => one.getDom().id === 'counts')?.getOption().xAxis[0].name === 'batch'")
    page.choose("#colour", "gender")
    page.wait("charts.find((one) => one.getDom().id === 'counts')?.getOption().series.map((one) => one.name).join() === 'F,M'")
    page.choose("#covariate", "age")
    page.wait("charts.find((one) => one.getDom().id === 'counts')?.getOption().xAxis[0].name === 'age'")
    page.expect("charts.find((one) => one.getDom().id === 'counts').getOption().series.reduce((sum, one) => sum + one.data.length, 0) === run.samples.length")


@test("Volcano and MA plot take turns", '(plot) => go({ plot })')
def plots(page, out):
    page.open("#genes/main/stir_volume")
    page.choose("#plot", "MA")
    page.wait("charts.find((one) => one.getDom().id === 'cloud').getOption().xAxis[0].type === 'log'")


@test("Another analysis changes every number", '(value) => go({ analysis: Number(value) })')
def switch(page, out):
    page.open("#genes/main/stir_volume")
    page.choose("#analysis", "cells/stir_composite")
    page.wait("location.hash === '#genes/cells/stir_composite'")
    best = significant(out, "cells.stir_composite")[0]
    page.wait(f"document.querySelector('#table .tabulator-row .tabulator-cell')?.textContent === {name_of(best)!r}")
    # And is remembered in the other sections.
    page.click("document.querySelector('nav a[data-section=sets]')")
    page.wait("document.querySelector('#analysis')?.selectedOptions[0].textContent === 'cells/stir_composite'")


@test("A gene leads to the enriched sets that hold it", 'chip(sets.names[set], () => go({ section: "sets", set }))')
def gene_to_set(page, out):
    best = table(out, "tables/sets.main.stir_intensity.tsv")[0]
    page.open("#genes/main/stir_intensity/" + best["leadingEdgeGenes"].split(",")[0])
    page.click("document.querySelector('#gene-sets button')")
    page.wait("state.set !== null && document.querySelector('section[data-section=sets] #set h3')?.textContent === run.analyses[state.analysis].sets.names[state.set]")


@test("A row of the sets opens its running sum and leading edge", ROW_CLICK)
def open_set(page, out):
    page.open("#sets/main/stir_intensity")
    second = table(out, "tables/sets.main.stir_intensity.tsv")[1]
    page.click("#search")
    page.type(second["name"])
    page.wait("table.getData('active').length === 1")
    page.click("document.querySelector('#table .tabulator-row .tabulator-cell')")
    page.wait(f"document.querySelector('#set h3').textContent === {second['name']!r}")
    edge = page.value("[...document.querySelectorAll('#edge .chip')].map((chip) => chip.textContent)")
    if sorted(edge) != sorted(second["leadingEdgeGenes"].split(",")):
        raise Failure(f"the leading edge is {edge}")
    sums = page.value("charts.find((one) => one.getDom().id === 'running').getOption().series[0].data.map((point) => point[1])")
    peak = max(sums, key=abs)
    if abs(peak - float(second["ES"])) > 0.002:
        raise Failure(f"the running sum's peak is {peak}, the score {second['ES']}")
    page.expect(f"charts.find((one) => one.getDom().id === 'heatmap').getOption().yAxis[0].data.length === {min(len(edge), 50)}")


@test("A gene of the leading edge leads to its counts", 'chip(sets.genes[rank], () => go({ section: "genes", gene }))')
def edge_to_gene(page, out):
    page.open("#sets/main/stir_intensity")
    name = page.value("document.querySelector('#edge .chip').textContent")
    page.click("document.querySelector('#edge .chip')")
    page.wait(f"document.querySelector('section[data-section=genes] #gene h3')?.textContent.startsWith({name!r})")


@test("A row of the heat map leads to its gene", 'made.started().on("click", (item) => go({ section: "genes", gene: known[item.value[1]] }))')
def heatmap(page, out):
    page.open("#sets/main/stir_intensity")
    page.value("document.querySelector('#heatmap').scrollIntoView({ block: 'center' })")
    x, y, name = page.value("(() => { const chart = charts.find((one) => one.getDom().id === 'heatmap'); const box = chart.getDom().getBoundingClientRect(); const [x, y] = chart.convertToPixel({ seriesIndex: 0 }, [3, 1]); return [box.x + x, box.y + y, chart.getOption().yAxis[0].data[1]]; })()")
    page.click_at(x, y)
    page.wait(f"document.querySelector('section[data-section=genes] #gene h3')?.textContent.startsWith({name!r})")


@test("A set leads to those it shares genes with", '" (" + one.shared + ")", () => go({ set: one.other }))')
def overlapping(page, out):
    page.open("#sets/main/stir_intensity")
    text = page.value("document.querySelector('#overlaps .chip').textContent")
    page.click("document.querySelector('#overlaps .chip')")
    page.wait("document.querySelector('#set h3').textContent + ' ' === " + repr(re.sub(r"\(\d+\)$", "", text)))


@test("The network has the sets, lines and clusters of its tables")
def network_content(page, out):
    page.open("#network/main/stir_intensity")
    nodes, edges = table(out, "network/main.stir_intensity.nodes.tsv"), table(out, "network/main.stir_intensity.edges.tsv")
    page.wait("graph !== null")
    page.expect(f"graph.nodes('[?set]').length === {len(nodes)} && graph.edges().length === {len(edges)}")
    page.choose("#network-choice", "all analyses")
    page.wait(f"state.network === 'all analyses' && graph?.nodes('[?set]').length === {len(table(out, 'network/all.nodes.tsv'))}")


@test("A click on a cluster's name shows it alone", 'graph.fit(graph.nodes().filter((node) => node.data("cluster") === cluster.index), 60)')
def cluster(page, out):
    page.open("#network/all analyses")
    page.wait("graph !== null")
    page.value("globalThis.before = JSON.stringify(graph.extent())")
    page.click("document.querySelector('#clusters button')")
    page.wait("JSON.stringify(graph.extent()) !== before")
    page.click("#network-fit")
    page.wait("JSON.stringify(graph.extent()) === before")


@test("A click on a set of the network shows the set", 'graph.on("tap", "node[?set]"')
def network_to_set(page, out):
    page.open("#network/main/stir_intensity")
    page.wait("graph !== null")
    x, y, name = page.value("(() => { graph.container().scrollIntoView({ block: 'center' }); const node = graph.nodes('[?set]')[0], box = graph.container().getBoundingClientRect(), at = node.renderedPosition(); return [box.x + at.x, box.y + at.y, node.data('name')]; })()")
    page.click_at(x, y)
    page.wait(f"document.querySelector('#set h3')?.textContent === {name!r}")


@test("The sliders hide weak lines and sets", 'similarity[1].addEventListener("input", filter)', 'strength[1].addEventListener("input", filter)')
def sliders(page, out):
    page.open("#network/all analyses")
    page.wait("graph !== null")
    page.slide("#similarity", "0.9")
    page.wait("graph.edges().every((edge) => edge.hasClass('hidden') === (edge.data('similarity') < 0.9)) && graph.edges('.hidden').length > 0")
    page.slide("#similarity", "0")
    middle = sorted(page.value("graph.nodes('[?set]').map((node) => node.data('q'))"))[5]
    page.slide("#q-limit", str(math.ceil(middle * 10) / 10))
    page.wait("graph.nodes('[?set]').every((node) => node.hasClass('hidden') === (node.data('q') < Number(document.querySelector('#q-limit').value))) && graph.nodes('.hidden').length > 0")


@test("The network is saved as PNG, SVG and cyjs", 'id: "network-png", onclick', 'id: "network-svg", onclick', 'id: "network-cyjs", onclick')
def network_files(page, out):
    page.open("#network/all analyses")
    page.wait("graph !== null")
    name, content = page.downloaded(lambda: page.click("#network-png"))
    if name != "network.all.png" or content[:4] != b"\x89PNG":
        raise Failure(f"{name} is no PNG")
    name, content = page.downloaded(lambda: page.click("#network-svg"))
    with open(os.path.join(out, "figures/network.all.svg"), "rb") as file:
        if content != file.read():
            raise Failure("the network's SVG is not the figure")
    name, content = page.downloaded(lambda: page.click("#network-cyjs"))
    if name != "network.all.cyjs" or b'"elements"' not in content:
        raise Failure(f"{name} is no network")


@test("A combination of analyses shows its genes", "chip(grouped(region[1].length), () => show(region))", 'id: "members-download", onclick')
def region(page, out):
    page.open("#compare/main/stir_volume")
    text = page.value("document.querySelector('#regions tr:nth-child(2)').textContent")
    page.click("document.querySelector('#regions tr:nth-child(2) button')")
    page.wait("document.querySelectorAll('#members .chip').length > 0")
    names = text.lstrip("0123456789,").split(", ")
    rows = table(out, "tables/genes_by_analysis.tsv")
    expected = {row.get("symbol") or row["gene_id"] for row in rows if row["significant_in"].split("; ") == names}
    shown = set(page.value("[...document.querySelectorAll('#members .chip')].map((chip) => chip.textContent)"))
    if shown != expected:
        raise Failure(f"{names}: the page shows {shown}, the table has {expected}")
    name, content = page.downloaded(lambda: page.click("#members-download"))
    if len(content.decode().splitlines()) != 1 + len(expected):
        raise Failure(f"{name} has {content.decode()!r}")


@test("Statistics of one analysis stand against those of another", '(value) => go({ other: Number(value) })', 'made.started().on("click", (item) => { if (item.value?.[2] !== undefined)')
def statistics(page, out):
    page.open("#compare/main/stir_volume")
    page.choose("#other", "cells/stir_volume")
    page.wait("charts.find((one) => one.getDom().id === 'statistics')?.getOption().yAxis[0].name === 'z, cells/stir_volume'")
    one, two = ({row["gene_id"] for row in significant(out, name)} for name in ("main.stir_volume", "cells.stir_volume"))
    page.expect(f"document.querySelector('#gained').textContent.startsWith('{len(one & two)} gene')")
    gene = page.value("charts.find((one) => one.getDom().id === 'statistics').getOption().series[1].data[0][2]")
    page.click_at(*page.point("statistics", 1, 0))
    page.wait(f"state.section === 'genes' && state.gene === {gene}")


@test("Components of the samples: any axes, any covariate", '(value) => go({ axes: [Number(value), state.axes[1]] })', '(value) => go({ axes: [state.axes[0], Number(value)] })', '(colour) => go({ colour })))')
def components(page, out):
    page.open("#quality")
    page.wait("charts.find((one) => one.getDom().id === 'pca')")
    page.value("globalThis.option = () => charts.find((one) => one.getDom().id === 'pca')?.getOption()")
    page.choose("#axis-x", page.value("document.querySelector('#axis-x').options[2].textContent"))
    page.wait("option()?.xAxis[0].name.startsWith('PC3')")
    page.choose("#axis-y", page.value("document.querySelector('#axis-y').options[0].textContent"))
    page.wait("option()?.yAxis[0].name.startsWith('PC1')")
    # Not the one that is chosen at first.
    page.choose("#colour", "gender")
    page.wait("option()?.series.map((one) => one.name).join() === 'F,M'")


@test("Quality shows what was left out and the nulls, of the analysis chosen")
def quality(page, out):
    page.open("#quality/main/stir_volume")
    rows = [row for row in table(out, "tables/left_out.tsv") if row["analysis"] == "main/stir_volume"]
    shown = page.value("[...document.querySelectorAll('#left-out tr')].slice(1).map((row) => [...row.cells].map((cell) => cell.textContent))")
    if [(reason, int(count.replace(",", ""))) for reason, count in shown] != [(row["reason"], int(row["genes"])) for row in rows]:
        raise Failure(f"left out: {shown}")
    page.expect("document.querySelector('figure[data-figure=\"z.main.stir_volume\"] svg')")
    for row in table(out, "tables/empirical_null.tsv"):
        cells = page.value(f"[...[...document.querySelectorAll('#nulls tr')].find((row) => row.cells[0].textContent === {row['analysis']!r}).cells].map((cell) => cell.textContent)")
        for text, column in zip(cells[1:], ("sd", "eta0", "cutoff")):
            check_same(text, row[column], f"{row['analysis']} {column}")


@test("The cohort's table is the one on disk")
def cohort(page, out):
    page.open("#cohort")
    with open(os.path.join(out, "tables/cohort.tsv")) as file:
        stored = [line.split("\t") for line in file.read().splitlines()]
    shown = page.value("[...document.querySelectorAll('#cohort-table tr')].map((row) => [...row.cells].map((cell) => cell.textContent))")
    if shown != stored:
        raise Failure("the cohort's table differs")


@test("Dark and light take turns, and the system decides first", 'onclick: () => setTheme(isDark() ? "light" : "dark")', 'system.addEventListener("change"')
def dark(page, out):
    page.open("#genes")
    before = page.value("getComputedStyle(document.body).backgroundColor")
    page.click("#theme")
    page.wait(f"document.documentElement.dataset.theme === 'dark' && getComputedStyle(document.body).backgroundColor !== {before!r}")
    page.expect("charts.find((one) => one.getDom().id === 'cloud').getOption().xAxis[0].axisLabel.color === '#e8e8e6'")
    page.click("#theme")
    page.wait("document.documentElement.dataset.theme === 'light'")
    page.send("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": "dark"}])
    page.wait("document.documentElement.dataset.theme === 'dark'")
    page.send("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": "light"}])
    page.wait("document.documentElement.dataset.theme === 'light'")


@test("Paper gets overview, figures and methods, on white, and the page is as before", 'window.addEventListener("beforeprint", printAll)', 'id: "print", onclick', 'window.addEventListener("afterprint"')
def printing(page, out):
    page.open("#genes/main/stir_volume")
    page.click("#theme")
    page.wait("isDark()")
    page.value("globalThis.asked = 0, window.print = () => { asked += 1; }, window.addEventListener('beforeprint', () => { globalThis.printed = [document.documentElement.dataset.theme, ...[...document.querySelectorAll('#main section')].map((one) => one.dataset.section)]; })")
    page.click("#print")
    page.wait("asked === 1")
    data = page.send("Page.printToPDF")["data"]
    page.wait("globalThis.printed")
    page.expect("printed.join() === 'light,overview,compare,quality,cohort,methods'", str(page.value("printed")))
    if len(data) < 20_000:
        raise Failure("the PDF is nearly empty")
    page.wait("document.querySelector('section[data-section=genes] #cloud') && document.querySelectorAll('#main section').length === 1 && isDark()")
    page.send("Emulation.setEmulatedMedia", media="print")
    page.expect("getComputedStyle(document.querySelector('nav')).display === 'none' && getComputedStyle(document.querySelector('.bar')).display === 'none'")
    page.send("Emulation.setEmulatedMedia", media="screen")


@test("Every state has an address; back and forward work", ADDRESS)
def addresses(page, out):
    gene, chosen = name_of(significant(out)[1]), table(out, "tables/sets.main.stir_intensity.tsv")[2]["name"]
    page.open("#overview")
    page.value(f"location.hash = '#genes/main/stir_volume/' + encodeURIComponent({gene!r})")
    page.wait(f"document.querySelector('#gene h3')?.textContent.startsWith({gene!r})")
    page.value(f"location.hash = '#sets/main/stir_intensity/' + encodeURIComponent({chosen!r})")
    page.wait(f"document.querySelector('#set h3')?.textContent === {chosen!r}")
    page.value("history.back()")
    page.wait(f"document.querySelector('#gene h3')?.textContent.startsWith({gene!r})")
    page.value("history.forward()")
    page.wait(f"document.querySelector('#set h3')?.textContent === {chosen!r}")
    for broken in ("#genes/nowhere/nothing", "#%E0%A4%A", "#sets/main/stir_volume/none", "#nowhere", "#network/nothing"):
        page.open(broken)
        page.expect("document.querySelector('#main h2')")


@test("An address written as people read it leads to its gene", "async function start()")
def plain_address(page, out):
    gene = name_of(significant(out)[1])
    page.open(f"#genes/main/stir_volume/{gene}")
    page.expect(f"document.querySelector('#gene h3').textContent.startsWith({gene!r})")


@test("A table is saved as it is shown", 'id: "download", onclick')
def save_table(page, out):
    page.open("#genes/main/stir_volume")
    page.click("#search")
    page.type("LINCQ")
    page.wait("table.getData('active').length > 0 && table.getData('active').length < 2000")
    left = rows_shown(page)
    name, content = page.downloaded(lambda: page.click("#download"))
    lines = content.decode().splitlines()
    if name != "genes.main.stir_volume.tsv" or len(lines) != left + 1 or not all("LINCQ" in line for line in lines[1:]):
        raise Failure(f"{name} has {len(lines)} lines of {left}")


@test("A chart is saved as picture and as data, and a figure as the file it is", 'class: "save-svg", onclick: () => saveDrawing', 'class: "save-data", onclick', 'class: "save-svg", onclick: () => save(name')
def save_charts(page, out):
    page.open("#genes/main/stir_volume")
    name, content = page.downloaded(lambda: page.click("document.querySelector('#counts').closest('figure').querySelector('.save-svg')"))
    if name != "counts.svg" or b"<svg" not in content:
        raise Failure(f"{name} is no picture")
    name, content = page.downloaded(lambda: page.click("document.querySelector('#counts').closest('figure').querySelector('.save-data')"))
    if len(content.decode().splitlines()) != 1 + page.value("run.samples.length"):
        raise Failure(f"{name} has {content.decode()!r}")
    page.open("#quality/main/stir_volume")
    name, content = page.downloaded(lambda: page.click("document.querySelector('figure[data-figure=distances] .save-svg')"))
    with open(os.path.join(out, "figures/distances.svg"), "rb") as file:
        if content != file.read():
            raise Failure(f"{name} is not the figure")


@test("A chart fills the screen", 'class: "full-size", onclick')
def full_size(page, out):
    page.open("#genes/main/stir_volume")
    page.click("document.querySelector('#cloud').closest('figure').querySelector('.full-size')")
    page.wait("document.fullscreenElement?.querySelector('#cloud')")
    page.value("document.exitFullscreen()")
    page.wait("!document.fullscreenElement")


@test("The methods are saved as text", 'id: "copy-methods", onclick')
def methods(page, out):
    page.open("#methods")
    name, content = page.downloaded(lambda: page.click("#copy-methods"))
    shown = page.value("[...document.querySelectorAll('.method')].map((one) => one.textContent)")
    if not all(paragraph in content.decode() for paragraph in shown) or "Love MI" not in content.decode():
        raise Failure("the text is not that of the page")
    page.expect("document.querySelector('#run-command').textContent.startsWith('modicum run ')")


@test("All by keyboard: the menu, a table's rows, how to read", 'body.addEventListener("keydown"')
def keyboard(page, out):
    page.open("#overview")
    page.value("document.querySelector('nav a[data-section=genes]').focus()")
    page.key("Enter", 13, "\r")
    page.wait("document.querySelector('section[data-section=genes] #table')")
    page.value("document.querySelector('#table').focus()")
    page.expect("getComputedStyle(document.activeElement).outlineStyle !== 'none'")
    page.key("ArrowDown", 40)
    page.key("ArrowDown", 40)
    page.key("ArrowDown", 40)
    page.key("ArrowUp", 38)
    page.wait("table.getSelectedData()[0]?.row === table.getRows('active')[1].getData().row")
    page.key("Enter", 13, "\r")
    page.wait("state.gene === table.getRows('active')[1].getData().row")
    page.value("document.querySelector('.reading summary').focus()")
    page.key("Enter", 13, "\r")
    page.wait("document.querySelector('.reading').open")


@test("Charts follow the window, and nothing is wider than it", 'new ResizeObserver(() => {')
def resize(page, out):
    page.open("#genes/main/stir_volume")
    wide = page.value("charts[0].getWidth()")
    page.resize(800, 1000)
    page.wait(f"charts[0].getWidth() !== {wide} && charts[0].getWidth() === charts[0].getDom().clientWidth")
    for section in ("overview", "genes", "sets", "network", "compare", "quality", "cohort", "methods"):
        page.open("#" + section)
        page.expect("document.documentElement.scrollWidth <= 800", section)
    page.resize(1400, 1000)


@test("The look-up stands by its genes")
def look_up(page, out):
    row = table(out, "tables/look_up.tsv")[0]
    gene = row.get("symbol") or row.get("gene") or next(iter(row.values()))
    page.open("#genes/main/stir_volume/" + gene)
    page.expect("document.querySelector('#evidence').textContent.length > 12")


@test("Markup, quotes and formulas in names are text", study="unfriendly")
def unfriendly_names(page, out):
    for section in ("overview", "genes", "sets", "network", "compare", "quality", "cohort", "methods"):
        page.open("#" + section)
        page.expect("document.querySelectorAll('#main b, #main i, #main u, #main em, #main img, #main section script').length === 0", section)
        page.expect("!document.title.includes('taken')")
    page.open("#genes")
    shown = page.value("table.getData().map((row) => row.gene)")
    for name in ("<b>bold</b>", "<img src=x onerror=alert(1)>", "=cmd|'/C calc'!A0", "O'Neill \"the\" gene", "a&amp;b", "${run.title}"):
        if name not in shown:
            raise Failure(f"{name} is not in the page")
        page.value(f"go({{ gene: run.labels.indexOf({name!r}) }})" if "\"" not in name else f"go({{ gene: run.labels.findIndex((one) => one.includes('the')) }})")
        page.wait(f"document.querySelector('#gene h3').textContent.startsWith(run.labels[state.gene])")
    page.expect("[...document.querySelectorAll('#table .tabulator-cell')].some((cell) => cell.textContent === '<b>bold</b>' || cell.textContent.includes('<'))")


@test("A gene whose name has signs of an address is found by it", ADDRESS, study="unfriendly")
def unfriendly_addresses(page, out):
    page.open("#overview")
    for name in ("#genes/main/x", "50%", "a&amp;b", "<b>bold</b>"):
        page.value(f"location.hash = '#genes/main/dose/' + encodeURIComponent({name!r})")
        page.wait(f"document.querySelector('#gene h3')?.textContent.startsWith({name!r})")


@test("Names that a spreadsheet would carry out are saved harmless", '(run.disguised.has(value) ? "\'" + value : String(value))', study="unfriendly")
def disguised(page, out):
    page.open("#genes")
    _, content = page.downloaded(lambda: page.click("#download"))
    names = [line.split("\t")[0] for line in content.decode().splitlines()]
    for name in ("'=cmd|'/C calc'!A0", "'@SUM(A1)", "'MARCH1"):
        if name not in names:
            raise Failure(f"{name} is not in the saved table")


@test("One analysis and six samples are shown without the others' parts", study="unfriendly")
def few(page, out):
    page.expect_sections("overview genes sets network quality cohort methods")
    page.open("#compare")
    page.expect("document.querySelector('section').dataset.section === 'overview'", "there is nothing to compare")
    page.open("#genes")
    page.expect("!document.querySelector('#analysis')", "there is one analysis to pick")
    page.open("#quality")
    page.expect("charts.find((one) => one.getDom().id === 'pca').getOption().series.reduce((sum, one) => sum + one.data.length, 0) === 6")


@test("A ranked list has the sections and columns that it has something for", study="ranks")
def ranked(page, out):
    page.expect_sections("overview sets network methods")
    page.open("#overview")
    heads = page.value("[...document.querySelectorAll('#analyses th')].map((cell) => cell.textContent)")
    if heads[:4] != ["Analysis", "Sets up", "Sets down", "May change"] or any("ene" in head or head == "Volcano" for head in heads):
        raise Failure(f"the overview has the columns {heads}")
    page.expect("document.querySelector('#entrance-results').textContent.includes('gene sets, network')")
    page.expect("document.querySelector('#entrance-quality').getAttribute('href') === '#methods'")
    page.expect("[...document.querySelectorAll('h3')].every((head) => head.nextElementSibling?.children.length)", "a heading of nothing")
    for missing in ("genes", "compare", "quality", "cohort"):
        page.open("#" + missing)
        page.expect("document.querySelector('section').dataset.section === 'overview'", missing)
    page.open("#sets")
    page.expect("!document.querySelector('#analysis') && document.querySelector('#set-null summary').textContent.includes('permutations of genes')")
    page.expect("[...document.querySelectorAll('#set-null p')].some((line) => line.textContent.includes('docs/calibration.md'))")
    page.open("#network")
    page.expect("!document.querySelector('#network-choice')")


@test("Exposures that were permuted together have expected overlaps and p under both nulls, and say what follows", study="permuted")
def expected_overlaps(page, out):
    page.open("#compare")
    cells = page.value("[...document.querySelectorAll('#overlap-table tr')].slice(1).map((row) => [...row.cells].map((cell) => cell.innerText.split('\\n')))")
    rows = list(zip(cells[::2], cells[1::2], strict=True))
    stored = table(out, "overlaps.tsv")
    joint = [one for one in stored if one["null"] == "joint"]
    if len(rows) != len(joint) or not joint:
        raise Failure(f"{len(rows)} overlaps are shown, the table has {len(joint)}")
    for (lists, exposures, shared, nulls, expected, p), (words,) in rows:
        kind = "gene_sets" if lists[0].startswith("gene sets") else "genes"
        own = [one for one in stored if one["kind"] == kind]
        if nulls != ["joint"] + [f"conditional, {one['kept']} kept" for one in own[1:]] or len(own) != 3:
            raise Failure(f"{kind}: the nulls are {nulls}")
        check_same(shared[0], own[0]["observed"], f"{kind}, shared")
        for place, one in enumerate(own):
            check_same(expected[place], one["expected"], f"{kind}, expected, {nulls[place]}")
            check_same(p[place], one["pvalue"], f"{kind}, p, {nulls[place]}")
        lengths = own[0]["lengths"].split(",")
        if exposures != [f"dose ({lengths[0]})", f"load ({lengths[1]})"]:
            raise Failure(f"the lists are called {exposures}")
        if not words[0].startswith(("More than chance", "No more than chance", "Nothing can be shared")):
            raise Failure(f"no verdict: {words}")


@test("The three nulls of the statistics stand beside each other, as curves and as a table", study="permuted")
def three_nulls(page, out):
    page.open("#quality/main/load")
    rows = page.value("[...document.querySelectorAll('#three-nulls tr')].slice(1).map((row) => [...row.cells].map((cell) => cell.textContent))")
    stored = table(out, "main/load/statistic_nulls.tsv")
    if [row[0].split(":")[0] for row in rows] != ["theoretical", "fitted", "permuted"]:
        raise Failure(f"the nulls are {rows}")
    for row, own in zip(rows, stored, strict=True):
        for cell, column in zip(row[1:], list(own)[1:], strict=True):
            check_same(cell or "NA", own[column], f"{own['null']}, {column}")
    for words in ("theoretical null", "fitted null", "permuted null, 300 shuffles"):
        page.expect(f"document.querySelector('figure[data-figure=\"z.main.load\"] svg').textContent.includes('{words}')", words)
    page.expect("document.querySelector('figure[data-figure=\"tests.main.load\"]')")
    page.expect("document.querySelector('#flips').textContent.startsWith('Beside scheme residual, signs were flipped')")


@test("Gene sets name the null that their p and q come from, and what the other would ask", study="permuted")
def which_null(page, out):
    page.open("#sets/main/dose")
    page.expect("document.querySelector('#set-null summary').textContent.includes('300 permutations of samples by scheme residual')")
    page.expect("document.querySelector('#set-null').textContent.includes('permute: gene-sets')")


@test("Gene sets under both nulls are those of the two runs, and how many each finds", study="permuted")
def both_nulls(page, out):
    page.open("#compare/main/dose")
    stored = {row["name"]: row for row in table(out, "tables/both_nulls.main.dose.tsv")}
    runs = [{row["name"]: row for row in table(folder, "main/dose/gene_sets.tsv")} for folder in (out, os.path.join(os.path.dirname(out), "genes"))]
    shown = page.value("table.getData().map((row) => [row.name, row.found, ...[0, 1].flatMap((place) => [digits(row['nes' + place]), probability(-row['p' + place]), probability(-row['q' + place])])])")
    if {row[0] for row in shown} != set(stored) or set(stored) != set(runs[0]) | set(runs[1]) or len(shown) != len(stored):
        raise Failure(f"the page has the sets {[row[0] for row in shown]}")
    for name, found, *numbers in shown:
        for place, (text, column) in enumerate(zip(numbers, ["NES", "pvalue", "fdr"] * 2)):
            check_same(text, runs[place // 3][name][column], f"{name}, {column}, run {place // 3}")
        if found.removesuffix(" alone") != stored[name]["significant"]:
            raise Failure(f"{name} is significant under {found}, the table has {stored[name]['significant']}")
    words = ["both", "permuted samples (residual)", "permuted genes", "neither"]
    expected = [[row["significant"] for row in stored.values()].count(word) for word in words]
    rows = page.value("[...document.querySelectorAll('#both-counts tr')].map((row) => [...row.cells].map((cell) => cell.textContent))")
    if rows[1:] != [["main/dose", *map(str, expected)]] or sum(expected[:3]) == 0:
        raise Failure(f"the counts are {rows}, and should be {expected}")
    page.expect("document.querySelector('#both-words').textContent.startsWith('Of 15 gene sets ')")
    # And in the table of all sets.
    page.open("#sets/main/dose")
    for name, q in page.value("table.getData().map((row) => [row.name, probability(-row.beside)])"):
        check_same(q, runs[1][name]["fdr"], f"{name}, q beside")


@test("A row of the table of both nulls shows the set", 'if (row.set !== undefined) go(', study="permuted")
def both_nulls_to_set(page, out):
    page.open("#compare/main/dose")
    name = "FOLLOWS_1"
    page.click("#search")
    page.type(name)
    page.wait("table.getData('active').length === 1")
    page.click("document.querySelector('#table .tabulator-row .tabulator-cell')")
    page.wait(f"state.section === 'sets' && document.querySelector('#set h3')?.textContent === {name!r}")


@test("A click on a point of the plot of both nulls shows the set", 'plot.on("click", (item) => { if (item.value?.[2] !== undefined) open(', study="permuted")
def both_nulls_point(page, out):
    page.open("#compare/main/dose")
    series = page.value("charts.find((one) => one.getDom().id === 'nulls').getOption().series.findIndex((one, place) => place > 0 && one.data.length)")
    name = page.value(f"run.collection.names[run.bothNulls.analyses[0].rows[charts.find((one) => one.getDom().id === 'nulls').getOption().series[{series}].data[0][2]]]")
    page.click_at(*page.point("nulls", series, 0))
    page.wait(f"state.section === 'sets' && document.querySelector('#set h3')?.textContent === {name!r}")


@test("A rectangle over the plot of both nulls leaves its sets in their table, and so does the search", 'plot.on("brushSelected"', SEARCH, study="permuted")
def both_nulls_brush(page, out):
    page.open("#compare/main/dose")
    page.value("charts.find((one) => one.getDom().id === 'nulls').dispatchAction({ type: 'takeGlobalCursor', key: 'brush', brushOption: { brushType: 'rect' } })")
    x, y = page.point("nulls", 0, 0)
    page.drag((x - 6, y - 6), (x + 6, y + 6))
    page.wait("table.getData('active').length > 0 && table.getData('active').length < 15")
    page.value("charts.find((one) => one.getDom().id === 'nulls').dispatchAction({ type: 'brush', areas: [] })")
    page.wait("table.getData('active').length === 15")
    page.click("#search")
    page.type("follows")
    page.wait("table.getData('active').length === 3 && table.getData('active').every((row) => row.name.startsWith('FOLLOWS'))")
    name, content = page.downloaded(lambda: page.click("#download"))
    if name != "both_nulls.main.dose.tsv" or len(content.decode().splitlines()) != 4:
        raise Failure(f"{name} has {content.decode()!r}")


@test("An analysis that the other run has not is said to stand alone, and its command names the second run", "() => go({ analysis: run.analyses.findIndex(", study="permuted")
def both_nulls_of_one(page, out):
    page.open("#compare/main/load")
    page.expect("document.querySelector('main').textContent.includes('The other run has no gene sets of main/load')")
    page.expect("document.querySelector('.command pre').textContent.includes('modicum report FOLDER --beside OTHER')")
    page.click("document.querySelector('#both-counts button')")
    page.wait("location.hash === '#compare/main/dose' && table?.getData().length === 15")
    page.open("#sets/main/load")
    page.expect("table.getData().every((row) => row.beside === undefined)")


@test("A calibration that was named stands in Quality and by the sets, for the schemes and sizes nearest to the study", study="permuted")
def calibrated(page, out):
    stored = {(row["cell"], row["scheme"], row["what"]): row for row in table(out, "tables/calibration.tsv")}
    for address, words in (("#quality/main/dose", ("genes", "random sets")), ("#sets/main/dose", ("random sets",))):
        page.open(address)
        rows = page.value("[...document.querySelectorAll('#calibration tr')].slice(1).map((row) => [...row.cells].map((cell) => cell.textContent))")
        if {row[2] for row in rows} != set(words) or {row[0] for row in rows} != {"n12-plain"}:
            raise Failure(f"{address} has {rows}")
        for cell, scheme, what, rate, interval, holds, cohorts in rows:
            own = stored[cell, scheme, what]
            low, high = interval.split(" to ")
            for shown, column in ((rate, "estimate"), (low, "low"), (high, "high")):
                if abs(float(shown) - 100 * float(own[column])) > 0.0500001:
                    raise Failure(f"{cell}, {scheme}, {what}: {shown} % is not {own[column]}")
            if holds != {"TRUE": "yes", "FALSE": "no"}[own["holds"]] or cohorts != own["cohorts"]:
                raise Failure(f"{cell}, {scheme}, {what}: {holds}, {cohorts}")


@test("Notes name the analysis that they are of, with its adjustment set", study="permuted")
def notes(page, out):
    page.open("#methods")
    page.expect("[...document.querySelectorAll('li')].some((note) => /^in .*main\\/dose.*: 300 permutations of samples/.test(note.textContent))")


@test("Without the libraries there are plain tables, and the search works", 'search.addEventListener("input", fill)', study="bare")
def bare(page, out):
    page.open("#genes/main/stir_volume")
    name = name_of(significant(out)[0])
    page.expect("document.querySelectorAll('#table tr').length === 201")
    page.click("#search")
    page.type(name)
    page.wait("document.querySelectorAll('#table tr').length === 2")
    page.click("document.querySelector('#table button')")
    page.wait(f"document.querySelector('#gene h3').textContent.startsWith({name!r})")
    for section in ("overview", "sets", "network", "compare", "quality", "cohort", "methods"):
        page.open("#" + section)
        page.expect("document.querySelector('#main h2')")


@test("Without the libraries the sets of a network are named beside its picture, and lead to the sets", "chip(one.name, () => showSetOf(chosen, one.name))", study="bare")
def bare_network(page, out):
    page.open("#network/main/stir_intensity")
    names = {row["name"] for row in table(out, "network/main.stir_intensity.nodes.tsv")}
    if set(page.value("[...document.querySelectorAll('#network-sets .chip')].map((chip) => chip.textContent)")) != names:
        raise Failure("the sets are not those of the table")
    name = page.value("document.querySelector('#network-sets .chip').textContent")
    page.click("document.querySelector('#network-sets .chip')")
    page.wait(f"document.querySelector('#set h3')?.textContent === {name!r}")


@test("A network without lines says that there are no clusters, and what no sample has is no column", study="groups")
def groups(page, out):
    page.open("#network")
    page.wait("graph !== null && graph.nodes('[?set]').length > 0 && graph.edges().length === 0")
    page.expect("document.querySelector('main').textContent.includes('No two of these sets share as many genes')")
    page.open("#overview")
    page.expect("document.querySelector('figure[data-figure^=volcano]') && !document.querySelector('figure[data-figure^=network]')")
    page.open("#cohort")
    heads = page.value("[...document.querySelectorAll('#cohort-table th')].map((head) => head.textContent)")
    if heads != ["variable", "level", "n", "count (%)"]:
        raise Failure(f"the columns are {heads}")
    # All columns of the gene in hand fit their panel.
    page.open("#genes")
    page.expect("document.querySelector('#gene-numbers').parentElement.scrollWidth <= document.querySelector('#gene-numbers').parentElement.clientWidth")


def without_libraries(text):
    return re.sub(r'<script type="text/plain" id="library-[a-z]+">[^<]*</script>\n', "", text)


def run_test(browser, path, function, out):
    """Nil, or what went wrong."""
    page = None
    try:
        page = Page(browser, path)
        function(page, out)
        complaints = page.complaints()
        return f"the page complained: {complaints[0]}" if complaints else None
    except Failure as failure:
        return str(failure)
    finally:
        if page:
            page.close()


def run_all(studies, wanted, without_handlers):
    browser = Browser(limit=3 if without_handlers else 20)
    failed = 0
    try:
        for name, function, needs, study in TESTS:
            if wanted and not any(word.lower() in name.lower() for word in wanted):
                continue
            path, out = studies[study]
            if not without_handlers:
                problem = run_test(browser, path, function, out)
                print(("failed  " if problem else "passed  ") + name, *([f"    {problem}"] if problem else []), sep="\n", flush=True)
                failed += problem is not None
                continue
            with open(path) as file:
                text = file.read()
            for place, line in enumerate(needs):
                # Where several places say the same, they are one handler.
                if line not in text:
                    print(f"failed  {name}\n    the page has no {line}", flush=True)
                    failed += 1
                    continue
                changed = os.path.join(browser.folder, f"changed{place}.html")
                with open(changed, "w") as file:
                    file.write(text.replace(line, broken(line)))
                problem = run_test(browser, changed, function, out)
                print(f"{'failed ' if problem is None else 'noticed'} {name}: without {line[:60]}", flush=True)
                failed += problem is None
    finally:
        browser.close()
    return failed


def broken(line):
    """The same line, without its effect and still a script."""
    for old, new in (
        ("onclick: () =>", "onclick: () => 0 &&"), ("onclick: (event) => { event.preventDefault(); go(", "onclick: (event) => { event.preventDefault(); void ("),
        (".addEventListener(", "?.toString("), (".on(", "?.toString("), ("=> go(", "=> void ("), ("undefined) go(", "undefined) void ("), ("=> show(", "=> void ("), ("=> showSetOf(", "=> void ("),
        ("new ResizeObserver(() => {", "new ResizeObserver(() => { return;"), ('onclick: () => save', 'onclick: () => void save'), ("=> { if (item.value?.", "=> { return; if (item.value?."),
        ('headerFilter: c.search ? "input"', 'headerFilter: c.search ? undefined'), ('sorter: c.search ? "string" : "number"', "headerSort: false"),
        ("(run.disguised.has(value)", "(false"), ("graph.fit(", "void ("), ("async function start()", "async function start() { history.replaceState(null, '', '#'); return begin(); }\nasync function begin()"),
    ):
        if old in line:
            return line.replace(old, new)
    if line.endswith("onclick"):
        return line[: -len("onclick")] + "onignored"
    raise ValueError(line)


if __name__ == "__main__":
    import studies as made

    modicum, root, folder, *words = sys.argv[1:]
    small, unfriendly = made.small_cohort(modicum, root, folder), made.unfriendly(modicum, folder)
    permuted, ranks = made.permuted(modicum, folder), made.ranked_list(modicum, root, folder)
    groups_run = made.two_groups(modicum, folder)
    bare_page = os.path.join(folder, "bare.html")
    with open(os.path.join(small, "report.html")) as source, open(bare_page, "w") as target:
        target.write(without_libraries(source.read()))
    pages = {"small": (os.path.join(small, "report.html"), small), "unfriendly": (os.path.join(unfriendly, "report.html"), unfriendly),
             "bare": (bare_page, small), "permuted": (os.path.join(permuted, "report.html"), permuted),
             "groups": (os.path.join(groups_run, "report.html"), groups_run),
             "ranks": (os.path.join(ranks, "report.html"), ranks)}
    handlers = "--without-handlers" in words
    problems = run_all(pages, [word for word in words if not word.startswith("--")], handlers)
    print(f"{problems} of the report's tests failed" if problems else "the report's tests passed")
    sys.exit(1 if problems else 0)
