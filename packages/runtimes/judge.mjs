/** One row of the table for each backend of a run, with everything that is wrong with it. */

import { compareStage, conformanceProblems, inputProblems, presenceProblems } from "./compare.mjs";
import { datasetNames } from "./datasets.mjs";
import { reproducible, trainingProblems } from "./train.mjs";

/** @typedef {import("./compare.mjs").Tables} Tables */
/** @typedef {import("./compare.mjs").Verdict} Verdict */
/** @typedef {import("./report.d.mts").BackendReport} BackendReport */
/** @typedef {ReturnType<typeof import("./results.mjs").readResults>} Results */
/**
 * @typedef {object} Row
 * @property {string} runtime
 * @property {string} backend
 * @property {string} golden
 * @property {string} small
 * @property {string} tiktok
 * @property {string} saveLoad
 * @property {string} training
 * @property {string} conformance
 * @property {string} note why something is absent, or how much is wrong
 * @property {string[]} problems
 */

/** The backend that all others are compared with, on the reference runtime. */
export const referenceBackend = "cpu";

/**
 * @param {Results} results
 * @param {Results} reference
 * @param {Tables} golden what the golden cases expect
 * @param {Readonly<Record<string, string>>} lacks backends that the runtime is known to lack, with the reason
 * @param {{ readonly reference: number, readonly golden: number }} limits
 * @returns {Row[]}
 */
export function judge({ report, tables }, reference, golden, lacks, limits) {
  const inputs = inputProblems(report.inputs, reference.report.inputs);
  const expected = reference.tables[referenceBackend] ?? {};
  return report.backends.map((backend) => {
    const problems = [...inputs, ...presenceProblems(backend, lacks)];
    const { runtime } = report;
    if (backend.absent !== undefined || backend.fault !== undefined) {
      const state = backend.absent === undefined ? "does not open" : "absent";
      const known = lacks[backend.name];
      const message = backend.absent ?? backend.fault ?? "";
      const note = known === undefined ? message : `${known}. A user sees: ${message}`;
      return absentRow(runtime, backend.name, state, note, problems);
    }
    const found = tables[backend.name] ?? {};
    /** @param {string} stage @param {Tables} wanted @param {number} limit */
    const compare = (stage, wanted, limit) => {
      const verdict = compareStage(stage, found, wanted, limit);
      problems.push(...verdict.problems);
      return verdict;
    };
    const cases = backend.slow === undefined ? "golden" : "golden/tiny";
    const byGolden = compare(cases, golden, limits.golden);
    const goldenByReference = compare(cases, expected, limits.reference);
    /** @type {Record<string, string>} */
    const fits = {};
    /** @type {Verdict[]} */
    const saved = [];
    for (const size of datasetNames) {
      if (backend.slow !== undefined && size === "tiktok") {
        fits[size] = "left out";
        continue;
      }
      fits[size] = `${cell(compare(size, expected, limits.reference))}, ${fitSeconds(backend, size)} s`;
      saved.push(compare(`save-load/${size}`, expected, limits.reference));
      // A loaded initializer gives the users of the fit their rows again.
      const rows = found[`${size}/users`];
      const own = rows === undefined ? {} : { [`save-load/${size}/transform`]: rows };
      saved.push(compare(`save-load/${size}`, own, limits.reference));
    }
    for (const [stage, { error }] of Object.entries(backend.stages)) {
      if (error !== undefined && stage !== "conformance") problems.push(`${stage}: ${error}`);
    }
    const trainings = trainingProblems(backend, reference.report.backends);
    problems.push(...trainings);
    const wrong = conformanceProblems(backend);
    problems.push(...wrong);
    return {
      runtime,
      backend: backend.name,
      // The figure is the distance from the golden files, which the limit against the reference leaves as it is.
      golden: goldenByReference.problems.length > 0 ? "FAILED" : cell(byGolden),
      small: fits.small ?? "",
      tiktok: fits.tiktok ?? "",
      saveLoad: cell(...saved),
      training: trainingCell(backend.name, trainings),
      conformance: tally(backend, wrong.length),
      note:
        backend.slow === undefined ? "" : `tiny and small cases and single operations only: ${backend.slow}`,
      problems,
    };
  });
}

/** "151 passed, 2 omitted". @param {BackendReport} report @param {number} wrong */
function tally({ cases }, wrong) {
  const passed = cases.filter(({ status }) => status === "passed").length;
  const omitted = cases.filter(({ status }) => status === "skipped" || status === "absent").length;
  return `${passed} passed${omitted > 0 ? `, ${omitted} omitted` : ""}${wrong > 0 ? `, ${wrong} FAILED` : ""}`;
}

/** "same bytes". @param {string} name @param {readonly string[]} problems */
function trainingCell(name, problems) {
  if (problems.length > 0) return "FAILED";
  return reproducible[name] === undefined ? "" : "same bytes";
}

/** "labels equal, 2.1e-7": how far the tables are at most. @param {Verdict[]} verdicts */
function cell(...verdicts) {
  if (verdicts.some(({ problems }) => problems.length > 0)) return "FAILED";
  const labels = verdicts.some((verdict) => verdict.labels > 0) ? "labels equal, " : "";
  return `${labels}${Math.max(...verdicts.map(({ largest }) => largest)).toExponential(1)}`;
}

/**
 * The row of something that did not run.
 * @param {string} runtime
 * @param {string} backend
 * @param {string} state
 * @param {string} note
 * @param {string[]} problems
 * @returns {Row}
 */
export function absentRow(runtime, backend, state, note, problems) {
  const cells = {
    golden: state,
    small: state,
    tiktok: state,
    saveLoad: state,
    training: state,
    conformance: state,
  };
  return { runtime, backend, ...cells, note, problems };
}

/**
 * Seconds of the whole fit: the parts of the stage without recommending.
 * @param {BackendReport} backend
 * @param {import("./datasets.mjs").DatasetName} size
 */
function fitSeconds({ stages }, size) {
  const { recommend: _, ...parts } = stages[size]?.parts ?? {};
  const milliseconds = Object.values(parts).reduce((sum, part) => sum + part, 0);
  return (milliseconds / 1000).toFixed(2);
}
