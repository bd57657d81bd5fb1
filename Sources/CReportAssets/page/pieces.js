// Pieces that several sections use: charts, figures, headings, the searchable table.

const isDark = () => document.documentElement.dataset.theme === "dark";
const colours = () => (isDark()
  ? { ink: "#e8e8e6", line: "#4a4e52", up: "#f08a3c", down: "#56b4e9", none: "#6a6e72" }
  : { ink: "#1f1f1f", line: "#dcdcd8", up: "#d55e00", down: "#0072b2", none: "#b0b0ae" });
const categories = ["#0072b2", "#e69f00", "#009e73", "#cc79a7", "#56b4e9", "#d55e00", "#b8a800", "#888888"];

function dispose(isWithin = () => true) {
  charts = charts.filter((one) => { if (isWithin(one.getDom())) { one.dispose(); return false; } return true; });
}

function clear() {
  dispose();
  if (table) { table.destroy(); table = null; }
  if (graph) { graph.destroy(); graph = null; }
}

// A chart in a box with its caption and buttons for picture, data and full size; null without the library.
function chart(id, caption, option, rows) {
  if (!globalThis.echarts) return null;
  const node = element("div", { class: "chart", id, role: "img", "aria-label": caption });
  const { ink, line } = colours();
  const axis = (one) => ({ axisLine: { onZero: false, lineStyle: { color: ink } }, splitLine: { lineStyle: { color: line } }, axisLabel: { color: ink }, nameTextStyle: { color: ink }, nameLocation: "middle", nameGap: 34, ...one });
  const full = { animation: false, textStyle: { color: ink }, grid: { left: 64, right: 22, top: 38, bottom: 54 }, aria: { enabled: false }, ...option,
    tooltip: { renderMode: "richText", confine: true, ...option.tooltip },
    xAxis: [option.xAxis].flat().map(axis), yAxis: [option.yAxis].flat().map(axis) };
  const box = element("figure", { class: "live" }, node, element("figcaption", {}, element("span", {}, caption),
    element("span", { class: "buttons" },
      element("button", { class: "save-svg", onclick: () => saveDrawing(full, node, id) }, "SVG"),
      rows ? element("button", { class: "save-data", onclick: () => saveTable(id + ".tsv", ...rows()) }, "Data") : null,
      fullSize(() => box))));
  const started = () => {
    const made = echarts.init(node, null, { renderer: "canvas" });
    made.setOption(full);
    charts.push(made);
    new ResizeObserver(() => { if (!made.isDisposed()) made.resize(); }).observe(node);
    return made;
  };
  return { box, started };
}

// The chart drawn once more as SVG, on white, whatever the page's colours are.
function saveDrawing(option, node, name) {
  const copy = echarts.init(null, null, { renderer: "svg", ssr: true, width: node.clientWidth, height: node.clientHeight });
  copy.setOption({ ...option, toolbox: undefined, brush: undefined, backgroundColor: isDark() ? "#16181a" : "#ffffff" });
  save(name + ".svg", copy.renderToSVGString(), "image/svg+xml");
  copy.dispose();
}

const fullSize = (box) => element("button", { class: "full-size", onclick: () => { if (document.fullscreenElement) document.exitFullscreen(); else box().requestFullscreen(); } }, "Full size");

function picker() {
  return choice("analysis", "Analysis", run.analyses.map((analysis, index) => [index, analysis.name]), state.analysis, (value) => go({ analysis: Number(value) }));
}

// Where there is one analysis, there is nothing to pick.
const pickerBar = () => (run.analyses.length > 1 ? element("div", { class: "bar" }, picker()) : "");

function figure(name, caption) {
  const text = run.figures[name];
  if (!text) return null;
  const holder = element("div");
  // Our own drawing, whose names are escaped where it is made.
  holder.innerHTML = text.slice(text.indexOf("<svg"));
  holder.querySelectorAll("title, desc").forEach((node) => node.removeAttribute("id"));
  holder.firstElementChild.removeAttribute("aria-labelledby");
  holder.firstElementChild.setAttribute("aria-label", caption);
  const box = element("figure", { "data-figure": name }, holder, element("figcaption", {}, element("span", {}, caption),
    element("span", { class: "buttons" }, element("button", { class: "save-svg", onclick: () => save(name + ".svg", text, "image/svg+xml"), "aria-label": caption + " as SVG" }, "SVG"), fullSize(() => box))));
  return box;
}

const figures = (...entries) => element("div", { class: "row" }, entries.filter(Boolean).map(([name, caption]) => figure(name, caption)));

// The heading, a sentence of what is shown, how to read it, and where it comes from.
function head(title, lead, reading, files) {
  return [element("h2", {}, title), element("p", { class: "lead" }, lead),
    element("div", { class: "asides" },
      reading ? element("details", { class: "reading" }, element("summary", { "aria-label": "How to read " + title }, "? How to read this"), reading.map((text) => element("p", {}, text))) : null,
      files ? element("details", { class: "command" }, element("summary", {}, "Show the command for this"), element("pre", {}, files)) : null)];
}

// A searchable table; without the library, its first rows.
function tabulate(holder, rows, columns, { file, select, initial, chosen }) {
  const search = element("input", { type: "search", id: "search", placeholder: "Search", "aria-label": "Search the table" });
  const shown = element("span", { class: "soft", id: "shown", role: "status" });
  const text = (column, row) => (column.text ? column.text(row) : String(row[column.field] ?? ""));
  const lines = (data) => data.map((row) => columns.map((column) => text(column, row)));
  let found = rows;
  const body = element("div", { id: "table", tabindex: 0, "aria-label": "Table; arrow keys move, Enter opens" });
  holder.append(element("div", { class: "bar" }, search, shown,
    element("button", { id: "download", onclick: () => saveTable(file, columns.map((c) => c.title), lines(table ? table.getData("active") : found)) }, "Download what is shown")), body);
  const keys = columns.filter((c) => c.search).map((c) => c.field);
  const matches = (row) => { const word = search.value.trim().toLowerCase(); return !word || keys.some((key) => String(row[key]).toLowerCase().includes(word)); };
  if (!globalThis.Tabulator) {
    rows.sort((a, b) => a[initial] - b[initial]);
    const fill = () => {
      found = rows.filter(matches);
      shown.textContent = found.length > 200 ? "the first 200 of " + counted(found.length, "row") : counted(found.length, "row");
      body.replaceChildren(plainTable(columns.map((c) => c.title), found.slice(0, 200).map((row) => lines([row])[0].map((cell, index) => (index === 0 && select ? chip(cell, () => select(row)) : cell)))));
    };
    search.addEventListener("input", fill);
    return fill();
  }
  table = new Tabulator(body, {
    data: rows, height: Math.min(420, 80 + 26 * Math.max(rows.length, 2)), layout: "fitDataFill", selectableRows: 1, index: "row", initialSort: [{ column: initial, dir: "asc" }], placeholder: "Nothing fits.",
    columns: columns.map((c) => ({
      title: c.title, field: c.field, sorter: c.search ? "string" : "number",
      sorterParams: c.search ? {} : { thousandSeparator: "", decimalSeparator: "." }, headerFilter: c.search ? "input" : undefined, headerFilterPlaceholder: "filter", hozAlign: c.search ? "left" : "right", maxWidth: 520,
      formatter: (cell) => document.createTextNode(text(c, cell.getData())), tooltip: false,
    })),
  });
  const made = table;
  made.on("rowClick", (event, row) => select(row.getData()));
  made.on("dataFiltered", (filters, left) => { shown.textContent = counted(left.length, "row"); });
  made.on("tableBuilt", () => { if (chosen !== null && chosen !== undefined) made.selectRow(chosen); });
  search.addEventListener("input", () => made.setFilter(matches));
  body.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1, PageDown: 10, PageUp: -10 }[event.key];
    if (event.target !== body || (!step && event.key !== "Enter")) return;
    event.preventDefault();
    const active = made.getRows("active"), at = active.findIndex((row) => row.isSelected());
    if (event.key === "Enter") { if (at >= 0) select(active[at].getData()); return; }
    const next = active[at < 0 ? 0 : Math.max(0, Math.min(active.length - 1, at + step))];
    made.deselectRow();
    if (next) { next.select(); made.scrollToRow(next, "nearest", false); }
  });
}
