// What the analyses share: who is significant where, and the statistics of one against those of another; and what two nulls
// make of the same gene sets.

function compare(main) {
  const several = has.severalTests(), lead = [several ? "What the analyses share, and where they differ" : null, run.bothNulls ? "the gene sets under two nulls" : null].filter(Boolean).join("; ");
  main.append(...head("Compare", lead[0].toUpperCase() + lead.slice(1) + ".", [
    ...(several ? ["A row of the table is a combination of analyses: its genes are significant in these and in no other. The button shows them.",
      "In the plot each point is a gene; on the line it has the same statistic in both analyses."] : []),
    ...(run.bothNulls ? ["Of gene sets under both nulls each point is a set; on the line it has the same p under both. A set that one null alone finds is no error of either: they ask different questions."] : [])], run.commands.compare));
  if (several) sharedGenes(main); else main.append(pickerBar());
  if (run.bothNulls) bothNulls(main);
  return null;
}

function sharedGenes(main) {
  const tested = run.analyses.map((analysis, index) => ({ analysis, index })).filter((one) => one.analysis.lfc);
  const regions = new Map();
  run.labels.forEach((_, gene) => {
    const key = tested.filter((one) => one.analysis.hits[gene]).map((one) => one.index).join(" ");
    if (key) regions.set(key, [...(regions.get(key) ?? []), gene]);
  });
  const members = element("div", { id: "members", role: "status" });
  const sorted = [...regions].sort((a, b) => b[1].length - a[1].length || (a[0] < b[0] ? -1 : 1));
  const named = (key) => key.split(" ").map((index) => run.analyses[index].name);
  const shortened = (names) => (names.length > 8 ? names.slice(0, 6).join(", ") + " and " + (names.length - 6) + " more" : names.join(", "));
  const show = ([key, found]) => members.replaceChildren(element("h3", {}, counted(found.length, "gene") + " in " + named(key).join(", ") + (named(key).length < tested.length ? " alone" : "")),
    element("p", {}, found.map((gene) => chip(label(gene), () => go({ section: "genes", analysis: Number(key.split(" ")[0]), gene })))),
    element("button", { id: "members-download", onclick: () => saveTable("region.tsv", ["gene", "id"], found.map((gene) => [label(gene), run.ids[gene]])) }, "Download these genes"));
  main.append(element("div", { class: "row" }, element("div", { class: "panel" }, element("h3", {}, "Significant genes by combination of analyses"),
    plainTable(["Genes", "Significant in"], sorted.slice(0, 60).map((region) => [chip(grouped(region[1].length), () => show(region)), shortened(named(region[0]))]), { id: "regions" }),
    sorted.length ? null : element("p", {}, "No gene is significant in any analysis.")), element("div", { class: "panel" }, members)));
  if (run.overlaps) overlapTable(main);
  members.append(element("p", { class: "soft" }, "Choose a combination to see its genes."));
  const other = tested.some((one) => one.index === state.other && one.index !== state.analysis) ? state.other : tested.find((one) => one.index !== state.analysis).index;
  const names = tested.map((one) => [one.index, one.analysis.name]);
  main.append(element("div", { class: "bar" }, picker(), choice("other", "Against", names.filter(([index]) => index !== state.analysis), other, (value) => go({ other: Number(value) }))));
  if (current().lfc) sideBySide(main, current(), run.analyses[other]);
  const drawn = Object.keys(run.figures).filter((name) => name === "upset" || name.startsWith("venn."));
  main.append(figures(...drawn.map((name) => [name, name === "upset" ? "Significant genes shared by analyses" + (tested.length > 40 ? ", the 40 with most" : "") : "Significant genes, " + name.slice(5)])));
}

// Whether exposures share more than chance, under the nulls of shuffles that all of them have in common.
function overlapTable(main) {
  const value = (cell) => (cell === "NA" ? "NA" : digits(cell)), p = (cell) => (cell === "NA" ? "NA" : probability(-Math.log10(cell)));
  const lines = (parts) => element("span", {}, parts.flatMap((part, place) => (place ? [element("br"), part] : [part])));
  main.append(element("h3", {}, "Is more shared than chance?"),
    element("p", { class: "soft" }, "Lists have the lengths in brackets, under every shuffle too. The joint null shuffles the rows of all exposures together: none has to do with the counts, and their correlation stays. The conditional null keeps one exposure and its list, and shuffles what of the other it and the covariates do not explain: a small p says that more is shared than the exposures' correlation explains."),
    element("div", { class: "wide" }, element("table", { class: "plain", id: "overlap-table" }, element("tr", {}, ["Lists", "Exposures", "Shared", "Null", "Expected", "p"].map((title) => element("th", {}, title))),
      run.overlaps.map((one) => {
        const nulls = [one.joint, ...one.conditional];
        return [element("tr", {}, [one.kind + ", " + one.adjustment, lines(one.exposures.map((name, place) => name + " (" + grouped(one.lengths[place]) + ")")), grouped(one.observed),
          lines(nulls.map((each) => (each.kept ? "conditional, " + each.kept + " kept" : "joint"))), lines(nulls.map((each) => value(each.expected))), lines(nulls.map((each) => p(each.p)))].map((cell) => element("td", {}, cell))),
          element("tr", { class: "verdict" }, element("td", { colspan: 6 }, one.words))];
      }))));
}

function sideBySide(main, one, two) {
  const kinds = [["in neither", colours().none], ["in both", colours().ink], ["lost in " + two.name, categories[1]], ["gained in " + two.name, categories[2]]];
  const parts = [[], [], [], []];
  run.labels.forEach((_, gene) => { if (Number.isFinite(one.stat[gene]) && Number.isFinite(two.stat[gene])) parts[one.hits[gene] ? (two.hits[gene] ? 1 : 2) : two.hits[gene] ? 3 : 0].push(gene); });
  main.append(element("p", { id: "gained" }, counted(parts[1].length, "gene") + " significant in both, " + grouped(parts[2].length) + " in " + one.name + " only, " + grouped(parts[3].length) + " in " + two.name + " only, of those tested in both."));
  const ends = [...parts.flat()].reduce(([low, high], gene) => [Math.min(low, one.stat[gene], two.stat[gene]), Math.max(high, one.stat[gene], two.stat[gene])], [0, 0]);
  const made = chart("statistics", "Statistics of " + one.name + " and " + two.name, {
    legend: { top: 0, textStyle: { color: colours().ink } }, dataZoom: [{ type: "inside" }, { type: "inside", yAxisIndex: 0, filterMode: "none" }],
    xAxis: { name: one.statistic + ", " + one.name, type: "value", scale: true }, yAxis: { name: two.statistic + ", " + two.name, type: "value", scale: true },
    tooltip: { formatter: (item) => (item.value[2] === undefined ? "" : label(item.value[2]) + "\n" + digits(item.value[0]) + " and " + digits(item.value[1])) },
    series: [...kinds.map(([name, color], index) => ({ name, type: "scatter", symbolSize: index ? 6 : 3, itemStyle: { color, opacity: index ? 0.9 : 0.4 }, z: index ? 3 : 2, data: parts[index].map((gene) => [one.stat[gene], two.stat[gene], gene]) })),
      { type: "line", silent: true, showSymbol: false, lineStyle: { color: colours().ink, type: "dashed", width: 1 }, data: [[ends[0], ends[0]], [ends[1], ends[1]]] }],
  }, () => [["gene", "id", one.name, two.name], parts.flat().map((gene) => [label(gene), run.ids[gene], one.stat[gene], two.stat[gene]])]);
  if (!made) { main.append(figures(...Object.keys(run.figures).filter((name) => name.startsWith("compare.")).map((name) => [name, "Statistics of " + name.slice(8)]))); return; }
  main.append(made.box);
  made.started().on("click", (item) => { if (item.value?.[2] !== undefined) go({ section: "genes", gene: item.value[2] }); });
}

// The sets of the analysis in hand: how many either null finds, one against the other, and all of them.
function bothNulls(main) {
  const pair = run.bothNulls.analyses.find((one) => one.name === current().name), sets = current().sets;
  main.append(element("h3", {}, "Gene sets under both nulls"));
  const [first] = run.bothNulls.analyses, named = first.nulls.map((one) => one.name);
  main.append(plainTable(["Analysis", "Both", named[0] + " alone", named[1] + " alone", "Neither"], run.bothNulls.analyses.map((one) => [
    chip(one.name, () => go({ analysis: run.analyses.findIndex((other) => other.name === one.name) })), ...one.counts.map(grouped)]), { id: "both-counts" }));
  if (!pair) { main.append(element("p", {}, "The other run has no gene sets of " + current().name + " under another null.")); return; }
  const [here, there] = pair.nulls;
  main.append(element("p", { id: "both-words" }, pair.words), element("p", { class: "soft" }, here.alone + " " + there.alone), element("p", { class: "soft" }, "Here " + current().setNull.used + " In the other run " + run.bothNulls.words));
  const places = new Map([...sets.rows].map((row, set) => [row, set])), kinds = ["neither", here.name + " alone", there.name + " alone", "both"];
  const rows = [...pair.rows].map((row, at) => ({ row: at, set: places.get(row), name: run.collection.names[row], found: kinds[pair.verdicts[at]],
    ...Object.fromEntries(pair.nulls.flatMap((one, index) => [["nes" + index, one.nes[at]], ["p" + index, unknownLast(one.logp[at])], ["q" + index, unknownLast(one.logq[at])]])) }));
  const open = (row) => { if (row.set !== undefined) go({ section: "sets", set: row.set }); };
  nullsCloud(main, pair, rows, kinds, open);
  const holder = element("div");
  main.append(holder);
  const shown = (key, least) => (row) => probability(row[key] === 1 ? NaN : -row[key], least);
  tabulate(holder, rows, [{ title: "Set", field: "name", search: true }, { title: "Significant", field: "found", search: true },
    ...pair.nulls.flatMap((one, index) => [{ title: "NES " + one.short, field: "nes" + index, text: (row) => digits(row["nes" + index]) },
      { title: "p " + one.short, field: "p" + index, text: shown("p" + index, one.least) }, { title: "q " + one.short, field: "q" + index, text: shown("q" + index, one.least) }])],
  { file: "both_nulls." + current().file + ".tsv", select: open, initial: "q0" });
}

// −log10 p under the one null against that under the other; a rectangle leaves its sets in the table.
function nullsCloud(main, pair, rows, kinds, open) {
  const { ink, none } = colours(), file = current().file, caption = "Gene sets of " + pair.name + " under both nulls";
  const height = (minus, one) => Math.min(-minus, -Math.log10(one.least));
  const tested = rows.filter((row) => row.p0 !== 1 && row.p1 !== 1);
  const parts = kinds.map((kind) => tested.filter((row) => row.found === kind)), colour = [none, categories[1], categories[2], ink];
  const value = (row) => [height(row.p0, pair.nulls[0]), height(row.p1, pair.nulls[1]), row.row];
  const end = Math.min(...[0, 1].map((index) => tested.reduce((most, row) => Math.max(most, value(row)[index]), 0)));
  const made = chart("nulls", caption, {
    legend: { top: 0, left: 10, data: kinds, textStyle: { color: ink } }, brush: { toolbox: ["rect", "polygon", "clear"], xAxisIndex: 0, throttleType: "debounce", throttleDelay: 100 }, toolbox: { right: 10, iconStyle: { borderColor: ink } },
    dataZoom: [{ type: "inside" }, { type: "inside", yAxisIndex: 0, filterMode: "none" }],
    xAxis: { name: "−log₁₀ p, " + pair.nulls[0].name, type: "value" }, yAxis: { name: "−log₁₀ p, " + pair.nulls[1].name, type: "value" },
    tooltip: { formatter: (item) => (item.value[2] === undefined ? "" : rows[item.value[2]].name + pair.nulls.map((one, index) => "\n" + one.name + ": NES " + digits(one.nes[item.value[2]]) + ", p " + probability(one.logp[item.value[2]], one.least) + ", q " + probability(one.logq[item.value[2]], one.least)).join("")) },
    series: [...kinds.map((name, index) => ({ name, type: "scatter", symbolSize: index ? 7 : 5, itemStyle: { color: colour[index], opacity: index ? 0.9 : 0.7 }, z: index ? 3 : 2, data: parts[index].map(value) })),
      { type: "line", silent: true, showSymbol: false, lineStyle: { color: ink, type: "dashed", width: 1 }, data: [[0, 0], [end, end]] }],
  }, () => [["set", "significant", ...pair.nulls.map((one) => "-log10 p, " + one.name)], tested.map((row) => [row.name, row.found, ...value(row).slice(0, 2)])]);
  if (!made) { main.append(figures(["both_nulls." + file, caption])); return; }
  main.append(made.box);
  const plot = made.started();
  plot.on("click", (item) => { if (item.value?.[2] !== undefined) open(rows[item.value[2]]); });
  brushed(plot, parts);
}
