/** One row of the table for each backend of a run, with everything that is wrong with it. */

import { compareStage, conformanceProblems, inputProblems, limits, presenceProblems } from "./compare.mjs";

/** @typedef {import("./compare.mjs").Tables} Tables */
/** @typedef {import("./compare.mjs").Verdict} Verdict */
/** @typedef {ReturnType<typeof import("./results.mjs").readResults>} Results */
/**
 * @typedef {object} Row
 * @property {string} runtime
 * @property {string} backend
 * @property {string} golden
 * @property {string} tiktok
 * @property {string} saveLoad
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
 * @param {readonly string[]} lacks backends that the runtime is known to lack
 * @returns {Row[]}
 */
export function judge({ report, tables }, reference, golden, lacks) {
  const inputs = inputProblems(report.inputs, reference.report.inputs);
  const expected = reference.tables[referenceBackend] ?? {};
  return report.backends.map((backend) => {
    const problems = [...inputs, ...presenceProblems(backend, lacks)];
    const { runtime } = report;
    if (backend.absent !== undefined || backend.fault !== undefined) {
      const state = backend.absent === undefined ? "does not open" : "absent";
      return absentRow(runtime, backend.name, state, backend.absent ?? backend.fault ?? "", problems);
    }
    const found = tables[backend.name] ?? {};
    // A loaded initializer gives the users of the fit their rows again.
    const rows = found["tiktok/users"];
    const ownRows = rows === undefined ? {} : { "save-load/transform": rows };
    const byGolden = compareStage("golden", found, golden, limits.golden);
    const byReference = {
      golden: compareStage("golden", found, expected, limits.reference),
      tiktok: compareStage("tiktok", found, expected, limits.reference),
      saveLoad: compareStage("save-load", found, expected, limits.reference),
      ownRows: compareStage("save-load", found, ownRows, limits.reference),
    };
    for (const verdict of [byGolden, ...Object.values(byReference)]) problems.push(...verdict.problems);
    for (const [stage, { error }] of Object.entries(backend.stages)) {
      if (error !== undefined && stage !== "conformance") problems.push(`${stage}: ${error}`);
    }
    const wrong = conformanceProblems(backend);
    problems.push(...wrong);
    const { passed = 0, omitted = 0 } = backend.conformance ?? {};
    const more = [
      omitted > 0 ? `, ${omitted} omitted` : "",
      wrong.length > 0 ? `, ${wrong.length} FAILED` : "",
    ];
    return {
      runtime,
      backend: backend.name,
      // The figure is the distance from the golden files, which the limit against the reference leaves as it is.
      golden: byReference.golden.problems.length > 0 ? "FAILED" : cell(byGolden),
      tiktok: `${cell(byReference.tiktok)}, ${fitSeconds(backend)} s`,
      saveLoad: cell(byReference.saveLoad, byReference.ownRows),
      conformance: `${passed} passed${more.join("")}`,
      note: "",
      problems,
    };
  });
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
  const cells = { golden: state, tiktok: state, saveLoad: state, conformance: state };
  return { runtime, backend, ...cells, note, problems };
}

/** Seconds of the whole fit: the parts of the stage without recommending. @param {import("./report.d.mts").BackendReport} backend */
function fitSeconds({ stages }) {
  const { recommend: _, ...parts } = stages.tiktok?.parts ?? {};
  const milliseconds = Object.values(parts).reduce((sum, part) => sum + part, 0);
  return (milliseconds / 1000).toFixed(2);
}
