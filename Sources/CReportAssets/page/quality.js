// Whether it was done right, who the samples are, and what was computed.

// What became of the reads, in a study that began with them.
function reads(main) {
  main.append(...head("Reads", "From reads to counts: how many of each sample were aligned, and how many of these belong to genes.", [
    "Aligned is the share of all reads, mates counted singly; assigned is the share of what was aligned. A sample is named when it stands far from the others in one of them: more than 3.5 by the modified z-score."], run.commands.reads));
  run.reads.sentences.forEach((sentence) => main.append(element("p", {}, sentence)));
  run.reads.warnings.forEach((warning) => main.append(element("div", { class: "warning" }, warning)));
  const [names, ...rows] = run.reads.table, percent = (cell) => (cell === "NA" ? "" : (100 * Number(cell)).toFixed(1)), count = (cell) => grouped(Number(cell)), text = (cell) => cell;
  const shown = [["sample", "Sample", text], ["reads", "Reads", count], ["trimmed", "After trimming", count], ["aligned_fraction", "Aligned, %", percent], ["assigned_fraction", "Assigned, %", percent], ["unassigned_multimapping", "At several places", count], ["unassigned_ambiguity", "Of several genes", count], ["unassigned_nofeatures", "Of no gene", count], ["exonic_fraction", "Exonic, %", percent], ["intronic_fraction", "Intronic, %", percent], ["intergenic_fraction", "Intergenic, %", percent], ["bias_5_3", "5′ over 3′", (cell) => (cell === "NA" ? "" : digits(Number(cell)))], ["strandedness", "Library", text], ["flags", "Stands apart", text]].filter(([name]) => names.includes(name));
  main.append(plainTable(shown.map(([, title]) => title), rows.map((row) => shown.map(([name, , write]) => write(row[names.indexOf(name)]))), { id: "reads-table" }));
  main.append(element("h3", {}, "Programs"), plainTable(["Program", "Version"], run.reads.programs, { id: "reads-programs" }));
  return null;
}

function quality(main) {
  main.append(...head("Quality", "Whether it was done right: dispersions, null distributions, samples, and what was left out.", [
    "p-values of a sound analysis are flat with a peak at the left. A fitted null much wider than the theoretical one speaks of a batch or covariate that the design lacks; much narrower, of samples that are not independent.",
    "In the first plot, samples that stand apart or by batch deserve a look before any list of genes does."], run.commands.quality));
  if (run.pca) ordination(main);
  main.append(element("h3", {}, has.genes() ? "Models and tests" : "Permuted samples"), pickerBar());
  const analysis = current();
  if (analysis) main.append(figures(["pvalues." + analysis.file, "p-values of " + analysis.name],
    ["z." + analysis.file, analysis.nulls ? "The " + analysis.nulls.statistic + " statistics of " + analysis.name + " under three nulls: theoretical, fitted to themselves, and of permuted samples" : "Statistics of " + analysis.name + (analysis.statistic === "z" ? " and their null" : "")],
    ["tests." + analysis.file, "The tests' own statistics of " + analysis.name + (analysis.statistic === "z" ? " and their null" : "")], ["dispersions." + analysis.file, "Dispersions of " + analysis.name], ["cooks." + analysis.file, "Largest Cook's distances of " + analysis.name], ["biotypes." + analysis.file, "Biotypes of the significant genes of " + analysis.name]));
  if (analysis?.nulls) nullTable(main, analysis);
  if (run.calibration) main.append(element("h3", {}, "Calibration"));
  calibrationTable(main, () => true);
  const mine = (run.leftOut ?? []).filter((row) => analysis && row[0] === analysis.name);
  if (mine.length) main.append(element("h3", {}, "What was left out"), plainTable(["Reason", "Genes"], mine.map((row) => [row[1], grouped(Number(row[2]))]), { id: "left-out" }));
  if (run.empiricalNulls?.length) main.append(element("h3", {}, "Empirical nulls"), plainTable(["Analysis", "Standard deviation", "Share of nulls", "Cutoff"], run.empiricalNulls.map((row) => row.map((cell, index) => (index ? digits(Number(cell)) : cell))), { id: "nulls" }));
  const ofSamples = figures(...["distances", "size_factors"].map((name) => [name, { distances: "Distances of samples", size_factors: "Size factors" }[name]]),
    ...(globalThis.echarts ? [] : Object.keys(run.figures).filter((name) => name.startsWith("pca.")).map((name) => [name, "Principal components by " + name.slice(4)])));
  if (ofSamples.children.length) main.append(element("h3", {}, "Samples"), ofSamples);
  return null;
}

// The nulls that the statistics of permuted samples are held against, and what sign flips say beside them.
function nullTable(main, analysis) {
  const number = (cell) => (cell === "NA" ? "" : digits(cell)), count = (cell) => (cell === "NA" ? "" : grouped(cell));
  main.append(element("h3", {}, "The nulls of " + analysis.name + " beside each other"),
    element("p", { class: "soft" }, "How many genes each null would call. They agree where the model holds; permuted ones that spread more than the theoretical null say that its p are too small."),
    plainTable(["Null", "Mean", "Standard deviation", "Share of nulls", "p < 0.05", "p < 0.001", "adjusted p < 0.05"],
      analysis.nulls.rows.map(([name, mean, deviation, share, ...counts]) => [name, number(mean), number(deviation), number(share), ...counts.map(count)]), { id: "three-nulls" }));
  if (analysis.nulls.flips) main.append(element("p", { id: "flips" }, analysis.nulls.flips));
}

function ordination(main) {
  if (!globalThis.echarts) return;
  const axes = run.pca.scores.map((_, index) => [index, "PC" + (index + 1) + " (" + run.pca.percents[index] + " %)"]);
  const [x, y] = state.axes, by = run.columns.find((column) => column.name === (state.colour ?? run.columns.find((one) => one.codes)?.name));
  main.append(element("h3", {}, "Principal components of the samples"), element("div", { class: "bar" },
    choice("axis-x", "Across", axes, x, (value) => go({ axes: [Number(value), state.axes[1]] })), choice("axis-y", "Up", axes, y, (value) => go({ axes: [state.axes[0], Number(value)] })),
    choice("colour", "Colour", run.columns.map((column) => [column.name, column.name]), by?.name, (colour) => go({ colour }))));
  const shades = by && !by.codes ? cividis : categories;
  const made = chart("pca", "Samples on PC" + (x + 1) + " and PC" + (y + 1) + (by ? ", by " + by.name : ""), {
    legend: { top: 0, type: "scroll", textStyle: { color: colours().ink } }, xAxis: { name: axes[x][1], type: "value", scale: true }, yAxis: { name: axes[y][1], type: "value", scale: true },
    tooltip: { formatter: (item) => run.samples[item.value[2]] }, dataZoom: [{ type: "inside" }, { type: "inside", yAxisIndex: 0, filterMode: "none" }],
    series: groupsBy(by).map(([name, members], index) => ({ name: name || "samples", type: "scatter", symbolSize: run.samples.length > 200 ? 5 : 9, itemStyle: { color: shades[index % shades.length], opacity: 0.85 },
      data: members.map((sample) => [run.pca.scores[x][sample], run.pca.scores[y][sample], sample]),
      label: { show: run.samples.length <= 40, formatter: (item) => run.samples[item.value[2]], position: "right", fontSize: 10, color: colours().ink }, labelLayout: { hideOverlap: true } })),
  }, () => [["sample", ...axes.map((one) => one[1])], run.samples.map((name, sample) => [name, ...run.pca.scores.map((scores) => scores[sample])])]);
  main.append(made.box);
  made.started();
}

function cohort(main) {
  main.append(...head("Cohort", "The samples: their characteristics, exposures and covariates.", [
    "Means with standard deviations, medians with the distance of the quartiles, and shares of those with a value. Stars at a correlation: * p < 0.05, ** p < 0.01, *** p < 0.001."], run.commands.cohort));
  // A sheet of groups alone has no means, one of numbers no levels.
  const [heads, ...rows] = run.cohort, filled = heads.map((_, column) => rows.some((row) => row[column] !== "")), shown = (row) => row.filter((_, column) => filled[column]);
  main.append(plainTable(shown(heads), rows.map(shown), { id: "cohort-table" }));
  main.append(figures(["exposures", "Exposures against each other"], ["covariates", "Covariates and exposures"], ["cells", "White blood cells and their normal ranges"]));
  return null;
}

function methods(main) {
  main.append(...head("Methods", "What was computed, in words and in settings."));
  run.methods.forEach((paragraph) => main.append(element("p", { class: "method" }, paragraph)));
  main.append(element("button", { id: "copy-methods", onclick: () => save("methods.txt", [...run.methods, ...run.references].join("\n\n") + "\n", "text/plain") }, "Download this text"));
  main.append(element("h3", {}, "References"), element("ol", {}, run.references.map((reference) => element("li", {}, reference))));
  main.append(element("h3", {}, "The command"), element("pre", { id: "run-command" }, run.command));
  if (run.notes.length) main.append(element("h3", {}, "Notes"), element("ul", {}, run.notes.map((note) => element("li", {}, note))));
  main.append(element("h3", {}, "Settings and provenance"), element("dl", {}, run.provenance.flatMap(([name, value]) => [element("dt", {}, name), element("dd", {}, value)])));
  main.append(element("h3", {}, "Files"), plainTable([], run.files));
  main.append(element("h3", {}, "This page"), element("p", {}, run.licences));
  return null;
}
