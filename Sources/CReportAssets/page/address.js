// What is shown, and its address: every state can be linked to, and back and forward work.

let run, charts = [], table = null, graph = null;
const state = { section: "overview", analysis: 0, gene: null, set: null, plot: "volcano", network: null, covariate: null, colour: null, other: 1, axes: [0, 1] };
const titles = { overview: "Overview", genes: "Genes", sets: "Gene sets", network: "Network", compare: "Compare", quality: "Quality", cohort: "Cohort", methods: "Methods" };
const sections = Object.keys(titles);
const hasPicker = ["genes", "sets", "network", "compare", "quality"];

const label = (gene) => run.labels[gene];
const current = () => run.analyses[state.analysis];

function address() {
  const parts = [state.section];
  if (hasPicker.includes(state.section) && run.analyses.length) {
    parts.push(state.section === "network" && state.network ? state.network : current().name);
    if (state.section === "genes" && state.gene !== null) parts.push(label(state.gene));
    if (state.section === "sets" && state.set !== null) parts.push(current().sets.names[state.set]);
  }
  return "#" + parts.map(encodeURIComponent).join("/");
}

function go(change) {
  // A set is one of its analysis.
  if (change.analysis !== undefined && change.analysis !== state.analysis) state.set = state.network = null;
  Object.assign(state, change);
  const target = address();
  if (location.hash === target) show(); else location.hash = target;
}

function readAddress() {
  let parts;
  try { parts = location.hash.slice(1).split("/").map(decodeURIComponent); } catch { parts = []; }
  const [section, name, item] = parts;
  state.section = sections.includes(section) ? section : "overview";
  if (state.section === "network" && name) state.network = run.networks.find((one) => one.name === name)?.name ?? null;
  const index = run.analyses.findIndex((analysis) => analysis.name === name);
  if (index >= 0) state.analysis = index;
  const place = (names) => { const found = names?.indexOf(item) ?? -1; return found >= 0 ? found : null; };
  if (state.section === "genes") state.gene = place(run.labels) ?? place(run.ids);
  if (state.section === "sets") state.set = place(current()?.sets?.names);
}
