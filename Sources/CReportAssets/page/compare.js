// What the analyses share: who is significant where, and the statistics of one against those of another.

function compare(main) {
  main.append(...head("Compare", "What the analyses share, and where they differ.", [
    "A row of the table is a combination of analyses: its genes are significant in these and in no other. The button shows them.",
    "In the plot each point is a gene; on the line it has the same statistic in both analyses."], run.commands.compare));
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
  return null;
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
