"use strict";
// The report's page: reads the numbers that lie in it, and shows them. Nothing is asked of any network, and nothing is
// computed that the run's tables do not have, but places on the screen. All names are put in as text, never as markup.
// The files of this folder are one script, in the order that assets.c has.

const byId = (id) => document.getElementById(id);

async function inflated(id) {
  const packed = Uint8Array.from(atob(byId(id).textContent.trim()), (c) => c.charCodeAt(0));
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Response(stream).arrayBuffer();
}

// The payload: the length of the header, the header, and all arrays behind it, each at a multiple of eight bytes.
function unpack(buffer) {
  const length = Number(new DataView(buffer).getBigUint64(0, true));
  const header = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 8, length)));
  const base = 8 + Math.ceil(length / 8) * 8;
  const types = {
    u8: Uint8Array, u16: Uint16Array, i32: Int32Array,
    d16: (at, count) => Float64Array.from(new Int16Array(buffer, at, count), decimal),
    p16: (at, count) => Float64Array.from(new Uint16Array(buffer, at, count), (code) => (code === 65535 ? NaN : minusLog(code))),
    p32: (at, count) => Float64Array.from(new Int32Array(buffer, at, count), (code) => (code < 0 ? NaN : minusLog(code))),
  };
  const expand = (value) => {
    if (Array.isArray(value)) return value.map(expand);
    if (value === null || typeof value !== "object") return value;
    if (value.type && value.offset !== undefined) {
      const type = types[value.type], at = base + value.offset;
      return value.type.length === 3 && value.type !== "i32" && value.type !== "u16" ? type(at, value.count) : new type(buffer, at, value.count);
    }
    return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, expand(entry)]));
  };
  return expand(header);
}

// A number of three decimal digits: one plus 900 times the power of ten plus the digits less 100, with the number's sign.
function decimal(code) {
  if (code === -32768) return NaN;
  if (code === 0) return 0;
  const size = Math.abs(code);
  if (size === 32767) return code > 0 ? Infinity : -Infinity;
  const power = Math.floor((size - 1) / 900) - 18 - 2, digits = ((size - 1) % 900) + 100;
  // Powers of ten up to 22 are exact, and so is the number nearest to their quotient.
  const value = power < 0 ? digits / 10 ** -power : digits * 10 ** power;
  return code < 0 ? -value : value;
}

// A probability of three decimal digits, as its −log10; infinite where the tables have zero.
const minusLog = (code) => (code === 359999 ? Infinity : Math.floor(code / 900) + 2 - Math.log10((code % 900) + 100));
