// All gene sets of an analysis, and the set in hand: its running sum, leading edge, heat map, and what it overlaps with.

function geneSets(main) {
  const analysis = current(), sets = analysis?.sets;
  main.append(...head("Gene sets", "Every tested gene set, with intervals of its p and q; a set is settled when more permutations would not move it across the threshold.", [
    "The running sum walks down the ranked list, up at each gene of the set and down elsewhere; its extreme is the enrichment score. The genes before it are the leading edge. NES is the score divided by what shuffled genes give.",
    "The interval of q is what other shuffles of as many permutations would give in 95 of 100 runs."], run.commands.sets));
  main.append(pickerBar());
  if (!sets) { main.append(element("p", {}, "This analysis tested no gene sets.")); return null; }
  whichNull(main, analysis);
  const chosen = element("div", { class: "panel", id: "set" }), holder = element("div");
  main.append(chosen, element("h3", {}, "All tested sets"), holder);
  const rows = sets.names.map((name, row) => ({ row, name, source: sets.sourceNames[sets.sources[row]], size: sets.sizeOf(row), nes: sets.nes[row], p: unknownLast(sets.logp[row]), q: unknownLast(sets.logq[row]), low: sets.logqLow[row], high: sets.logqHigh[row], settled: sets.settled[row] ? "yes" : "no" }));
  const hasInterval = rows.some((row) => Number.isFinite(row.low));
  const least = sets.least, pair = run.bothNulls?.analyses.find((one) => one.name === analysis.name), beside = pair?.nulls[1];
  if (pair) {
    const places = new Map([...pair.rows].map((row, place) => [row, place]));
    rows.forEach((row) => { row.beside = unknownLast(beside.logq[places.get(sets.rows[row.row])]); });
  }
  tabulate(holder, rows, [
    { title: "Set", field: "name", search: true }, { title: "Source", field: "source", search: true }, { title: "Genes", field: "size", text: (r) => String(r.size) },
    { title: "NES", field: "nes", text: (r) => digits(r.nes) }, { title: "p", field: "p", text: (r) => probability(r.p === 1 ? NaN : -r.p, least) }, { title: "q", field: "q", text: (r) => probability(r.q === 1 ? NaN : -r.q, least) },
    ...(pair ? [{ title: "q, " + beside.name, field: "beside", text: (r) => probability(r.beside === 1 ? NaN : -r.beside, beside.least) }] : []),
    ...(hasInterval ? [{ title: "q interval", field: "low", text: (r) => probability(r.low) + " to " + probability(r.high) }, { title: "Settled", field: "settled", search: true }] : []),
  ], { file: "sets." + analysis.file + ".tsv", select: (row) => go({ set: row.row }), initial: "q", chosen: state.set });
  const best = rows.reduce((found, row) => (found === null || row.q < found.q ? row : found), null);
  const update = () => { dispose((node) => chosen.contains(node)); chosen.replaceChildren(); showSet(chosen, analysis, state.set ?? best?.row); };
  update();
  return update;
}

// Which null the p and q of the sets come from, and what is known of it.
function whichNull(main, analysis) {
  const { used, other, calibration, page } = analysis.setNull;
  const details = element("details", { id: "set-null" }, element("summary", {}, used), element("p", {}, other), element("p", {}, calibration + " The numbers are in " + page + " of the manual."),
    run.bothNulls ? element("p", {}, chip("Compare", () => go({ section: "compare" })), " has both nulls side by side.") : null,
    analysis.nulls?.flips ? element("p", {}, analysis.nulls.flips) : null);
  calibrationTable(details, ([, , what]) => what !== "genes");
  main.append(details);
}

// What modicum calibrate found of the nulls that were used, where its table was given.
function calibrationTable(holder, isShown) {
  if (!run.calibration) return;
  const rows = run.calibration.rows.filter(isShown);
  if (rows.length) holder.append(element("p", { class: "soft" }, run.calibration.words), plainTable(["Cell", "Scheme", "Of", "Called at p ≤ 0.05, %", "99 % interval", "Agrees with 5 %", "Cohorts"], rows, { id: "calibration" }));
}

function showSet(holder, analysis, set) {
  const sets = analysis.sets;
  if (set === undefined || set === null) return;
  holder.append(element("h3", {}, sets.names[set]), element("p", { id: "set-numbers" }, "NES " + digits(sets.nes[set]) + ", p " + probability(sets.logp[set], sets.least) + ", q " + probability(sets.logq[set], sets.least) + ", " + counted(sets.sizeOf(set), "gene")));
  const row = element("div", { class: "row" });
  holder.append(row);
  runningSum(row, analysis, set);
  edgeHeatmap(row, analysis, set);
  const edge = sets.edgeOf(set);
  holder.append(element("p", { id: "edge" }, "Leading edge (" + edge.length + "): ", edge.map((rank) => { const gene = sets.geneOfRank(rank); return gene === undefined ? element("span", { class: "chip" }, sets.genes[rank]) : chip(sets.genes[rank], () => go({ section: "genes", gene })); })));
  const mine = new Set(sets.membersOf(set));
  const overlaps = sets.significant.filter((other) => other !== set).map((other) => { const theirs = sets.membersOf(other), shared = theirs.filter((rank) => mine.has(rank)).length; return { other, shared, jaccard: shared / (mine.size + theirs.length - shared) }; })
    .filter((one) => one.shared > 0).sort((a, b) => b.jaccard - a.jaccard).slice(0, 12);
  if (overlaps.length) holder.append(element("p", { id: "overlaps" }, "Shares genes with: ", overlaps.map((one) => chip(sets.names[one.other] + " (" + one.shared + ")", () => go({ set: one.other })))));
}

function runningSum(holder, analysis, set) {
  const sets = analysis.sets, members = sets.membersOf(set), length = sets.scores.length;
  const total = members.reduce((sum, rank) => sum + Math.abs(sets.scores[rank]) ** run.weight, 0), fall = 1 / (length - members.length);
  const line = [[0, 0]];
  let sum = 0, previous = 0;
  members.forEach((rank) => { sum -= (rank - previous) * fall; line.push([rank, sum]); sum += total > 0 ? Math.abs(sets.scores[rank]) ** run.weight / total : 1 / members.length; line.push([rank + 1, sum]); previous = rank + 1; });
  line.push([length, 0]);
  const { up, down, ink, none } = colours(), step = Math.max(1, Math.floor(length / 600));
  const metric = [];
  for (let rank = 0; rank < length; rank += step) metric.push([rank, sets.scores[rank]]);
  const lower = { gridIndex: 1, type: "value" };
  const made = chart("running", "Running sum of " + sets.names[set], {
    grid: [{ left: 64, right: 22, top: 20, height: "52%" }, { left: 64, right: 22, top: "74%", bottom: 50 }], dataZoom: [{ type: "inside", xAxisIndex: [0, 1] }],
    xAxis: [{ type: "value", max: length, axisLabel: { show: false } }, { ...lower, max: length, name: "rank" }], yAxis: [{ name: "running sum", type: "value", nameGap: 44 }, { ...lower, name: "score", nameGap: 44, splitNumber: 2 }],
    tooltip: { trigger: "item", formatter: (item) => (item.seriesName === "genes" ? sets.genes[item.value[0]] + "\nrank " + grouped(item.value[0] + 1) + "\nscore " + digits(sets.scores[item.value[0]]) : "") },
    series: [{ name: "sum", type: "line", showSymbol: false, silent: true, data: line, lineStyle: { color: sets.nes[set] > 0 ? up : down } },
      { name: "genes", type: "scatter", symbol: "rect", symbolSize: [1.5, 14], itemStyle: { color: ink }, data: members.map((rank) => [rank, 0]) },
      { name: "metric", type: "line", xAxisIndex: 1, yAxisIndex: 1, showSymbol: false, silent: true, areaStyle: { color: none, opacity: 0.7, origin: "auto" }, lineStyle: { width: 0.5, color: none }, data: metric }],
  }, () => [["gene", "rank", "score", "in the leading edge"], members.map((rank) => [sets.genes[rank], rank + 1, sets.scores[rank], sets.edgeOf(set).includes(rank) ? "yes" : "no"])]);
  if (!made) {
    const place = sets.pictured.indexOf(set);
    if (place >= 0) holder.append(figure("set" + (place + 1) + "." + analysis.file, sets.names[set]) ?? "");
    return;
  }
  holder.append(made.box);
  made.started().on("click", (item) => { const gene = item.seriesName === "genes" ? sets.geneOfRank(item.value[0]) : undefined; if (gene !== undefined) go({ section: "genes", gene }); });
}

// The leading edge over the samples, which stand by the exposure; each gene's counts less their mean, in deviations.
function edgeHeatmap(holder, analysis, set) {
  const sets = analysis.sets, exposure = run.columns.find((column) => column.name === analysis.exposure) ?? run.columns.find((column) => column.codes);
  if (!run.counts) return;
  const known = sets.edgeOf(set).map((rank) => sets.geneOfRank(rank)).filter((gene) => gene !== undefined).slice(0, 50);
  if (!known.length) return;
  const place = (sample) => (exposure ? (exposure.values ? exposure.values[sample] : exposure.codes[sample]) : 0);
  const order = run.samples.map((_, sample) => sample).sort((a, b) => place(a) - place(b) || a - b);
  const cells = [];
  known.forEach((gene, row) => {
    const logs = order.map((sample) => Math.log2(countOf(gene, sample) + 1)), mean = logs.reduce((sum, value) => sum + value, 0) / logs.length;
    const deviation = Math.sqrt(logs.reduce((sum, value) => sum + (value - mean) ** 2, 0) / Math.max(1, logs.length - 1)) || 1;
    logs.forEach((value, column) => cells.push([column, row, Number(((value - mean) / deviation).toFixed(2))]));
  });
  const made = chart("heatmap", "Leading edge of " + sets.names[set] + (exposure ? ", samples by " + exposure.name : ""), {
    grid: { left: 110, right: 20, top: 40, bottom: 54 }, xAxis: { type: "category", name: exposure ? "samples by " + exposure.name : "samples", data: order.map((sample) => run.samples[sample]), axisLabel: { show: false }, axisTick: { show: false } },
    yAxis: { type: "category", inverse: true, data: known.map(label), axisLabel: { fontSize: 10, width: 95, overflow: "truncate", color: colours().ink }, splitLine: { show: false } },
    tooltip: { formatter: (item) => run.samples[order[item.value[0]]] + "\n" + label(known[item.value[1]]) + "\n" + item.value[2] + " standard deviations" },
    visualMap: { min: -2.5, max: 2.5, calculable: false, orient: "horizontal", top: 0, left: "center", itemHeight: 90, itemWidth: 10, text: ["more", "less"], textStyle: { color: colours().ink }, inRange: { color: ["#0072b2", "#f7f7f7", "#d55e00"] } },
    series: [{ type: "heatmap", data: cells }],
  }, () => [["gene", ...order.map((sample) => run.samples[sample])], known.map((gene) => [label(gene), ...order.map((sample) => digits(countOf(gene, sample)))])]);
  if (!made) { holder.append(figure("edge" + (sets.pictured.indexOf(set) + 1) + "." + analysis.file, "Leading edge of " + sets.names[set]) ?? ""); return; }
  holder.append(made.box);
  made.started().on("click", (item) => go({ section: "genes", gene: known[item.value[1]] }));
}

// The members of all sets stand once, as differences of places in the list of all genes; an analysis has of a set those that
// are in its own list.
function prepareCollection(collection) {
  collection.genes = [...run.labels, ...collection.others];
  const ends = [], { sizes, steps } = collection;
  sizes.forEach((size, set) => ends.push(size + (set ? ends[set - 1] : 0)));
  collection.membersOf = (set) => {
    const members = [];
    let gene = -1;
    for (let place = ends[set] - sizes[set]; place < ends[set]; place++) { gene += steps[place]; members.push(gene); }
    return members;
  };
}

// A list stands as distances of its genes from where the falling statistic, missing ones last, would have them.
function orderOf(shifts, statistics, genes) {
  const value = (gene) => (gene < (statistics?.length ?? 0) && !Number.isNaN(statistics[gene]) ? statistics[gene] : -Infinity);
  const guess = statistics ? genes.map((_, gene) => gene).sort((a, b) => value(b) - value(a) || a - b) : null;
  return [...shifts].map((code, rank) => { const place = rank + (code % 2 ? -(code + 1) / 2 : code / 2); return guess ? guess[place] : place; });
}

function prepareSets(sets, collection, statistics) {
  if (!sets) return;
  sets.names = [...sets.rows].map((row) => collection.names[row]);
  // Made when they are first asked for: a study may have hundreds of lists.
  let list = null;
  const ranked = () => {
    if (list) return list;
    const order = orderOf(sets.order, statistics, collection.genes), rankOf = new Int32Array(collection.genes.length).fill(-1);
    order.forEach((gene, rank) => { rankOf[gene] = rank; });
    return (list = { rankOf, genes: order.map((gene) => collection.genes[gene]) });
  };
  Object.defineProperty(sets, "genes", { get: () => ranked().genes });
  const ranksOf = (set) => collection.membersOf(sets.rows[set]).map((gene) => ranked().rankOf[gene]).filter((rank) => rank >= 0);
  sets.membersOf = (set) => ranksOf(set).sort((a, b) => a - b);
  sets.sizeOf = (set) => ranksOf(set).length;
  sets.edgeOf = (set) => { const members = sets.membersOf(set); return sets.nes[set] >= 0 ? members.filter((rank) => rank <= sets.peaks[set]) : members.filter((rank) => rank >= sets.peaks[set] && sets.peaks[set] >= 0); };
  let ranks = null, places = null;
  sets.rankOfGene = (gene) => { ranks ??= new Map(sets.genes.map((name, rank) => [name, rank])); return ranks.get(label(gene)) ?? ranks.get(run.ids[gene]); };
  sets.geneOfRank = (rank) => {
    places ??= new Map([...run.ids.map((id, gene) => [id, gene]), ...run.labels.map((name, gene) => [name, gene])]);
    return places.get(sets.genes[rank]);
  };
}
