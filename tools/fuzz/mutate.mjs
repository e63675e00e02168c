/** Seeded damage to valid bytes: accidental damage, and the attempts of a hostile writer. */

/**
 * A generator of whole numbers below a bound (mulberry32): the same seed gives the same numbers.
 * @param {number} seed
 * @returns {(bound: number) => number}
 */
export function randomBelow(seed) {
  let state = seed >>> 0;
  return (bound) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * bound);
  };
}

const lengths = [
  0,
  1,
  2,
  127,
  128,
  255,
  256,
  65535,
  2 ** 31 - 1,
  2 ** 31,
  2 ** 32 - 1,
  2 ** 40,
  2 ** 53,
  2 ** 63,
];
const texts = [
  "0",
  "-1",
  "1",
  "3",
  "1234567890",
  "2147483647",
  "4294967296",
  "1099511627776",
  "9007199254740993",
  "99999999999999999999",
  "1e999",
  "0.5",
  "NaN",
  "null",
  "true",
  "[]",
  "{}",
  '""',
  '"__proto__"',
  "[[[[[[[[",
  `${"[".repeat(20_000)}${"]".repeat(20_000)}`,
  "\n",
  "\t",
  "\r\n",
  "é",
  "\u0000",
  "\ufeff",
  "\\ud800",
];

/** @typedef {(bytes: Uint8Array, random: (bound: number) => number, others: readonly Uint8Array[]) => Uint8Array} Mutation */

/** @type {Readonly<Record<string, Mutation>>} */
const mutations = {
  flipBits(bytes, random) {
    for (let flips = 1 + random(4); flips > 0; flips--) bytes[random(bytes.length)] ^= 1 << random(8);
    return bytes;
  },
  setByte(bytes, random) {
    bytes[random(bytes.length)] = [0, 1, 9, 10, 32, 48, 57, 127, 128, 254, 255][random(11)] ?? 0;
    return bytes;
  },
  truncate(bytes, random) {
    return bytes.slice(0, random(bytes.length));
  },
  append(bytes, random) {
    return concat(
      bytes,
      Uint8Array.from({ length: 1 + random(16) }, () => random(256)),
    );
  },
  remove(bytes, random) {
    const [from, to] = range(bytes.length, random);
    return concat(bytes.subarray(0, from), bytes.subarray(to));
  },
  repeat(bytes, random) {
    const [from, to] = range(bytes.length, random);
    return concat(bytes.subarray(0, to), bytes.subarray(from));
  },
  splice(bytes, random, others) {
    const other = others[random(others.length)] ?? bytes;
    const [from, to] = range(other.length, random);
    const at = random(bytes.length + 1);
    return concat(
      bytes.subarray(0, at),
      other.subarray(from, to),
      bytes.subarray(at + random(2) * (to - from)),
    );
  },
  lengthField(bytes, random) {
    const width = [2, 4, 8][random(3)] ?? 4;
    if (bytes.length < width) return bytes;
    const at = random(bytes.length - width + 1);
    const value = BigInt(lengths[random(lengths.length)] ?? 0);
    for (let byte = 0; byte < width; byte++) bytes[at + byte] = Number((value >> BigInt(8 * byte)) & 255n);
    return bytes;
  },
  number(bytes, random) {
    const runs = [...new TextDecoder("latin1").decode(bytes).matchAll(/\d+/g)];
    return replaceRun(bytes, runs, random);
  },
  token(bytes, random) {
    const runs = [
      ...new TextDecoder("latin1").decode(bytes).matchAll(/"[^"]{0,40}"|true|false|null|[[\]{}:,]/g),
    ];
    return replaceRun(bytes, runs, random);
  },
  insertText(bytes, random) {
    const at = random(bytes.length + 1);
    return concat(bytes.subarray(0, at), textAt(random), bytes.subarray(at));
  },
};
const kinds = Object.values(mutations);

/**
 * One to three mutations of one of the seeds, which differ from every seed.
 * @param {readonly Uint8Array[]} seeds valid files; they are not changed
 * @param {(bound: number) => number} random
 * @returns {Uint8Array}
 */
export function mutate(seeds, random) {
  for (;;) {
    /** @type {Uint8Array} */
    let bytes = (seeds[random(seeds.length)] ?? new Uint8Array(1)).slice();
    const most = random(2) === 0 ? 1 : 3;
    for (let times = 1 + random(most); times > 0 && bytes.length > 0; times--) {
      bytes = kinds[random(kinds.length)]?.(bytes, random, seeds) ?? bytes;
    }
    if (!seeds.some((seed) => equal(seed, bytes))) return bytes;
  }
}

/**
 * @param {Uint8Array} a
 * @param {Uint8Array} b
 */
function equal(a, b) {
  return a.length === b.length && a.every((byte, i) => byte === b[i]);
}

/**
 * @param {Uint8Array} bytes
 * @param {RegExpMatchArray[]} runs
 * @param {(bound: number) => number} random
 */
function replaceRun(bytes, runs, random) {
  const run = runs[random(runs.length)];
  if (run?.index === undefined) return bytes;
  const end = run.index + run[0].length;
  return concat(bytes.subarray(0, run.index), textAt(random), bytes.subarray(end));
}

/** @param {(bound: number) => number} random */
function textAt(random) {
  return new TextEncoder().encode(texts[random(texts.length)]);
}

/**
 * @param {number} length
 * @param {(bound: number) => number} random
 * @returns {[from: number, to: number]} at most 64 bytes, mostly
 */
function range(length, random) {
  const from = random(length);
  return [from, Math.min(length, from + 1 + random(random(8) === 0 ? length : 64))];
}

/** @param {readonly Uint8Array[]} parts */
function concat(...parts) {
  const joined = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}
