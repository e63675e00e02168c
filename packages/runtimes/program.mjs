/**
 * The program that every runtime runs, from the packed packages: the golden cases, a small dataset and one of TikTok's
 * size, save and load, short trainings, and the conformance suite, on every backend of a group. It uses nothing of a runtime but what
 * all of them share; files and peers come through what the host lends it.
 */

import { parseInter, splitInteractions } from "@wellbegun/adapters/mmrec";
import { decodeNpy, toFloat32 } from "@wellbegun/adapters/npy";
import { openSuite, runCase, runtimeName } from "@wellbegun/conformance";
import * as core from "@wellbegun/core";
import { datasetNames, makeDataset } from "./datasets.mjs";
import { reproducible, runTrainings } from "./train.mjs";

/**
 * @typedef {object} Host What a runtime lends.
 * @property {(path: string) => Promise<Uint8Array | undefined>} readFile undefined if there is no such file
 * @property {(path: string, bytes: Uint8Array<ArrayBuffer>) => Promise<void>} writeFile
 * @property {(line: string) => void} log
 * @property {import("./backends/backend.d.mts").Peers} peers
 */
/** @typedef {import("./datasets.mjs").Values} Values */
/** @typedef {import("./datasets.mjs").Dataset} Dataset */
/** @typedef {import("./datasets.mjs").DatasetName} DatasetName */
/** @typedef {import("./backends/backend.d.mts").Candidate} Candidate */
/** @typedef {(name: string, values: Values, columns: number) => Promise<void>} Keep for comparison: "<stage>/…" */
/** @typedef {import("./report.d.mts").BackendReport} BackendReport */
/** @typedef {import("./report.d.mts").StageName} StageName */

// With these a fit gives what the golden cases hold: the method alone.
const methodAlone = /** @type {const} */ ({ prepare: "none", project: "none", scale: "none", tolerance: 0 });
// Both terms of the method count, and two restarts, of which one wins; all else is the default, with its projection.
const settings = { lambda: 0.5, restarts: 2 };
const recommendedItems = 20;

/** All stages, in their order. @type {readonly StageName[]} */
const allStages = ["golden", "small", "tiktok", "save-load", "train", "conformance"];

/**
 * Runs everything, and writes `report.json` and the arrays it names through the host.
 * @param {Host} host
 * @param {readonly Candidate[]} candidates
 * @param {readonly string[]} stages which to run
 */
export async function runProgram(host, candidates, stages = allStages) {
  const wanted = datasetNames.filter((name) => stages.includes(name));
  const datasets = new Map(wanted.map((name) => [name, makeDataset(name)]));
  /** @type {Record<string, string>} */
  const inputs = {};
  for (const [dataset, { arrays }] of datasets) {
    for (const [name, values] of Object.entries(arrays)) {
      inputs[`${dataset}/${name}`] = await sha256(bytesOf(values));
    }
  }
  const reports = [];
  for (const candidate of candidates) reports.push(await runBackend(host, candidate, datasets, stages));
  const report = { runtime: runtimeName(), inputs, backends: reports };
  await host.writeFile("report.json", new TextEncoder().encode(JSON.stringify(report, null, 2)));
}

/**
 * Whether a case of the suite is a whole method, of which the other stages have some, or many passes of one operation.
 * @param {import("@wellbegun/conformance").ConformanceCase} one
 */
function isLong({ operation, name }) {
  return ["fit", "untrained"].includes(operation) || /^follows|passes/.test(name);
}

/**
 * @param {Host} host
 * @param {Candidate} candidate
 * @param {ReadonlyMap<DatasetName, Dataset>} datasets
 * @param {readonly string[]} stages
 * @returns {Promise<BackendReport>}
 */
async function runBackend(host, { name, slow, create }, datasets, stages) {
  /** @type {BackendReport} */
  const report = { name, arrays: {}, stages: {}, cases: [] };
  if (slow !== undefined) report.slow = slow;
  const open = () => create(host.peers);
  /** @type {core.Backend} */
  let backend;
  try {
    backend = await open();
  } catch (error) {
    // Only `unavailable` says that the runtime lacks something; anything else is a fault.
    const lacking = core.isWellbegunError(error) && error.code === "unavailable";
    const message = lacking ? error.message : describe(error);
    const about = { backend: name, device: name, runtime: runtimeName(), operation: "device" };
    const status = lacking ? "absent" : "failed";
    report.cases.push({ ...about, name: "is present", status, reason: message });
    host.log(`${name}: ${status}: ${message}`);
    return lacking ? { ...report, absent: message } : { ...report, fault: message };
  }
  report.device = backend.capabilities.device;
  report.threads = backend.capabilities.threads ?? 1;

  /** @param {StageName} stage @param {() => Promise<Record<string, number> | void>} work */
  const stage = async (stage, work) => {
    if (!stages.includes(stage)) return;
    const start = performance.now();
    /** @type {import("./report.d.mts").StageReport} */
    const outcome = {};
    try {
      const parts = await work();
      if (parts !== undefined) outcome.parts = parts;
    } catch (error) {
      outcome.error = describe(error);
    }
    outcome.milliseconds = performance.now() - start;
    report.stages[stage] = outcome;
    host.log(`${name}, ${stage}: ${(outcome.milliseconds / 1000).toFixed(1)} s ${outcome.error ?? ""}`);
  };
  /** @type {Keep} */
  const keep = async (array, values, columns) => {
    const bytes = bytesOf(values);
    const type = values instanceof Float32Array ? "float32" : "int32";
    report.arrays[array] = { type, rows: values.length / columns, columns, sha256: await sha256(bytes) };
    await host.writeFile(`${folderOf(name)}/${array}`, bytes);
  };

  /** @type {Map<DatasetName, core.Model>} */
  const fits = new Map();
  await stage("golden", () => runGoldenCases(host, backend, keep, slow !== undefined));
  for (const [size, dataset] of datasets) {
    if (slow !== undefined && size === "tiktok") continue;
    await stage(size, async () => {
      const fitted = await core.fit(dataset.input, { ...settings, backend });
      fits.set(size, fitted);
      const recommend = await keepFit(size, fitted, dataset, backend, keep);
      return { ...fitted.times, recommend };
    });
  }
  await stage("save-load", async () => {
    if (fits.size === 0) throw new Error("nothing to save: no fit succeeded");
    for (const [size, fitted] of fits) {
      const dataset = datasets.get(size);
      if (dataset !== undefined) await saveAndLoad(host, name, size, fitted.initializer, dataset, keep);
    }
  });
  const small = datasets.get("small");
  if (small !== undefined && reproducible[name] !== undefined) {
    await stage("train", () => runTrainings(small, backend, keep));
  }
  await backend.dispose();
  await stage("conformance", async () => {
    const suite = await openSuite({ name, create: open });
    try {
      for (const one of suite.cases) {
        if (slow !== undefined && stages.length > 1 && isLong(one)) continue;
        // What a case threw is in its reason, and does not go through JSON.
        const { error: _, ...result } = await runCase(suite, one);
        report.cases.push(result);
      }
    } finally {
      await suite.dispose();
    }
  });
  return report;
}

/**
 * Every golden case from its own starting centroids, with both normalizations and every lambda that it has tables for.
 * @param {Host} host
 * @param {core.Backend} backend
 * @param {Keep} keep
 * @param {boolean} slow then the tiny case only
 */
async function runGoldenCases(host, backend, keep, slow) {
  /** @type {string[]} */
  const names = parseJson(await read(host, "golden/cases.json"));
  for (const name of slow ? ["tiny"] : names) {
    /** @param {string} file */
    const array = async (file) => decodeNpy(await read(host, `golden/${name}/${file}`), `${name}/${file}`);
    const meta = parseJson(await read(host, `golden/${name}/meta.json`));
    /** @type {Record<string, core.FeatureSource>} */
    const features = {};
    /** @type {Record<string, core.StartCentroids>} */
    const centroids = {};
    for (const modality of Object.keys(meta.modalities)) {
      const own = await array(`${modality}_feat.npy`);
      features[modality] = core.denseFeatures(toFloat32(own), own.rows, own.columns);
      const start = await array(`${modality}_seed_centroids.npy`);
      centroids[modality] = { data: toFloat32(start), clusters: start.rows };
    }
    const table = parseInter(await read(host, `golden/${name}/train.inter`));
    const counts = { userCount: meta.users, itemCount: meta.items };
    const input = { train: splitInteractions(table, "train", counts), features };
    for (const normalization of /** @type {const} */ (["sym", "mean"])) {
      for (const lambda of meta.lambdas) {
        const options = { ...methodAlone, centroids, normalization, lambda };
        const { users, clusters } = await core.fit(input, { ...options, backend });
        await keep(
          `golden/${name}/users/${normalization}_lam${lambda.toFixed(1)}`,
          users.data,
          users.columns,
        );
        for (const [modality, { labels }] of Object.entries(clusters)) {
          await keep(`golden/${name}/labels/${modality}`, labels, 1);
        }
      }
    }
  }
}

/**
 * Keeps labels and tables of the fit, and what it recommends; returns the milliseconds that recommending took.
 * @param {DatasetName} size
 * @param {core.Model} fitted
 * @param {Dataset} dataset
 * @param {core.Backend} backend
 * @param {Keep} keep
 */
async function keepFit(size, { users, items, perModality, clusters }, { input }, backend, keep) {
  const { train: seen } = input;
  for (const [modality, { labels, centroids }] of Object.entries(clusters)) {
    await keep(`${size}/labels/${modality}`, labels, 1);
    await keep(`${size}/centroids/${modality}`, centroids.data, centroids.columns);
  }
  for (const [modality, table] of Object.entries(perModality)) {
    await keep(`${size}/users.${modality}`, table.data, table.columns);
  }
  await keep(`${size}/users`, users.data, users.columns);
  await keep(`${size}/items`, items.data, items.columns);

  const start = performance.now();
  const top = await core.recommend({ users, items }, { k: recommendedItems, seen, backend });
  const milliseconds = performance.now() - start;
  // Scores that tie within rounding may change places, so items are not compared but what they score: computed here
  // from the items that were named, not taken from the backend.
  const scores = Float32Array.from(top.items, (item, place) => {
    if (item < 0) return 0;
    const user = Math.floor(place / recommendedItems);
    let sum = 0;
    for (let c = 0; c < users.columns; c++) {
      sum += (users.data[user * users.columns + c] ?? NaN) * (items.data[item * users.columns + c] ?? NaN);
    }
    return sum;
  });
  await keep(`${size}/recommended-scores`, scores, recommendedItems);
  return milliseconds;
}

/**
 * Saves the initializer, loads it, and folds in users with it: all users of the fit, new users by other histories, and
 * all again with the file that the reference run saved (its own, if this is the reference run).
 * @param {Host} host
 * @param {string} backend
 * @param {DatasetName} size
 * @param {core.Initializer} initializer
 * @param {Dataset} dataset
 * @param {Keep} keep
 */
async function saveAndLoad(host, backend, size, initializer, { input, heldOut }, keep) {
  const bytes = new Uint8Array(initializer.toBytes());
  await host.writeFile(`${folderOf(backend)}/${size}.bin`, bytes);
  const loaded = core.Initializer.fromBytes(bytes);
  if ((await sha256(new Uint8Array(loaded.toBytes()))) !== (await sha256(bytes))) {
    throw new Error("what was loaded is saved as other bytes than it was loaded from");
  }
  await keep(`save-load/${size}/transform`, loaded.transform(input.train).data, loaded.dim);

  const folded = new Float32Array(heldOut.userCount * loaded.dim);
  for (let user = 0; user < heldOut.userCount; user++) {
    const history = heldOut.items.subarray(heldOut.offsets[user], heldOut.offsets[user + 1]);
    folded.set(loaded.foldIn(history).vector, user * loaded.dim);
  }
  await keep(`save-load/${size}/fold-in`, folded, loaded.dim);
  const foreign = (await host.readFile(`reference/${size}.bin`)) ?? bytes;
  const again = core.Initializer.fromBytes(foreign);
  await keep(`save-load/${size}/reference-file`, again.transform(input.train).data, again.dim);
}

/** A name without what file systems refuse. @param {string} backend */
function folderOf(backend) {
  return backend.replace(":", "-");
}

/** @param {Host} host @param {string} path */
async function read(host, path) {
  const bytes = await host.readFile(path);
  if (bytes === undefined) throw new Error(`${path} is not there`);
  return bytes;
}

/** @param {Uint8Array} bytes */
function parseJson(bytes) {
  return JSON.parse(new TextDecoder().decode(bytes));
}

/** A copy, since what a backend with threads hands out may be shared memory. @param {Values} values */
function bytesOf({ buffer, byteOffset, byteLength }) {
  return new Uint8Array(new Uint8Array(buffer, byteOffset, byteLength));
}

/** @param {Uint8Array<ArrayBuffer>} bytes */
async function sha256(bytes) {
  const digest = await crypto.subtle.digest("SHA-256", bytes);
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** @param {unknown} error */
function describe(error) {
  return error instanceof Error ? `${error.message}\n${error.stack ?? ""}` : String(error);
}
