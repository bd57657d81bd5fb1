"use strict";
// The report's page: reads the numbers that lie in it, and shows them. Nothing is asked of any network, and nothing is
// computed that the run's tables do not have, but places on the screen. All names are put in as text, never as markup.

const byId = (id) => document.getElementById(id);

async function inflated(id) {
  const text = byId(id).textContent.trim();
  const packed = Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Response(stream).arrayBuffer();
}

// The payload: the length of the header, the header, and all arrays behind it, each at a multiple of eight bytes.
function unpack(buffer) {
  const length = Number(new DataView(buffer).getBigUint64(0, true));
  const header = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 8, length)));
  const base = 8 + Math.ceil(length / 8) * 8;
  const types = { u8: Uint8Array, u16: Uint16Array, i32: Int32Array, f32: Float32Array };
  const expand = (value) => {
    if (Array.isArray(value)) return value.map(expand);
    if (value === null || typeof value !== "object") return value;
    if (value.type && value.offset !== undefined) {
      if (value.type === "f16") return halves(new Uint16Array(buffer, base + value.offset, value.count));
      return new types[value.type](buffer, base + value.offset, value.count);
    }
    return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, expand(entry)]));
  };
  return expand(header);
}

function halves(words) {
  const numbers = new Float32Array(words.length);
  for (let i = 0; i < words.length; i++) {
    const word = words[i], exponent = (word >> 10) & 31, fraction = word & 1023;
    const size = exponent === 0 ? fraction * 2 ** -24 : exponent === 31 ? (fraction ? NaN : Infinity) : (1 + fraction / 1024) * 2 ** (exponent - 15);
    numbers[i] = word & 0x8000 ? -size : size;
  }
  return numbers;
}

// Elements -----------------------------------------------------------------

function element(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (value !== undefined && value !== null) node.setAttribute(name, value);
  }
  node.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return node;
}

const raised = (number) => String(number).replace(/[-0-9]/g, (c) => "⁰¹²³⁴⁵⁶⁷⁸⁹"[c] ?? "⁻");

// A probability from its −log10: a number, and a power of ten below 0.001; never 0.
function probability(minusLog) {
  if (!Number.isFinite(minusLog)) return "NA";
  if (minusLog <= 3) return (10 ** -minusLog).toPrecision(3);
  let exponent = Math.floor(-minusLog), mantissa = 10 ** (-minusLog - exponent);
  if (mantissa >= 9.95) { mantissa /= 10; exponent += 1; }
  return mantissa.toFixed(1) + " × 10" + raised(exponent);
}
const digits = (value) => (Number.isFinite(value) ? (Math.abs(value) >= 1000 ? value.toFixed(0) : value.toPrecision(3)) : "NA");
const grouped = (value) => value.toLocaleString("en-US");
const counted = (count, noun) => grouped(count) + " " + noun + (count === 1 ? "" : "s");

function download(name, text, type = "text/tab-separated-values") {
  const link = element("a", { href: URL.createObjectURL(new Blob([text], { type })), download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}

// State and addresses -------------------------------------------------------

let run, charts = [], table = null, graph = null;
const state = { section: "overview", analysis: 0, gene: null, set: null, plot: "volcano", network: null, covariate: null, colour: null };
const sections = ["overview", "genes", "sets", "network", "compare", "quality", "cohort", "methods"];
const titles = { overview: "Overview", genes: "Genes", sets: "Gene sets", network: "Network", compare: "Compare", quality: "Quality", cohort: "Cohort", methods: "Methods" };

function address() {
  const parts = [state.section];
  if (["genes", "sets", "network"].includes(state.section)) {
    parts.push(state.section === "network" && state.network ? state.network : run.analyses[state.analysis]?.name ?? "");
    if (state.section === "genes" && state.gene !== null) parts.push(label(state.gene));
    if (state.section === "sets" && state.set !== null) parts.push(run.analyses[state.analysis].sets.names[state.set]);
  }
  return "#" + parts.map(encodeURIComponent).join("/");
}

function go(change) {
  Object.assign(state, change);
  const target = address();
  if (location.hash === target) show(); else location.hash = target;
}

function readAddress() {
  const [section, name, item] = location.hash.slice(1).split("/").map(decodeURIComponent);
  if (sections.includes(section)) state.section = section;
  if (state.section === "network" && name) state.network = run.networks.find((one) => one.name === name || one.file === name)?.name ?? null;
  const index = run.analyses.findIndex((analysis) => analysis.name === name);
  if (index >= 0) state.analysis = index;
  if (item !== undefined && state.section === "genes") {
    const gene = run.labels.indexOf(item);
    state.gene = gene >= 0 ? gene : null;
  }
  if (item !== undefined && state.section === "sets") {
    const set = run.analyses[state.analysis]?.sets?.names.indexOf(item) ?? -1;
    state.set = set >= 0 ? set : null;
  }
}

const label = (gene) => run.labels[gene];

// Pieces that several sections use -------------------------------------------

function clear() {
  charts.forEach((chart) => chart.dispose());
  charts = [];
  if (table) { table.destroy(); table = null; }
  if (graph) { graph.destroy(); graph = null; }
}

const isDark = () => document.documentElement.dataset.theme === "dark";
const colours = () => (isDark()
  ? { ink: "#e8e8e6", line: "#4a4e52", up: "#f08a3c", down: "#56b4e9", none: "#6a6e72" }
  : { ink: "#1f1f1f", line: "#dcdcd8", up: "#d55e00", down: "#0072b2", none: "#b0b0ae" });

function chart(node, option) {
  const made = echarts.init(node, null, { renderer: "canvas" });
  const { ink, line } = colours();
  const axis = (one) => ({ axisLine: { lineStyle: { color: ink } }, splitLine: { lineStyle: { color: line } }, axisLabel: { color: ink }, nameTextStyle: { color: ink }, nameLocation: "middle", nameGap: 32, ...one });
  made.setOption({ animation: false, textStyle: { color: ink }, grid: { left: 58, right: 18, top: 34, bottom: 52 }, tooltip: { renderMode: "richText", confine: true }, ...option, xAxis: axis(option.xAxis), yAxis: axis(option.yAxis) });
  charts.push(made);
  return made;
}

function picker() {
  const select = element("select", { id: "analysis", "aria-label": "Analysis", onchange: (event) => go({ analysis: Number(event.target.value), set: null }) });
  run.analyses.forEach((analysis, index) => {
    const option = element("option", { value: index }, analysis.name);
    option.selected = index === state.analysis;
    select.append(option);
  });
  return [element("label", { for: "analysis" }, "Analysis"), select];
}

function figure(name, caption) {
  const text = run.figures[name];
  if (!text) return null;
  const holder = element("div");
  // Our own drawing, whose names are escaped where it is made.
  holder.innerHTML = text.slice(text.indexOf("<svg"));
  holder.querySelectorAll("title, desc").forEach((node) => node.removeAttribute("id"));
  holder.firstElementChild.removeAttribute("aria-labelledby");
  holder.firstElementChild.setAttribute("aria-label", caption);
  return element("figure", { "data-figure": name }, holder, element("figcaption", {}, element("span", {}, caption),
    element("button", { onclick: () => download(name + ".svg", text, "image/svg+xml"), "aria-label": "Download " + caption + " as SVG" }, "SVG")));
}

const figures = (...entries) => element("div", { class: "row" }, entries.map(([name, caption]) => figure(name, caption)));

function head(title, lead) {
  return [element("h2", {}, title), element("p", { class: "lead" }, lead)];
}

// A searchable table; without the library, its first rows.
function tabulate(holder, rows, columns, { file, select, initial }) {
  const bar = element("div", { class: "bar" });
  const search = element("input", { type: "search", id: "search", placeholder: "Search", "aria-label": "Search the table" });
  const shown = element("span", { class: "soft" });
  bar.append(search, shown, element("button", { id: "download", onclick: () => {
    const data = table ? table.getData("active") : rows;
    download(file, [columns.map((c) => c.title), ...data.map((row) => columns.map((c) => c.text ? c.text(row) : String(row[c.field] ?? "")))].map((line) => line.join("\t")).join("\n") + "\n");
  } }, "Download what is shown"));
  const body = element("div", { id: "table" });
  holder.append(bar, body);
  const keys = columns.filter((c) => c.search).map((c) => c.field);
  const matches = (row, word) => keys.some((key) => String(row[key]).toLowerCase().includes(word));
  if (!globalThis.Tabulator) {
    const fill = () => {
      const word = search.value.toLowerCase();
      const found = rows.filter((row) => matches(row, word));
      shown.textContent = "the first 200 of " + counted(found.length, "row");
      body.replaceChildren(element("table", { class: "plain" }, element("tr", {}, columns.map((c) => element("th", {}, c.title))),
        found.slice(0, 200).map((row) => element("tr", { onclick: () => select(row) }, columns.map((c) => element("td", {}, c.text ? c.text(row) : String(row[c.field])))))));
    };
    search.addEventListener("input", fill);
    return fill();
  }
  table = new Tabulator(body, {
    data: rows, height: 420, layout: "fitDataStretch", selectableRows: 1, index: "row", initialSort: initial, placeholder: "Nothing fits.",
    columns: columns.map((c) => ({
      title: c.title, field: c.field, sorter: c.text && !c.search ? "number" : "string", headerFilter: c.search ? "input" : undefined, hozAlign: c.text && !c.search ? "right" : "left",
      formatter: (cell) => document.createTextNode(c.text ? c.text(cell.getData()) : String(cell.getValue() ?? "")),
    })),
  });
  table.on("rowClick", (event, row) => select(row.getData()));
  table.on("dataFiltered", (filters, found) => { shown.textContent = counted(found.length, "row"); });
  search.addEventListener("input", () => table.setFilter((row) => matches(row, search.value.toLowerCase())));
}

// Sections -------------------------------------------------------------------

function overview(main) {
  main.append(...head(run.title, "What was found, and how sure it is."));
  run.sentences.forEach((sentence) => main.append(element("p", {}, sentence)));
  run.warnings.forEach((warning) => main.append(element("div", { class: "warning" }, warning)));
  if (!run.analyses.length) return;
  const rows = run.analyses.map((analysis, index) => element("tr", {},
    element("td", {}, element("a", { href: "#genes/" + encodeURIComponent(analysis.name) }, analysis.name)),
    element("td", { class: "number up" }, analysis.genesUp === undefined ? "" : grouped(analysis.genesUp)),
    element("td", { class: "number down" }, analysis.genesDown === undefined ? "" : grouped(analysis.genesDown)),
    element("td", { class: "number up" }, analysis.sets ? grouped(analysis.sets.up) : ""),
    element("td", { class: "number down" }, analysis.sets ? grouped(analysis.sets.down) : ""),
    element("td", { class: "number" }, analysis.sets ? grouped(analysis.sets.unsettled) : ""),
    element("td", {}, (analysis.strongest ?? []).join(", "))));
  main.append(element("table", { class: "plain", id: "analyses" }, element("tr", {},
    ["Analysis", "Genes up", "Genes down", "Sets up", "Sets down", "Sets that may change", "Strongest genes"].map((title, index) => element("th", { class: index > 0 && index < 6 ? "number" : null }, title))), rows));
  const first = run.analyses[0];
  main.append(element("h3", {}, "At a glance"), figures(
    ["volcano." + first.file, "Volcano plot of " + first.name], ["venn." + first.adjustment, "Significant genes shared by exposures"],
    ["network.all", "Enrichment network of all analyses"], ["network." + first.file, "Enrichment network of " + first.name]));
}

function genes(main) {
  const analysis = run.analyses[state.analysis];
  main.append(...head("Genes", "Every tested gene: how strongly it follows the exposure, and its counts in each sample."));
  const plot = element("select", { id: "plot", "aria-label": "Plot", onchange: (event) => go({ plot: event.target.value }) });
  [["volcano", "Volcano"], ["ma", "MA"]].forEach(([value, name]) => { const option = element("option", { value }, name); option.selected = state.plot === value; plot.append(option); });
  main.append(element("div", { class: "bar" }, picker(), plot));
  if (!analysis || !analysis.lfc) { main.append(element("p", {}, "This run tested no genes.")); return; }
  const left = element("div", { class: "panel" }), right = element("div", { class: "panel", id: "gene" });
  main.append(element("div", { class: "row" }, left, right));
  const rows = [];
  for (let row = 0; row < run.labels.length; row++) {
    if (!Number.isFinite(analysis.logp[row])) continue;
    rows.push({ row, gene: run.labels[row], id: run.ids[row], biotype: run.biotypes ? run.biotypes.names[run.biotypes.codes[row]] : "", mean: analysis.logmean[row], lfc: analysis.lfc[row], stat: analysis.stat[row], p: -analysis.logp[row], q: Number.isFinite(analysis.logq[row]) ? -analysis.logq[row] : 1 });
  }
  const isHit = (row) => analysis.hits[row] > 0;
  if (globalThis.echarts) {
    const node = element("div", { class: "chart", id: "cloud", role: "img", "aria-label": "All genes of " + analysis.name });
    left.append(node);
    const { up, down, none } = colours();
    const place = (r) => (state.plot === "ma" ? [r.mean, r.lfc, r.row] : [r.lfc, -r.p, r.row]);
    const series = (name, color, keep, size) => ({ name, type: "scatter", large: keep.length > 5000, symbolSize: size, itemStyle: { color, opacity: 0.7 }, data: keep.map(place), z: name === "not significant" ? 1 : 2 });
    const [ups, downs, others] = [rows.filter((r) => isHit(r.row) && r.lfc > 0), rows.filter((r) => isHit(r.row) && r.lfc <= 0), rows.filter((r) => !isHit(r.row))];
    const made = chart(node, {
      legend: { top: 0, textStyle: { color: colours().ink } }, brush: { toolbox: ["rect", "polygon", "clear"], xAxisIndex: 0, throttleType: "debounce", throttleDelay: 200 }, toolbox: { right: 10 },
      dataZoom: [{ type: "inside" }, { type: "inside", orient: "vertical" }],
      tooltip: { renderMode: "richText", confine: true, formatter: (item) => label(item.value[2]) + "\nlog₂ fold change " + digits(analysis.lfc[item.value[2]]) + "\np " + probability(analysis.logp[item.value[2]]) },
      xAxis: { name: state.plot === "ma" ? "log₁₀ mean count" : "log₂ fold change", type: "value", scale: true }, yAxis: { name: state.plot === "ma" ? "log₂ fold change" : "−log₁₀ p", type: "value", scale: true },
      series: [series("not significant", none, others, 3), series("up", up, ups, 5), series("down", down, downs, 5)],
    });
    made.on("click", (item) => go({ gene: item.value[2] }));
    made.on("brushSelected", (event) => {
      if (!table) return;
      const chosen = new Set();
      const data = [others, ups, downs];
      event.batch[0].selected.forEach((part, index) => part.dataIndex.forEach((place) => chosen.add(data[index][place].row)));
      if (event.batch[0].areas.length) table.setFilter((row) => chosen.has(row.row)); else table.clearFilter();
    });
  } else {
    left.append(figure(state.plot + "." + analysis.file, titles.genes) ?? "");
  }
  const holder = element("div", {});
  main.append(element("h3", {}, "All tested genes"), holder);
  tabulate(holder, rows, [
    { title: "Gene", field: "gene", search: true }, { title: "Id", field: "id", search: true }, { title: "Biotype", field: "biotype", search: true },
    { title: "Mean count", field: "mean", text: (r) => digits(10 ** r.mean) }, { title: "log₂ fold change", field: "lfc", text: (r) => digits(r.lfc) }, { title: "z", field: "stat", text: (r) => digits(r.stat) },
    { title: "p", field: "p", text: (r) => probability(-r.p) }, { title: "adjusted p", field: "q", text: (r) => (r.q > 0 ? "NA" : probability(-r.q)) },
  ], { file: "genes." + analysis.file + ".tsv", select: (row) => go({ gene: row.row }), initial: [{ column: "p", dir: "asc" }] });
  const strongest = rows.reduce((best, r) => (best === null || r.p < best.p ? r : best), null);
  showGene(right, state.gene ?? strongest?.row);
}

function showGene(holder, gene) {
  if (gene === undefined || gene === null) return;
  holder.append(element("h3", {}, label(gene) + (run.ids[gene] === label(gene) ? "" : " · " + run.ids[gene])));
  const columns = run.columns.filter((column) => column.values || column.codes);
  const exposure = run.analyses[state.analysis].exposure;
  const first = columns.find((column) => column.name === (state.covariate ?? exposure)) ?? columns[0];
  const choose = (id, title, value, change, none) => {
    const select = element("select", { id, "aria-label": title, onchange: (event) => go(change(event.target.value)) });
    if (none) select.append(element("option", { value: "" }, none));
    columns.forEach((column) => { const option = element("option", { value: column.name }, column.name); option.selected = column.name === value; select.append(option); });
    return [element("label", { for: id }, title), select];
  };
  holder.append(element("div", { class: "bar" }, choose("covariate", "Against", first?.name, (value) => ({ covariate: value })), choose("colour", "Colour", state.colour, (value) => ({ colour: value || null }), "none")));
  if (globalThis.echarts && first && run.counts) {
    const node = element("div", { class: "chart", id: "counts", role: "img", "aria-label": "Counts of " + label(gene) });
    holder.append(node);
    const samples = run.samples.length;
    const count = (sample) => 2 ** (run.counts[gene * samples + sample] / run.countSteps) - 1;
    const group = run.columns.find((column) => column.name === state.colour && column.codes);
    const names = group ? group.levels : [""];
    const palette = ["#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00", "#f0e442", "#888888"];
    const series = names.map((name, level) => ({ name: name || "samples", type: "scatter", symbolSize: 8, itemStyle: { color: palette[level % 8], opacity: 0.8 },
      data: run.samples.map((sample, index) => [first.values ? first.values[index] : first.levels[first.codes[index]] ?? "missing", count(index) + 0.5, index]).filter((point) => !group || group.codes[point[2]] === level) }));
    chart(node, { legend: group ? { top: 0, textStyle: { color: colours().ink } } : undefined, tooltip: { renderMode: "richText", confine: true, formatter: (item) => run.samples[item.value[2]] + "\n" + digits(item.value[1] - 0.5) },
      xAxis: { name: first.name, type: first.values ? "value" : "category", scale: true, data: first.values ? undefined : first.levels }, yAxis: { name: "normalized count + 0.5", type: "log" }, series });
  }
  holder.append(element("table", { class: "plain" }, element("tr", {}, ["Analysis", "log₂ fold change", "p", "adjusted p"].map((title) => element("th", {}, title))),
    run.analyses.filter((analysis) => analysis.lfc).map((analysis) => element("tr", {}, element("td", {}, analysis.name), element("td", {}, digits(analysis.lfc[gene])), element("td", {}, probability(analysis.logp[gene])), element("td", {}, probability(analysis.logq[gene]))))));
  const evidence = run.lookUp?.[run.labels[gene]];
  if (evidence) holder.append(element("p", {}, "Look-up: " + evidence));
  const sets = run.analyses[state.analysis].sets;
  if (sets) {
    const rank = sets.rankOfGene(gene);
    const holding = rank === undefined ? [] : sets.significant.filter((set) => sets.membersOf(set).includes(rank)).slice(0, 20);
    if (holding.length) holder.append(element("p", {}, "In enriched sets: ", holding.map((set) => element("button", { class: "chip", onclick: () => go({ section: "sets", set }) }, sets.names[set]))));
  }
}

function geneSets(main) {
  const analysis = run.analyses[state.analysis], sets = analysis?.sets;
  main.append(...head("Gene sets", "Every tested gene set, with intervals of its p and q; a set is settled when more permutations would not move it across the threshold."));
  main.append(element("div", { class: "bar" }, picker()));
  if (!sets) { main.append(element("p", {}, "This analysis tested no gene sets.")); return; }
  const chosen = element("div", { class: "panel", id: "set" });
  const holder = element("div");
  main.append(element("div", { class: "row" }, chosen), element("h3", {}, "All tested sets"), holder);
  const rows = sets.names.map((name, row) => ({ row, name, source: sets.sourceNames[sets.sources[row]], size: sets.sizes[row], nes: sets.nes[row], p: -sets.logp[row], q: -sets.logq[row], low: sets.logqLow[row], high: sets.logqHigh[row], settled: sets.settled[row] ? "yes" : "no" }));
  tabulate(holder, rows, [
    { title: "Set", field: "name", search: true }, { title: "Source", field: "source", search: true }, { title: "Genes", field: "size", text: (r) => String(r.size) },
    { title: "NES", field: "nes", text: (r) => digits(r.nes) }, { title: "p", field: "p", text: (r) => probability(-r.p) }, { title: "q", field: "q", text: (r) => probability(-r.q) },
    { title: "q interval", field: "low", text: (r) => probability(r.low) + " to " + probability(r.high) }, { title: "Settled", field: "settled", search: true },
  ], { file: "sets." + analysis.file + ".tsv", select: (row) => go({ set: row.row }), initial: [{ column: "q", dir: "asc" }] });
  const best = rows.reduce((found, row) => (found === null || row.q < found.q ? row : found), null);
  const set = state.set ?? best?.row;
  if (set === undefined || set === null) return;
  chosen.append(element("h3", {}, sets.names[set]), element("p", {}, "NES " + digits(sets.nes[set]) + ", p " + probability(sets.logp[set]) + ", q " + probability(sets.logq[set]) + ", " + counted(sets.sizes[set], "gene")));
  const members = sets.membersOf(set), edge = sets.edgeOf(set);
  if (globalThis.echarts) {
    const node = element("div", { class: "chart", id: "running", role: "img", "aria-label": "Running sum of " + sets.names[set] });
    chosen.append(node);
    const total = members.reduce((sum, rank) => sum + Math.abs(sets.scores[rank]) ** run.weight, 0), fall = 1 / (sets.scores.length - members.length);
    const line = [[0, 0]];
    let sum = 0, previous = 0;
    members.forEach((rank) => { sum -= (rank - previous) * fall; line.push([rank, sum]); sum += (Math.abs(sets.scores[rank]) ** run.weight) / total; line.push([rank + 1, sum]); previous = rank + 1; });
    line.push([sets.scores.length, 0]);
    const { up, down, ink } = colours();
    chart(node, { dataZoom: [{ type: "inside" }], xAxis: { name: "rank", type: "value", max: sets.scores.length }, yAxis: { name: "running sum", type: "value" }, tooltip: { renderMode: "richText", confine: true, trigger: "item", formatter: (item) => (item.seriesName === "genes" ? sets.genes[item.value[0]] : "") },
      series: [{ name: "sum", type: "line", showSymbol: false, data: line, lineStyle: { color: sets.nes[set] > 0 ? up : down } }, { name: "genes", type: "scatter", symbol: "rect", symbolSize: [1, 12], itemStyle: { color: ink }, data: members.map((rank) => [rank, 0]) }] });
  } else {
    const place = sets.pictured.indexOf(set);
    if (place >= 0) chosen.append(figure("set" + (place + 1) + "." + analysis.file, sets.names[set]));
  }
  chosen.append(element("p", {}, "Leading edge: ", edge.map((rank) => element("button", { class: "chip", onclick: () => { const gene = run.labels.indexOf(sets.genes[rank]); if (gene >= 0) go({ section: "genes", gene }); } }, sets.genes[rank]))));
}

function network(main) {
  main.append(...head("Network", "Enriched gene sets, joined where they share genes; sets that hang together are clusters, labelled by the words of their names."));
  const select = element("select", { id: "network-choice", "aria-label": "Network" });
  run.networks.forEach((one, index) => { const option = element("option", { value: index }, one.name); option.selected = one.name === (state.network ?? run.analyses[state.analysis]?.name); select.append(option); });
  select.addEventListener("change", () => go({ network: run.networks[select.value].name }));
  const chosen = run.networks[select.selectedIndex >= 0 ? select.selectedIndex : 0];
  const cut = element("input", { type: "range", min: 0, max: 1, step: 0.01, value: chosen?.cutoff ?? 0, id: "similarity", "aria-label": "Least similarity" });
  const strict = element("input", { type: "range", min: 0, max: 3, step: 0.1, value: run.threshold, id: "q-limit", "aria-label": "Least −log₁₀ q" });
  main.append(element("div", { class: "bar" }, element("label", { for: "network-choice" }, "Network"), select, element("label", { for: "similarity" }, "similarity"), cut, element("label", { for: "q-limit" }, "−log₁₀ q"), strict,
    element("button", { id: "network-png", onclick: () => { if (graph) { const link = element("a", { href: graph.png({ full: true, bg: "#ffffff", scale: 2 }), download: "network.png" }); link.click(); } } }, "PNG")));
  if (!chosen || !chosen.nodes.length) { main.append(element("p", {}, "No gene set passes the thresholds.")); return; }
  const clusters = element("p", { id: "clusters" }, chosen.clusters.map((cluster) => element("button", { class: "chip", onclick: () => graph?.fit(graph.nodes().filter((node) => node.data("cluster") === cluster.index), 60) }, cluster.label + " (" + cluster.count + ")")));
  if (!globalThis.cytoscape) { main.append(figure("network." + chosen.file, "Enrichment network of " + chosen.name), clusters); return; }
  const node = element("div", { id: "graph", role: "img", "aria-label": "Enrichment network of " + chosen.name });
  main.append(node, clusters);
  graph = cytoscape({ container: node, layout: { name: "preset" }, maxZoom: 3,
    elements: [
      ...chosen.nodes.map((one, index) => ({ data: { id: "n" + index, name: one.name, text: one.text, size: one.radius * 2, colour: one.colour, cluster: one.cluster, q: one.logq }, position: { x: one.x, y: one.y } })),
      ...chosen.edges.map((one, index) => ({ data: { id: "e" + index, source: "n" + one[0], target: "n" + one[1], similarity: one[2] } })),
    ],
    style: [
      { selector: "node", style: { width: "data(size)", height: "data(size)", "background-color": "data(colour)", "border-width": 1, "border-color": "#5a5a5a", label: "data(text)", "font-size": 7, "text-valign": "bottom", "text-wrap": "ellipsis", "text-max-width": 90, "min-zoomed-font-size": 6 } },
      { selector: "edge", style: { width: "mapData(similarity, 0, 1, 0.4, 3)", "line-color": "#a6cee3", "curve-style": "haystack" } },
      { selector: ".hidden", style: { display: "none" } },
    ] });
  // A few nodes would fill the window.
  if (graph.zoom() > 1.4) { graph.zoom(1.4); graph.center(); }
  const filter = () => graph.batch(() => {
    graph.nodes().forEach((one) => one.toggleClass("hidden", one.data("q") < Number(strict.value)));
    graph.edges().forEach((one) => one.toggleClass("hidden", one.data("similarity") < Number(cut.value)));
  });
  cut.addEventListener("input", filter);
  strict.addEventListener("input", filter);
  graph.on("tap", "node", (event) => {
    const index = run.analyses.findIndex((analysis) => analysis.name === chosen.name);
    const analysis = index >= 0 ? index : state.analysis;
    const set = run.analyses[analysis]?.sets?.names.indexOf(event.target.data("name")) ?? -1;
    if (set >= 0) go({ section: "sets", analysis, set });
  });
}

function compare(main) {
  main.append(...head("Compare", "What the analyses share, and where they differ."));
  const names = Object.keys(run.figures).filter((name) => name === "upset" || name.startsWith("venn.") || name.startsWith("compare."));
  if (!names.length) main.append(element("p", {}, "There is one analysis."));
  main.append(figures(...names.map((name) => [name, name.split(".").join(" · ")])));
}

function quality(main) {
  main.append(...head("Quality", "Whether it was done right: dispersions, null distributions, samples, and what was left out."));
  if (run.analyses.length) main.append(element("div", { class: "bar" }, picker()));
  const analysis = run.analyses[state.analysis];
  if (analysis) main.append(figures(["pvalues." + analysis.file, "p-values of " + analysis.name], ["z." + analysis.file, "Statistics of " + analysis.name + " and their null"], ["dispersions." + analysis.file, "Dispersions of " + analysis.name], ["cooks." + analysis.file, "Largest Cook's distances of " + analysis.name], ["biotypes." + analysis.file, "Biotypes of the significant genes"]));
  if (run.leftOut?.length) main.append(element("h3", {}, "What was left out"), element("table", { class: "plain" }, element("tr", {}, ["Analysis", "Reason", "Genes"].map((title) => element("th", {}, title))), run.leftOut.map((row) => element("tr", {}, row.map((cell) => element("td", {}, String(cell)))))));
  main.append(element("h3", {}, "Samples"), figures(...Object.keys(run.figures).filter((name) => name === "distances" || name === "size_factors" || name.startsWith("pca.")).map((name) => [name, name.split(".").join(" · ")])));
}

function cohort(main) {
  main.append(...head("Cohort", "The samples: their characteristics, exposures and covariates."));
  if (run.cohort?.length) main.append(element("table", { class: "plain", id: "cohort-table" }, run.cohort.map((row, index) => element("tr", {}, row.map((cell) => element(index ? "td" : "th", {}, String(cell)))))));
  main.append(figures(["exposures", "Exposures against each other"], ["covariates", "Covariates and exposures"], ["cells", "White blood cells and their normal ranges"]));
}

function methods(main) {
  main.append(...head("Methods", "What was computed, in words and in settings."));
  run.methods.forEach((paragraph) => main.append(element("p", {}, paragraph)));
  main.append(element("h3", {}, "References"), element("ol", {}, run.references.map((reference) => element("li", {}, reference))));
  main.append(element("h3", {}, "Settings and provenance"), element("dl", {}, run.provenance.flatMap(([name, value]) => [element("dt", {}, name), element("dd", {}, value)])));
  main.append(element("h3", {}, "The command"), element("pre", {}, run.command), element("h3", {}, "Files"), element("table", { class: "plain" }, run.files.map(([name, text]) => element("tr", {}, element("td", {}, name), element("td", {}, text)))));
}

const makers = { overview, genes, sets: geneSets, network, compare, quality, cohort, methods };

function show() {
  clear();
  document.querySelectorAll("nav a").forEach((link) => { if (link.dataset.section === state.section) link.setAttribute("aria-current", "page"); else link.removeAttribute("aria-current"); });
  const main = byId("main");
  const section = element("section", { class: "printed", "data-section": state.section });
  main.replaceChildren(section);
  makers[state.section](section);
  document.title = titles[state.section] + " · " + run.title;
}

function setTheme(theme) {
  document.documentElement.dataset.theme = theme;
  show();
}

// Sets carry their members as differences of ranks.
function prepareSets(sets) {
  if (!sets) return;
  const lists = (ends, steps) => (set) => {
    const ranks = [];
    let rank = -1;
    for (let place = set ? ends[set - 1] : 0; place < ends[set]; place++) { rank += steps[place]; ranks.push(rank); }
    return ranks;
  };
  sets.membersOf = lists(sets.memberEnds, sets.memberSteps);
  const inEdge = (set) => { const members = sets.membersOf(set); return sets.nes[set] >= 0 ? members.filter((rank) => rank <= sets.peaks[set]) : members.filter((rank) => rank >= sets.peaks[set]); };
  sets.edgeOf = inEdge;
  const ranks = new Map(sets.genes.map((gene, rank) => [gene, rank]));
  sets.rankOfGene = (gene) => ranks.get(run.labels[gene]) ?? ranks.get(run.ids[gene]);
}

function printAll() {
  const main = byId("main"), kept = state.section;
  clear();
  main.replaceChildren(...["overview", "compare", "quality", "cohort", "methods"].map((name) => { const section = element("section", { class: "printed" }); makers[name](section); return section; }));
  window.addEventListener("afterprint", () => { state.section = kept; show(); }, { once: true });
}

async function start() {
  for (const id of ["library-echarts", "library-tabulator", "library-cytoscape"]) {
    if (!byId(id)) continue;
    const script = element("script");
    script.textContent = new TextDecoder().decode(await inflated(id));
    document.head.append(script);
  }
  run = unpack(await inflated("data"));
  run.labels = run.labelText.split("\n");
  run.ids = run.idText.split("\n");
  run.analyses.forEach((analysis) => {
    if (analysis.sets) { analysis.sets.names = analysis.sets.nameText.split("\n"); analysis.sets.genes = analysis.sets.geneText.split("\n"); prepareSets(analysis.sets); }
  });
  const nav = byId("nav");
  nav.append(element("h1", {}, run.title), ...sections.map((name) => element("a", { href: "#" + name, "data-section": name, onclick: (event) => { event.preventDefault(); go({ section: name }); } }, titles[name])),
    element("button", { class: "link", id: "theme", onclick: () => setTheme(isDark() ? "light" : "dark") }, "Dark or light"),
    element("button", { class: "link", id: "print", onclick: () => { printAll(); window.print(); } }, "Print"));
  document.documentElement.dataset.theme = matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
  window.addEventListener("hashchange", () => { readAddress(); show(); });
  window.addEventListener("resize", () => charts.forEach((one) => one.resize()));
  window.addEventListener("beforeprint", printAll);
  readAddress();
  show();
  document.body.dataset.ready = "true";
}

start().catch((error) => { byId("main").textContent = "The report could not be shown: " + error.message; });
