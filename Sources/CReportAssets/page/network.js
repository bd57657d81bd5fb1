// The enrichment network: clusters in boxes, sliders within what was computed, a click leads to the set.

function network(main) {
  main.append(...head("Network", "Enriched gene sets, joined where they share genes; sets that hang together are clusters, labelled by the words of their names.", [
    "A circle is a gene set, as large as the set; vermillion sets are up with the exposure, blue ones down, the stronger the smaller q. With several analyses a circle has a slice for each. Lines join sets that share genes, the thicker the more. A click on a circle shows the set."], run.commands.network));
  const name = state.network ?? current()?.name;
  const index = Math.max(0, run.networks.findIndex((one) => one.name === name)), chosen = run.networks[index];
  const bar = element("div", { class: "bar" }, run.networks.length === 1 ? null : choice("network-choice", "Network", run.networks.map((one, place) => [place, one.name]), index, (value) => { const one = run.networks[value], analysis = run.analyses.findIndex((each) => each.name === one.name); go({ ...(analysis >= 0 ? { analysis } : {}), network: one.name }); }));
  main.append(bar);
  if (!chosen.nodes.length) { main.append(element("p", {}, "No gene set passes the thresholds.")); return null; }
  const clusters = element("p", { id: "clusters" }, [...chosen.clusters].sort((a, b) => b.count - a.count).map((cluster) => chip(cluster.label + " (" + cluster.count + ")", () => { if (graph) graph.fit(graph.nodes().filter((node) => node.data("cluster") === cluster.index), 60); })));
  if (!globalThis.cytoscape) { main.append(figure("network." + chosen.file, "Enrichment network of " + chosen.name) ?? "", clusters, stillSets(chosen)); return null; }
  const slider = (id, title, least, most, step, value) => [element("label", { for: id }, title), element("input", { type: "range", id, min: least, max: most, step, value }), element("output", { for: id }, String(value))];
  const most = Math.max(...chosen.nodes.map((node) => node.logq).filter((value) => value < 400), run.threshold);
  const similarity = slider("similarity", "Similarity at least", chosen.cutoff, 1, 0.005, chosen.cutoff);
  const strength = slider("q-limit", "−log₁₀ q at least", Math.floor(run.threshold * 10) / 10, Math.ceil(most * 10) / 10, 0.1, Math.floor(run.threshold * 10) / 10);
  bar.append(...similarity, ...strength,
    element("button", { id: "network-fit", onclick: () => fitGraph() }, "Whole network"),
    element("button", { id: "network-png", onclick: () => save("network." + chosen.file + ".png", graph.png({ full: true, bg: "#ffffff", scale: 2, output: "blob" }), "image/png") }, "PNG"),
    // The picture of a large network lies in the folder beside the page.
    ...(run.figures["network." + chosen.file] ? [element("button", { id: "network-svg", onclick: () => save("network." + chosen.file + ".svg", run.figures["network." + chosen.file], "image/svg+xml") }, "SVG")] : []),
    element("button", { id: "network-cyjs", onclick: () => save("network." + chosen.file + ".cyjs", JSON.stringify({ format_version: "1.0", generated_by: "modicum", data: { name: chosen.name }, elements: graph.json().elements }), "application/json") }, "cyjs"));
  const node = element("div", { id: "graph", role: "img", "aria-label": "Enrichment network of " + chosen.name });
  const legend = chosen.slices.length > 1 ? element("p", { class: "soft" }, "Slices clockwise from the top: " + chosen.slices.join(", ")) : null;
  main.append(node, legend ?? "", element("h3", {}, "Clusters"), chosen.clusters.length ? clusters : element("p", {}, "No two of these sets share as many genes as a line needs: a similarity of " + chosen.cutoff + "."));
  drawGraph(node, chosen);
  const filter = () => {
    const [least, strict] = [Number(similarity[1].value), Number(strength[1].value)];
    similarity[2].textContent = least.toFixed(3);
    strength[2].textContent = strict.toFixed(1);
    graph.batch(() => {
      graph.nodes("[?set]").forEach((one) => one.toggleClass("hidden", one.data("q") < strict));
      graph.edges().forEach((one) => one.toggleClass("hidden", one.data("similarity") < least));
    });
  };
  similarity[1].addEventListener("input", filter);
  strength[1].addEventListener("input", filter);
  graph.on("tap", "node[?set]", (event) => showSetOf(chosen, event.target.data("name")));
  return null;
}

// The names of the sets, which the still picture has of clusters alone; the strongest first.
function stillSets(chosen) {
  const most = 200, sorted = [...chosen.nodes].sort((a, b) => b.logq - a.logq || (a.name < b.name ? -1 : 1)), left = sorted.length - most;
  return element("p", { id: "network-sets" }, "Sets: ", sorted.slice(0, most).map((one) => chip(one.name, () => showSetOf(chosen, one.name))), left > 0 ? " and " + grouped(left) + " more, in network/" + chosen.file + ".nodes.tsv" : null);
}

function showSetOf(chosen, set) {
  const holds = (analysis) => analysis.sets?.names.indexOf(set) ?? -1, own = run.analyses.findIndex((analysis) => analysis.name === chosen.name);
  // In a network of several analyses, the first in which the set is enriched.
  const analysis = own >= 0 ? own : Math.max(0, run.analyses.findIndex((one) => one.sets?.significant.includes(holds(one))));
  if (holds(run.analyses[analysis]) >= 0) go({ section: "sets", analysis, set: holds(run.analyses[analysis]) });
}

function fitGraph() {
  graph.fit(undefined, 30);
  // A few nodes would fill the window.
  if (graph.zoom() > 1.6) { graph.zoom(1.6); graph.center(); }
}

function drawGraph(holder, chosen) {
  const slices = chosen.slices.length;
  const pie = (one) => Object.fromEntries(one.colours.map((colour, index) => ["slice" + (index + 1), colour]));
  // Cytoscape draws sixteen slices; of more analyses there is the sum of signs.
  const hasPie = slices > 1 && slices <= 16;
  const pieStyle = hasPie ? Object.fromEntries(chosen.slices.flatMap((_, index) => [["pie-" + (index + 1) + "-background-color", "data(slice" + (index + 1) + ")"], ["pie-" + (index + 1) + "-background-size", 100 / slices]])) : {};
  graph = cytoscape({ container: holder, layout: { name: "preset" }, minZoom: 0.05, maxZoom: 6,
    elements: [
      ...chosen.clusters.filter((cluster) => cluster.count > 1).map((cluster) => ({ data: { id: "c" + cluster.index, text: cluster.label } })),
      ...chosen.nodes.map((one, index) => ({ data: { id: "n" + index, set: 1, name: one.name, text: one.text, size: one.radius * 2, colour: one.colour, cluster: one.cluster, q: one.logq, parent: chosen.clusters[one.cluster]?.count > 1 ? "c" + one.cluster : undefined, ...pie(one) }, position: { x: one.x, y: one.y } })),
      ...chosen.edges.map((one, index) => ({ data: { id: "e" + index, source: "n" + one[0], target: "n" + one[1], similarity: one[2] } })),
    ],
    style: [
      { selector: "node[?set]", style: { width: "data(size)", height: "data(size)", "background-color": hasPie ? "#e4e4e2" : "data(colour)", "border-width": 1, "border-color": "#5a5a5a", label: "data(text)", "font-size": 6, color: "#1f1f1f", "text-valign": "bottom", "text-margin-y": 2, "text-wrap": "ellipsis", "text-max-width": 80, "min-zoomed-font-size": 8, "pie-size": "96%", ...pieStyle } },
      { selector: ":parent", style: { shape: "round-rectangle", "background-color": "#f6f6f4", "background-opacity": 1, "border-color": "#dcdcd8", "border-width": 1, padding: 12, label: "data(text)", "font-size": 11, "font-weight": "bold", color: "#1f1f1f", "text-valign": "top", "text-margin-y": -3 } },
      { selector: "edge", style: { width: "mapData(similarity, 0, 1, 0.4, 4)", "line-color": "#a6cee3", "curve-style": "haystack" } },
      { selector: ".hidden", style: { display: "none" } },
    ] });
  graph.nodes(":parent").ungrabify();
  fitGraph();
}
