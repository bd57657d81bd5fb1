// What is shown, and its address: every state can be linked to, and back and forward work.

let run, charts = [], table = null, graph = null;
const state = { section: "overview", analysis: 0, gene: null, set: null, plot: "volcano", network: null, covariate: null, colour: null, other: 1, axes: [0, 1] };
const titles = { overview: "Overview", genes: "Genes", sets: "Gene sets", network: "Network", compare: "Compare", reads: "Reads", quality: "Quality", cohort: "Cohort", methods: "Methods" };
const sections = Object.keys(titles);
// Sections of which a run may have nothing; the others every run has.
const has = {
  genes: () => run.analyses.some((one) => one.lfc), sets: () => run.analyses.some((one) => one.sets), network: () => run.networks.length > 0,
  compare: () => has.severalTests() || Boolean(run.bothNulls), severalTests: () => run.analyses.filter((one) => one.lfc).length > 1, reads: () => Boolean(run.reads),
  quality: () => has.genes() || run.analyses.some((one) => one.nulls), cohort: () => run.cohort.length > 0,
};
const shownSections = () => sections.filter((name) => has[name]?.() ?? true);
const hasPicker = ["genes", "sets", "network", "compare", "quality"];

const label = (gene) => run.labels[gene];
const current = () => run.analyses[state.analysis];

// An analysis' name has a slash, which stands in the address as it is: #genes/main/stir_volume/GLYATL2.
const inAddress = (name) => name.split("/").map(encodeURIComponent).join("/");
const link = (section, analysis, item) => "#" + section + "/" + inAddress(analysis) + (item === undefined ? "" : "/" + encodeURIComponent(item));

function address() {
  if (!hasPicker.includes(state.section) || !run.analyses.length) return "#" + state.section;
  const name = state.section === "network" && state.network ? state.network : current().name;
  if (state.section === "genes" && state.gene !== null) return link("genes", name, label(state.gene));
  if (state.section === "sets" && state.set !== null) return link("sets", name, current().sets.names[state.set]);
  return link(state.section, name);
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
  state.section = shownSections().includes(parts[0]) ? parts[0] : "overview";
  const rest = parts.slice(1).join("/");
  const leads = (name) => rest === name || rest.startsWith(name + "/");
  const index = run.analyses.findIndex((analysis) => leads(analysis.name));
  if (index >= 0) state.analysis = index;
  if (state.section === "network") state.network = run.networks.find((one) => rest === one.name)?.name ?? null;
  const item = index >= 0 ? rest.slice(run.analyses[index].name.length + 1) : "";
  const place = (names) => { const found = item ? names?.indexOf(item) ?? -1 : -1; return found >= 0 ? found : null; };
  if (state.section === "genes") state.gene = place(run.labels) ?? place(run.ids);
  if (state.section === "sets") state.set = place(current()?.sets?.names);
}
