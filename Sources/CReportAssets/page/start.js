// The page itself: its menu, its theme, printing, and what happens when its address changes.

const makers = { overview, genes, sets: geneSets, network, compare, reads, quality, cohort, methods };
let drawn = null;

// Shows what the state says. What only changes the gene or the set in hand leaves the rest, with its search and filters,
// as it is.
function show() {
  const main = byId("main"), key = [state.section, state.analysis, state.plot, document.documentElement.dataset.theme].join(" ");
  document.title = titles[state.section] + " · " + run.title;
  if (drawn && drawn.key === key && drawn.update) { drawn.update(); return; }
  const stay = drawn?.section === state.section ? window.scrollY : 0;
  clear();
  document.querySelectorAll("nav a").forEach((link) => { if (link.dataset.section === state.section) link.setAttribute("aria-current", "page"); else link.removeAttribute("aria-current"); });
  const section = element("section", { class: "printed", "data-section": state.section });
  main.replaceChildren(section);
  drawn = { key, section: state.section, update: makers[state.section](section) };
  window.scrollTo(0, stay);
}

function setTheme(theme) {
  document.documentElement.dataset.theme = theme;
  drawn = null;
  show();
}

// Paper gets what can be read on it: overview, figures, methods, on white.
function printAll() {
  const main = byId("main"), { section, gene, set } = state, theme = document.documentElement.dataset.theme;
  if (main.dataset.printing) return;
  main.dataset.printing = "true";
  clear();
  document.documentElement.dataset.theme = "light";
  main.replaceChildren(...shownSections().filter((name) => !["genes", "sets", "network"].includes(name)).map((name) => { const part = element("section", { class: "printed", "data-section": name }); makers[name](part); return part; }));
  window.addEventListener("afterprint", () => { delete main.dataset.printing; Object.assign(state, { section, gene, set }); setTheme(theme); }, { once: true });
}

async function start() {
  for (const id of ["library-echarts", "library-tabulator", "library-cytoscape"]) {
    if (!byId(id)) continue;
    const script = element("script");
    script.textContent = new TextDecoder().decode(await inflated(id));
    document.head.append(script);
  }
  run = unpack(await inflated("header"), await inflated("numbers"));
  run.disguised = new Set(run.disguised);
  if (run.exact) run.exact.places = new Map([...run.exact.genes].map((gene, place) => [gene, place]));
  if (run.collection) prepareCollection(run.collection);
  run.analyses.forEach((analysis) => prepareSets(analysis.sets, run.collection, analysis.stat));
  byId("nav").append(element("h1", {}, run.title), ...shownSections().map((name) => element("a", { href: "#" + name, "data-section": name, onclick: (event) => { event.preventDefault(); go({ section: name, gene: name === "genes" ? state.gene : null }); } }, titles[name])),
    element("button", { class: "link", id: "theme", onclick: () => setTheme(isDark() ? "light" : "dark") }, "Dark or light"),
    element("button", { class: "link", id: "print", onclick: () => window.print() }, "Print"));
  const system = matchMedia("(prefers-color-scheme: dark)");
  document.documentElement.dataset.theme = system.matches ? "dark" : "light";
  system.addEventListener("change", (event) => setTheme(event.matches ? "dark" : "light"));
  window.addEventListener("hashchange", () => { readAddress(); show(); });
  window.addEventListener("beforeprint", printAll);
  readAddress();
  show();
  performance.mark("ready");
  document.body.dataset.ready = "true";
}

start().catch((error) => { byId("main").textContent = "The report could not be shown: " + error.message; });
