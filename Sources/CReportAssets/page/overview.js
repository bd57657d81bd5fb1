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

// A way in, to the first of some sections that the run has.
function entrance(id, title, names) {
  const shown = names.filter((name) => shownSections().includes(name));
  return element("a", { class: "panel", href: "#" + shown[0], id }, element("strong", {}, title), element("span", {}, shown.map((name) => titles[name].toLowerCase()).join(", ")));
}

// What was found, where there are too many analyses for a sentence each.
function manyInShort() {
  const having = (what) => grouped(run.analyses.filter(what).length);
  return "Of " + grouped(run.analyses.length) + " analyses " + [has.genes() ? having((one) => one.genesUp + one.genesDown > 0) + " have significant genes" : null, has.sets() ? having((one) => one.sets?.significant.length > 0) + " have enriched gene sets" : null].filter(Boolean).join(" and ") + ".";
}

function overview(main) {
  main.append(...head(run.title, "What was found, and how sure it is.", [
    "Up and down are the sign of the change with the exposure. A set may change when more permutations, or another seed, could move it across the threshold."], run.command));
  main.append(element("div", { class: "row entrances" },
    entrance("entrance-results", "What was found", ["genes", "sets", "network"]), entrance("entrance-quality", "Was it done right?", ["quality", "cohort", "methods"])));
  const sentences = run.sentences.map((sentence) => element("p", {}, sentence));
  if (sentences.length <= 24) main.append(...sentences);
  else main.append(element("p", { id: "summary" }, manyInShort()), element("details", { id: "all-sentences" }, element("summary", {}, "Each of them in words"), sentences));
  run.warnings.forEach((warning) => main.append(element("div", { class: "warning" }, warning)));
  if (!run.analyses.length) return;
  const number = (value, way, href) => element("td", { class: "number " + way }, value === undefined ? "" : element("a", { href }, grouped(value)));
  const pictured = run.analyses.length <= 60 && has.genes();
  const names = (parts) => element("td", {}, parts.map(([text, href]) => element("a", { class: "name", href }, text)));
  // A column of which no analysis has anything is left out.
  const columns = [
    ["Analysis", true, (one, genes, sets) => element("td", {}, element("a", { href: one.lfc ? genes : sets }, one.name))],
    ["Volcano", pictured, (one) => element("td", {}, thumbnail(one))],
    ["Genes up", has.genes(), (one, genes) => number(one.genesUp, "up", genes)], ["Genes down", has.genes(), (one, genes) => number(one.genesDown, "down", genes)],
    ["Sets up", has.sets(), (one, _, sets) => number(one.sets?.up, "up", sets)], ["Sets down", has.sets(), (one, _, sets) => number(one.sets?.down, "down", sets)],
    ["May change", has.sets(), (one, _, sets) => number(one.sets?.unsettled, "soft", sets)],
    ["Strongest genes", run.analyses.some((one) => one.strongest?.length), (one) => names(one.strongest.map((gene) => [label(gene), link("genes", one.name, label(gene))]))],
    ["Strongest themes", run.analyses.some((one) => clustersOf(one).length), (one) => names(clustersOf(one).slice(0, 3).map((cluster) => [cluster.label, link("network", one.name)]))],
  ].filter(([, isThere]) => isThere);
  main.append(element("div", { class: "wide" }, element("table", { class: "plain", id: "analyses" },
    element("tr", {}, columns.map(([title]) => element("th", { class: /Genes |Sets |May/.test(title) ? "number" : null }, title))),
    run.analyses.map((one) => element("tr", {}, columns.map(([, , cell]) => cell(one, link("genes", one.name), link("sets", one.name))))))));
  const first = run.analyses[0];
  // A network without a line has no names in its picture.
  const network = ["all", first.file].map((file) => run.networks.find((one) => one.file === file)).find((one) => one && run.figures["network." + one.file]);
  const pictures = figures(
    ["volcano." + first.file, "Volcano plot of " + first.name], ["venn." + first.adjustment, "Significant genes shared by exposures"],
    network?.edges.length ? ["network." + network.file, "Enrichment network of " + network.name] : null);
  if (pictures.children.length) main.append(element("h3", {}, "At a glance"), pictures);
}

const clustersOf = (analysis) => [...(run.networks.find((one) => one.name === analysis.name)?.clusters ?? [])].sort((a, b) => b.count - a.count);
