// The overview: what was found, and whether to believe it.

// A small volcano plot: places of genes, no scales.
function thumbnail(analysis) {
  const canvas = element("canvas", { width: 108, height: 54, role: "img", "aria-label": "Volcano plot of " + analysis.name });
  const pen = canvas.getContext("2d"), { up, down, none } = colours();
  let wide = 0, high = 0;
  analysis.lfc.forEach((change, row) => {
    if (!Number.isFinite(analysis.logp[row])) return;
    wide = Math.max(wide, Math.abs(change)); high = Math.max(high, analysis.logp[row]);
  });
  const dot = (row, size) => pen.fillRect(54 + (50 * analysis.lfc[row]) / wide, 51 - (48 * analysis.logp[row]) / high, size, size);
  pen.fillStyle = none;
  analysis.lfc.forEach((change, row) => { if (!analysis.hits[row] && Number.isFinite(analysis.logp[row])) dot(row, 1); });
  analysis.lfc.forEach((change, row) => { if (analysis.hits[row]) { pen.fillStyle = change > 0 ? up : down; dot(row, 2.5); } });
  return canvas;
}

function overview(main) {
  main.append(...head(run.title, "What was found, and how sure it is.", [
    "Up and down are the sign of the change with the exposure. A set may change when more permutations, or another seed, could move it across the threshold."], run.command));
  main.append(element("div", { class: "row entrances" },
    element("a", { class: "panel", href: "#" + (run.labels.length ? "genes" : "sets"), id: "entrance-results" }, element("strong", {}, "What was found"), element("span", {}, "genes, gene sets, the network")),
    element("a", { class: "panel", href: "#" + (run.labels.length ? "quality" : "methods"), id: "entrance-quality" }, element("strong", {}, "Was it done right?"), element("span", {}, "quality, cohort, methods"))));
  run.sentences.forEach((sentence) => main.append(element("p", {}, sentence)));
  run.warnings.forEach((warning) => main.append(element("div", { class: "warning" }, warning)));
  if (!run.analyses.length) return;
  const isGene = (index) => run.analyses[index].lfc;
  const number = (value, way, href) => element("td", { class: "number " + way }, value === undefined ? "" : element("a", { href }, grouped(value)));
  const pictured = run.analyses.length <= 60;
  const rows = run.analyses.map((analysis, index) => {
    const genes = link("genes", analysis.name), sets = link("sets", analysis.name);
    return element("tr", {},
      element("td", {}, element("a", { href: isGene(index) ? genes : sets }, analysis.name)),
      pictured ? element("td", {}, isGene(index) ? thumbnail(analysis) : "") : null,
      number(analysis.genesUp, "up", genes), number(analysis.genesDown, "down", genes),
      number(analysis.sets?.up, "up", sets), number(analysis.sets?.down, "down", sets), number(analysis.sets?.unsettled, "soft", sets),
      element("td", {}, (analysis.strongest ?? []).map((gene) => element("a", { class: "name", href: link("genes", analysis.name, label(gene)) }, label(gene)))),
      element("td", {}, clustersOf(analysis).slice(0, 3).map((cluster) => element("a", { class: "name", href: link("network", analysis.name) }, cluster.label))));
  });
  const heads = ["Analysis", pictured ? "Volcano" : null, "Genes up", "Genes down", "Sets up", "Sets down", "May change", "Strongest genes", "Strongest themes"].filter((title) => title !== null);
  main.append(element("div", { class: "wide" }, element("table", { class: "plain", id: "analyses" }, element("tr", {}, heads.map((title) => element("th", { class: /Genes |Sets |May/.test(title) ? "number" : null }, title))), rows)));
  const first = run.analyses[0];
  main.append(element("h3", {}, "At a glance"), figures(
    ["volcano." + first.file, "Volcano plot of " + first.name], ["venn." + first.adjustment, "Significant genes shared by exposures"],
    ["network.all", "Enrichment network of all analyses"], run.figures["network.all"] ? null : ["network." + first.file, "Enrichment network of " + first.name]));
}

const clustersOf = (analysis) => [...(run.networks.find((one) => one.name === analysis.name)?.clusters ?? [])].sort((a, b) => b.count - a.count);
