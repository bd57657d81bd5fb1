// All genes of an analysis as volcano or MA plot, the table of them, and the gene in hand.

function genes(main) {
  const analysis = current();
  main.append(...head("Genes", "Every tested gene: how strongly it follows the exposure, and its counts in each sample.", [
    "Each point is a gene: to the right those that rise with the exposure, to the left those that fall, the higher the surer. A click on a point or a row of the table shows the gene's counts; the rectangle above the plot selects points, and the table then has these alone.",
    "Numbers have three digits here; the tables beside this page have all."], run.commands.genes));
  main.append(element("div", { class: "bar" }, run.analyses.length > 1 ? picker() : null, choice("plot", "Plot", [["volcano", "Volcano"], ["ma", "MA"]], state.plot, (plot) => go({ plot }))));
  const left = element("div", { class: "panel" }), right = element("div", { class: "panel", id: "gene" });
  main.append(element("div", { class: "row" }, left, right));
  const rows = [];
  for (let row = 0; row < run.labels.length; row++) {
    if (!Number.isFinite(analysis.mean[row])) continue;
    rows.push({ row, gene: run.labels[row], id: run.ids[row], biotype: run.biotypes ? run.biotypes.names[run.biotypes.codes[row]] : "", mean: analysis.mean[row], lfc: analysis.lfc[row], stat: analysis.stat[row], p: unknownLast(analysis.logp[row]), q: unknownLast(analysis.logq[row]), note: analysis.reasons.names[analysis.reasons.codes[row]] });
  }
  cloud(left, analysis, rows);
  const holder = element("div", {});
  main.append(element("h3", {}, "All tested genes"), holder);
  const best = rows.reduce((found, row) => (found === null || row.p < found.p ? row : found), null);
  tabulate(holder, rows, [
    { title: "Gene", field: "gene", search: true }, { title: "Id", field: "id", search: true }, ...(run.biotypes ? [{ title: "Biotype", field: "biotype", search: true }] : []),
    { title: "Mean count", field: "mean", text: (r) => digits(r.mean) }, { title: "log₂ fold change", field: "lfc", text: (r) => digits(r.lfc) }, { title: analysis.statistic, field: "stat", text: (r) => digits(r.stat) },
    { title: "p", field: "p", text: (r) => probability(-r.p) }, { title: "adjusted p", field: "q", text: (r) => probability(r.q === 1 ? NaN : -r.q) },
    { title: "Note", field: "note", search: true },
  ], { file: "genes." + analysis.file + ".tsv", select: (row) => go({ gene: row.row }), initial: "p", chosen: state.gene });
  const update = () => { dispose((node) => right.contains(node)); right.replaceChildren(); showGene(right, state.gene ?? best?.row); };
  update();
  return update;
}

// Sorted by −log10 with the smallest p first; what has none comes last.
const unknownLast = (minusLog) => (Number.isNaN(minusLog) ? 1 : -minusLog);

function cloud(holder, analysis, rows) {
  const { up, down, none, ink } = colours();
  const isMA = state.plot === "ma";
  const tested = rows.filter((r) => r.p !== 1 && (!isMA || r.mean > 0));
  // p-values of zero stand above the smallest that has a logarithm.
  const top = tested.reduce((most, r) => (r.p > -Infinity ? Math.max(most, -r.p) : most), 1) * 1.05;
  const place = (r) => (isMA ? [r.mean, r.lfc, r.row] : [r.lfc, Math.min(-r.p, top), r.row]);
  const isHit = (r) => analysis.hits[r.row] > 0;
  const parts = [tested.filter((r) => !isHit(r)), tested.filter((r) => isHit(r) && r.lfc > 0), tested.filter((r) => isHit(r) && r.lfc <= 0)];
  const strongest = [...parts[1], ...parts[2]].sort((a, b) => a.p - b.p).slice(0, 60);
  const series = (index, name, color, size) => ({ name, type: "scatter", symbolSize: size, itemStyle: { color, opacity: index ? 0.85 : 0.45 }, z: index ? 3 : 2, data: parts[index].map(place) });
  const names = ["not significant", "up", "down"];
  const made = chart("cloud", (isMA ? "MA plot" : "Volcano plot") + " of all genes of " + analysis.name + ", " + analysis.comparison, {
    legend: { top: 0, left: 10, data: names, textStyle: { color: ink } }, brush: { toolbox: ["rect", "polygon", "clear"], xAxisIndex: 0, throttleType: "debounce", throttleDelay: 100 }, toolbox: { right: 10, iconStyle: { borderColor: ink } },
    dataZoom: [{ type: "inside" }, { type: "inside", yAxisIndex: 0, filterMode: "none" }],
    tooltip: { formatter: (item) => label(item.value[2]) + "\nlog₂ fold change " + digits(analysis.lfc[item.value[2]]) + "\np " + probability(analysis.logp[item.value[2]]) + "\nadjusted p " + probability(analysis.logq[item.value[2]]) },
    xAxis: isMA ? { name: "mean of normalized counts", type: "log" } : { name: "log₂ fold change", type: "value", scale: true },
    yAxis: { name: isMA ? "log₂ fold change" : "−log₁₀ p", type: "value", scale: isMA },
    series: [series(0, names[0], none, 3), series(1, names[1], up, 6), series(2, names[2], down, 6),
      { id: "names", type: "scatter", symbolSize: 0, silent: true, z: 4, data: [], label: { show: true, formatter: (item) => label(item.value[2]), position: "top", distance: 5, fontSize: 11, fontStyle: "italic", color: ink } }],
  }, () => [["gene", "id", isMA ? "mean count" : "log2 fold change", isMA ? "log2 fold change" : "-log10 p"], tested.map((r) => [r.gene, r.id, ...place(r).slice(0, 2)])]);
  if (!made) { holder.append(figure(state.plot + "." + analysis.file, titles.genes) ?? ""); return; }
  holder.append(made.box);
  const plot = made.started();
  const name = () => plot.setOption({ series: [{ id: "names", data: unobstructed(plot, strongest.map(place)) }] });
  name();
  plot.on("dataZoom", name);
  plot.on("finished", () => { if (plot.getWidth() !== plot.namedAt) { plot.namedAt = plot.getWidth(); name(); } });
  plot.on("click", (item) => { if (item.value) go({ gene: item.value[2] }); });
  brushed(plot, parts);
}

// What is brushed in a plot is left in the table below; parts are the rows of the plot's series.
function brushed(plot, parts) {
  plot.on("brushSelected", (event) => {
    if (!table) return;
    const chosen = new Set();
    event.batch[0].selected.forEach((part) => parts[part.seriesIndex] && part.dataIndex.forEach((index) => chosen.add(parts[part.seriesIndex][index].row)));
    if (event.batch[0].areas.length) table.setFilter((row) => chosen.has(row.row)); else table.clearFilter();
  });
}

// Those of some named places, the first ones first, whose names would not lie upon another's.
function unobstructed(plot, places) {
  const taken = [];
  return places.filter((value) => {
    const [x, y] = plot.convertToPixel({ seriesIndex: 0 }, value.slice(0, 2)), half = label(value[2]).length * 3.3;
    const [left, right, top] = [x - half, x + half, y - 19];
    if (left < 0 || right > plot.getWidth() || top < 0 || taken.some((box) => left < box[1] && right > box[0] && Math.abs(top - box[2]) < 13)) return false;
    return taken.push([left, right, top]) <= 25;
  });
}

const countOf = (gene, sample) => {
  const exact = run.exact?.places.get(gene);
  const steps = (run.counts[gene * run.samples.length + sample] + run.countMiddles[gene]) % 256;
  return exact === undefined ? 2 ** (steps / run.countSteps) - 1 : run.exact.values[exact * run.samples.length + sample];
};

function showGene(holder, gene) {
  if (gene === undefined || gene === null) return;
  const analysis = current();
  holder.append(element("h3", {}, label(gene) + (run.ids[gene] === label(gene) ? "" : " · " + run.ids[gene])));
  const columns = run.columns;
  const first = columns.find((column) => column.name === (state.covariate ?? analysis.exposure)) ?? columns.find((column) => column.codes) ?? columns[0];
  const names = columns.map((column) => [column.name, column.name]);
  // There is nothing to choose without the chart.
  if (globalThis.echarts) holder.append(element("div", { class: "bar" }, choice("covariate", "Against", names, first?.name, (covariate) => go({ covariate })), choice("colour", "Colour", [["", "none"], ...names], state.colour ?? "", (colour) => go({ colour: colour || null }))));
  if (first && run.counts) countsChart(holder, gene, first, analysis);
  const note = analysis.reasons.names[analysis.reasons.codes[gene]];
  if (note) holder.append(element("p", { class: "warning" }, "Note: " + note + "."));
  holder.append(plainTable(["Analysis", "log₂ fold change", analysis.statistic, "p", "adjusted p"],
    run.analyses.filter((one) => one.lfc).map((one) => [one.name, digits(one.lfc[gene]), digits(one.stat[gene]), probability(one.logp[gene]), probability(one.logq[gene])]), { id: "gene-numbers" }));
  const evidence = run.lookUp?.[label(gene)];
  if (evidence) holder.append(element("p", { id: "evidence" }, "Look-up: " + evidence));
  const sets = analysis.sets, rank = sets?.rankOfGene(gene);
  const holding = rank === undefined ? [] : sets.significant.filter((set) => sets.membersOf(set).includes(rank)).slice(0, 20);
  if (holding.length) holder.append(element("p", { id: "gene-sets" }, "In enriched sets: ", holding.map((set) => chip(sets.names[set], () => go({ section: "sets", set })))));
}

// Samples parted by a column, for colours: levels of a factor, fifths of a number's range.
function groupsBy(column) {
  if (!column) return [["", run.samples.map((_, sample) => sample)]];
  if (column.codes) return [...column.levels, "missing"].map((name, level) => [name, run.samples.flatMap((_, sample) => ((column.codes[sample] === level || (column.codes[sample] < 0 && level === column.levels.length)) ? [sample] : []))]).filter(([, members]) => members.length);
  const known = column.values.filter(Number.isFinite), low = Math.min(...known), step = (Math.max(...known) - low) / 5 || 1;
  const part = (value) => (Number.isFinite(value) ? Math.min(4, Math.floor((value - low) / step)) : 5);
  return [0, 1, 2, 3, 4, 5].map((index) => [index < 5 ? digits(low + index * step) + " to " + digits(low + (index + 1) * step) : "missing", run.samples.flatMap((_, sample) => (part(column.values[sample]) === index ? [sample] : []))]).filter(([, members]) => members.length);
}
const cividis = ["#00204d", "#414d6b", "#7c7b78", "#bcae6c", "#ffea46", "#888888"];

function countsChart(holder, gene, column, analysis) {
  const by = run.columns.find((one) => one.name === state.colour);
  const groups = groupsBy(by), shades = by && !by.codes ? cividis : categories;
  const isFactor = Boolean(column.codes);
  // Samples of one level stand side by side, so that each is seen.
  const across = (sample) => (isFactor ? (column.codes[sample] < 0 ? column.levels.length : column.codes[sample]) + (((sample * 7) % 11) - 5) / 26 : column.values[sample]);
  const series = groups.map(([name, members], index) => ({ name: name || "samples", type: "scatter", symbolSize: run.samples.length > 200 ? 5 : 8, itemStyle: { color: shades[index % shades.length], opacity: 0.85 },
    data: members.filter((sample) => Number.isFinite(across(sample))).map((sample) => [across(sample), countOf(gene, sample) + 0.5, sample]) }));
  const slope = analysis.lfc[gene];
  if (!isFactor && column.name === analysis.exposure && Number.isFinite(slope)) {
    const points = series.flatMap((one) => one.data), mean = (values) => values.reduce((sum, value) => sum + value, 0) / values.length;
    const [x, y] = [mean(points.map((point) => point[0])), mean(points.map((point) => Math.log2(point[1])))];
    const ends = [Math.min(...points.map((point) => point[0])), Math.max(...points.map((point) => point[0]))];
    series.push({ name: "the model's slope", type: "line", showSymbol: false, silent: true, lineStyle: { color: colours().ink, width: 1.5, type: "dashed" }, itemStyle: { color: colours().ink }, data: ends.map((end) => [end, 2 ** (y + slope * (end - x))]) });
  }
  const exact = run.exact?.places.has(gene);
  const made = chart("counts", "Normalized counts of " + label(gene) + (exact ? "" : ", within 7 %"), {
    legend: by || series.length > 1 ? { top: 0, type: "scroll", textStyle: { color: colours().ink } } : undefined,
    tooltip: { formatter: (item) => run.samples[item.value[2]] + "\n" + digits(item.value[1] - 0.5) },
    xAxis: isFactor ? { name: column.name, type: "value", min: -0.5, max: column.levels.length - 0.5 + (column.codes.some((code) => code < 0) ? 1 : 0), interval: 1, splitLine: { show: false }, axisTick: { show: false }, axisLabel: { show: false } }
      : { name: column.name, type: "value", scale: true },
    yAxis: { name: "normalized count + 0.5", type: "log" }, series,
  }, () => [["sample", column.name, "normalized count"], run.samples.map((name, sample) => [name, isFactor ? column.levels[column.codes[sample]] ?? "" : column.values[sample], exact ? countOf(gene, sample) : digits(countOf(gene, sample))])]);
  if (!made) return;
  holder.append(made.box);
  const plot = made.started();
  if (isFactor) plot.setOption({ xAxis: { type: "value", axisLabel: { show: true, customValues: column.levels.map((_, level) => level), formatter: (value) => column.levels[value] ?? "", color: colours().ink } } });
}
