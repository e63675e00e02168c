/**
 * Judges what a backend computed on a runtime. Labels must equal the reference's byte for byte. Tables must lie
 * within a limit, row by row: the L2 norm of the difference, relative to the L2 norm of the expected row. So no
 * user's vector, however short, is further from the reference's than this share of its own length.
 */

/** @typedef {{ values: Float32Array | Int32Array, columns: number }} Table labels are int32, with one column */
/** @typedef {Readonly<Record<string, Table>>} Tables by name, "<stage>/…" */
/** @typedef {import("./report.d.mts").BackendReport} BackendReport */
/** @typedef {{ labels: number, largest: number, problems: string[] }} Verdict how many labels, how far the tables */

/**
 * The reference is the portable backend on Node 20; golden tables come from a float64 implementation. Core's own
 * backends sum in float64; devices may have float32 only.
 */
export const limits = {
  core: { reference: 1e-6, golden: 1e-5 },
  devices: { reference: 1e-4, golden: 1e-4 },
};

/**
 * Largest difference of any row, relative to the expected row, in L2 norm; Infinity if a value is not finite, a row
 * that should be zero is not, or the shapes differ.
 * @param {ArrayLike<number>} found
 * @param {ArrayLike<number>} expected
 * @param {number} columns
 */
export function relativeDifference(found, expected, columns) {
  if (found.length !== expected.length || expected.length % columns !== 0) return Infinity;
  let largest = 0;
  for (let start = 0; start < expected.length; start += columns) {
    let squares = 0;
    let distance = 0;
    for (let i = start; i < start + columns; i++) {
      const wanted = expected[i] ?? NaN;
      squares += wanted ** 2;
      distance += ((found[i] ?? NaN) - wanted) ** 2;
    }
    if (!Number.isFinite(distance)) return Infinity;
    if (distance > 0) largest = Math.max(largest, Math.sqrt(distance / squares));
  }
  return largest;
}

/**
 * Holds what one stage computed against what is expected; what is missing is a problem too.
 * @param {string} stage
 * @param {Tables} found
 * @param {Tables} expected
 * @param {number} limit
 * @returns {Verdict}
 */
export function compareStage(stage, found, expected, limit) {
  /** @type {Verdict} */
  const verdict = { labels: 0, largest: 0, problems: [] };
  const names = Object.keys(expected).filter((name) => name.startsWith(`${stage}/`));
  if (names.length === 0) verdict.problems.push(`${stage}: there is nothing to compare with`);
  for (const name of names) {
    const wanted = expected[name];
    const own = found[name];
    if (own === undefined || wanted === undefined) verdict.problems.push(`${name}: not computed`);
    else if (wanted.values instanceof Int32Array) {
      verdict.labels++;
      verdict.problems.push(...labelProblems(name, own.values, wanted.values));
    } else {
      const difference = relativeDifference(own.values, wanted.values, wanted.columns);
      verdict.largest = Math.max(verdict.largest, difference);
      if (!(difference <= limit)) {
        verdict.problems.push(
          `${name}: expected within ${limit} of each row, found ${difference.toExponential(2)}`,
        );
      }
    }
  }
  return verdict;
}

/** @param {string} name @param {Table["values"]} found @param {Int32Array} expected */
function labelProblems(name, found, expected) {
  if (!(found instanceof Int32Array) || found.length !== expected.length) {
    return [`${name}: expected ${expected.length} labels, found ${found.length} ${found.constructor.name}`];
  }
  let count = 0;
  let first = -1;
  for (let row = expected.length - 1; row >= 0; row--) {
    if (found[row] === expected[row]) continue;
    count++;
    first = row;
  }
  if (count === 0) return [];
  const where = `first row ${first}, ${found[first]} instead of ${expected[first]}`;
  return [`${name}: ${count} of ${expected.length} labels differ, ${where}`];
}

/**
 * What is wrong with a backend's presence: it must be there, unless the runtime is known to lack it.
 * @param {BackendReport} report
 * @param {Readonly<Record<string, string>>} lacks by name, with the reason
 */
export function presenceProblems({ name, absent, fault }, lacks) {
  if (fault !== undefined) return [`does not open: ${fault}`];
  const listed = Object.hasOwn(lacks, name);
  if (absent === undefined && listed) return ["is here, though the runtime is listed as lacking it"];
  if (absent !== undefined && !listed) return [`absent, though the runtime should have it: ${absent}`];
  return [];
}

/**
 * What the conformance suite found wrong.
 * @param {BackendReport} report
 */
export function conformanceProblems({ cases, stages }) {
  if (stages.conformance === undefined) return ["the conformance suite did not run"];
  if (stages.conformance.error !== undefined) return [stages.conformance.error];
  if (!cases.some(({ status }) => status === "passed")) return ["conformance: no case passed"];
  const failed = cases.filter(({ status }) => status === "failed");
  return failed.map(({ operation, name, reason }) => `conformance: ${operation} ${name}: ${reason}`);
}

/**
 * Inputs are generated anew in every runtime and must be equal bit for bit, or all that follows means nothing.
 * @param {Readonly<Record<string, string>>} found
 * @param {Readonly<Record<string, string>>} expected
 */
export function inputProblems(found, expected) {
  return Object.entries(expected)
    .filter(([name, digest]) => found[name] !== digest)
    .map(([name, digest]) => `input ${name}: expected SHA-256 ${digest}, found ${found[name]}`);
}
