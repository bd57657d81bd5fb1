// Elements and numbers in words.

function element(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
    else if (value !== undefined && value !== null && value !== false) node.setAttribute(name, value);
  }
  node.append(...children.flat(2).filter((child) => child !== null && child !== undefined && child !== false));
  return node;
}

function choice(id, title, options, value, onchange) {
  const select = element("select", { id, "aria-label": title, onchange: (event) => onchange(event.target.value) });
  options.forEach(([key, text]) => {
    const option = element("option", { value: key }, text);
    option.selected = String(key) === String(value);
    select.append(option);
  });
  return [element("label", { for: id }, title), select];
}

// Numbers stand right, and so does what is above them.
const isNumber = (cell) => !(cell instanceof Node) && /^[-−<]? ?[0-9]/.test(cell);
const plainTable = (titles, rows, attributes = {}) => element("div", { class: "wide" }, element("table", { class: "plain", ...attributes },
  titles.length ? element("tr", {}, titles.map((title, column) => element("th", { class: rows.length && isNumber(rows[0][column]) ? "number" : null }, title))) : null,
  rows.map((cells) => element("tr", {}, cells.map((cell) => element("td", { class: isNumber(cell) ? "number" : null }, cell instanceof Node ? cell : String(cell)))))));

const chip = (text, onclick) => element("button", { class: "chip", onclick }, text);

const raised = (number) => String(number).replace(/[-0-9]/g, (c) => "⁰¹²³⁴⁵⁶⁷⁸⁹"[c] ?? "⁻");

// A probability from its −log10: a number, and a power of ten below 0.001; never 0.
function probability(minusLog, least = 1e-307) {
  if (minusLog === Infinity) return "< " + probability(-Math.log10(least));
  if (!Number.isFinite(minusLog)) return "NA";
  if (minusLog <= 3) return (10 ** -minusLog).toPrecision(3);
  let exponent = Math.floor(-minusLog), mantissa = 10 ** (-minusLog - exponent);
  if (mantissa >= 9.995) { mantissa /= 10; exponent += 1; }
  return mantissa.toFixed(2) + " × 10" + raised(exponent);
}

function digits(value) {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? "NA" : value > 0 ? "∞" : "−∞";
  const size = Math.abs(value);
  if (size >= 1000 && size < 1e6) return String(Number(value.toPrecision(3)));
  if (size !== 0 && (size < 1e-4 || size >= 1e6)) {
    const [mantissa, exponent] = value.toExponential(2).split("e");
    return mantissa.replace("-", "−") + " × 10" + raised(Number(exponent));
  }
  return value.toPrecision(3).replace("-", "−");
}
const grouped = (value) => value.toLocaleString("en-US");
const counted = (count, noun) => grouped(count) + " " + noun + (count === 1 ? "" : "s");

function save(name, text, type = "text/tab-separated-values") {
  const link = element("a", { href: URL.createObjectURL(text instanceof Blob ? text : new Blob([text], { type })), download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}

// Rows of cells as a table on disk. Names that a spreadsheet would take for a formula or a date were marked when the page
// was made; no cell breaks its row.
function saveTable(name, titles, rows) {
  const cell = (value) => (run.disguised.has(value) ? "'" + value : String(value)).replace(/[\t\r\n]/g, " ");
  save(name, [titles, ...rows].map((row) => row.map(cell).join("\t") + "\n").join(""));
}
