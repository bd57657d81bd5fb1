"use strict";
// The report's page: reads the numbers that lie in it, and shows them. Nothing is asked of any network, and nothing is
// computed that the run's tables do not have, but places on the screen. All names are put in as text, never as markup.
// The files of this folder are one script, in the order that assets.c has.

const byId = (id) => document.getElementById(id);

// The number of bytes stands before a blank; then five characters are a number to the base 85, which is four bytes.
const alphabet = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ!#$%()*+,-./;?[]^_{|}~@";

function decoded(content) {
  const length = parseInt(content, 10), text = content.slice(content.indexOf(" ") + 1);
  const worth = new Uint8Array(128), bytes = new DataView(new ArrayBuffer((text.length / 5) * 4));
  for (let digit = 0; digit < 85; digit++) worth[alphabet.charCodeAt(digit)] = digit;
  for (let at = 0; at < text.length; at += 5) {
    let number = 0;
    for (let place = 0; place < 5; place++) number = number * 85 + worth[text.charCodeAt(at + place)];
    bytes.setUint32((at / 5) * 4, number);
  }
  return new Uint8Array(bytes.buffer, 0, length);
}

async function inflated(id) {
  const stream = new Blob([decoded(byId(id).textContent)]).stream().pipeThrough(new DecompressionStream("gzip"));
  return new Response(stream).arrayBuffer();
}

// The header, with its arrays in place of their descriptions. Of numbers of several bytes all first ones stand before all
// second ones, and so on.
function unpack(header, numbers) {
  const bytes = new Uint8Array(numbers);
  const words = (Kind, { offset, count }) => {
    const words = new Kind(count), parts = new Uint8Array(words.buffer), width = Kind.BYTES_PER_ELEMENT;
    for (let part = 0; part < width; part++) for (let at = 0; at < count; at++) parts[at * width + part] = bytes[offset + part * count + at];
    return words;
  };
  const types = {
    u8: (array) => bytes.subarray(array.offset, array.offset + array.count), u16: (array) => words(Uint16Array, array), i32: (array) => words(Int32Array, array),
    d16: (array) => Float64Array.from(words(Int16Array, array), decimal),
    p16: (array) => Float64Array.from(words(Uint16Array, array), (code) => (code === 65535 ? NaN : minusLog(code))),
    p32: (array) => Float64Array.from(words(Int32Array, array), (code) => (code < 0 ? NaN : minusLog(code))),
  };
  const expand = (value) => {
    if (Array.isArray(value)) return value.map(expand);
    if (value === null || typeof value !== "object") return value;
    if (value.type && value.offset !== undefined) return types[value.type](value);
    return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, expand(entry)]));
  };
  return expand(JSON.parse(new TextDecoder().decode(header)));
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
