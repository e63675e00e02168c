/** The page: data, settings and the run on one side, what came of it on the other. */

import "./colors.css";
import "./layout.css";
import "./controls.css";
import "./results.css";
import { mapPanel } from "../map/map-panel.ts";
import type { Computed, Download, DownloadName, NamedFile, Source } from "../protocol.ts";
import { Canceled, Client } from "./client.ts";
import { curvePanel } from "./curve-panel.ts";
import { dataPanel, isBundle } from "./data-panel.ts";
import { count, save } from "./dom.ts";
import { emptyPanel } from "./empty-panel.ts";
import { pageFrame, settingsPanel } from "./frame.ts";
import { knownUserPanel } from "./known-user-panel.ts";
import { localSource } from "./local.ts";
import { mapCsv } from "./map-csv.ts";
import { newcomerPanel } from "./newcomer-panel.ts";
import { Pictures } from "./pictures.ts";
import { resultsPanel } from "./results-panel.ts";
import { runPanel } from "./run-panel.ts";
import { describeSettings, linkOfSettings, type Settings, settingsForm, settingsOfLink } from "./settings.ts";
import { trainPanel } from "./train-panel.ts";
import {
  describeTraining,
  linkOfTrainSettings,
  type TrainSettings,
  trainSettingsOfLink,
} from "./train-settings.ts";
import { endingInWords } from "./training-ending.ts";

let settings: Settings = settingsOfLink(location.hash);
/** What the page shows. */
let computed: Computed | undefined;
/** Where that comes from, in words. */
let origin = "";
/** Whether the worker has the vectors of what the page shows. */
let held = false;
/** The files of the data that was opened last, which the next vectors come from. */
let given: readonly NamedFile[] = [];

let training: TrainSettings = trainSettingsOfLink(location.hash);

const client = new Client(
  (report) => {
    if (report.type === "progress") run.progress(report.event);
    else if (report.type === "memory") curves.memory(report.bytes);
    else if (report.type === "batch") curves.batch(report.progress);
    else curves.epoch(report.record, report.epochs);
  },
  () => hold(false),
);
const data = dataPanel((source) => void openSource(source));
const run = runPanel({ compute: () => void compute(), cancel: () => client.cancel() });
const trainer = trainPanel(training, {
  train: () => void train(),
  onChange: (changed) => {
    training = changed;
    showLink();
  },
});
const curves = curvePanel(() => client.stop());
const known = knownUserPanel((user) => void recommend(user));
const newcomer = newcomerPanel({ onVector: (vector) => map.place(vector) });
const pictures = new Pictures();
const map = mapPanel({
  onItem: (row) => newcomer.toggle(row),
  pictureOf: (item) => pictures.of(item),
  vectors: () => client.call("vectors", undefined),
});
const results = resultsPanel({ evaluate: () => void evaluate(), download: (what) => void download(what) });

/** Runs one call of the worker, with its progress and its end shown. */
async function working<T>(what: string, call: () => Promise<T>, done: (result: T) => string): Promise<void> {
  busy(what);
  try {
    const result = await call();
    busy(undefined);
    run.say(done(result));
  } catch (error) {
    busy(undefined);
    if (error instanceof Canceled) run.say(`Canceled. Nothing of the run is left in memory.${stillShown()}`);
    else run.say(`${error instanceof Error ? error.message : String(error)}${stillShown()}`, "error");
  }
}

/**
 * Notes whether the worker has the vectors of what the page shows. Without them the map and the new user stay as they are; what
 * asks the worker waits for the next run.
 */
function hold(is: boolean): void {
  held = is;
  for (const panel of [map, known, results]) panel.held(is);
}

/** What stays on the page without its vectors in the worker; empty where nothing does. */
function stillShown(): string {
  if (computed === undefined || held) return "";
  // A bundle was not computed here.
  const again = computed.seconds > 0 ? "Compute again to evaluate or download" : "Open it again to download";
  return ` The page still shows ${origin}. ${again}.`;
}

function busy(what: string | undefined): void {
  run.busy(what);
  trainer.busy(what !== undefined);
}

/** Says why the page can neither compute nor train; null with a dataset. */
function lack(dataset: string | null): void {
  for (const panel of [run, trainer]) panel.lacks(dataset);
}

function openSource(source: Source): Promise<void> {
  if (source.kind === "files" && isBundle(source.files)) return openBundle(source.name, source.files);
  return working(
    "Reading the data.",
    () => client.open(source),
    (info) => {
      given = source.kind === "files" ? source.files : [];
      data.show(info);
      lack(null);
      hold(false);
      return `The data is open. Choose settings, and compute.${stillShown()}`;
    },
  );
}

function openBundle(name: string, files: readonly NamedFile[]): Promise<void> {
  return working(
    "Reading the bundle.",
    () => client.view(files),
    (result) => {
      given = files;
      data.showBundle(name);
      lack("This needs a dataset, in place of the bundle: a bundle has no interactions and no features.");
      show(result, `the bundle ${name}`);
      return `${name}: ${count(result.users)} users and ${count(result.items)} items.`;
    },
  );
}

async function compute(): Promise<void> {
  // While the worker computes, the page opens what it draws on.
  const opening = setTimeout(() => {
    empty.hidden = true;
    map.prepare();
  });
  await working(
    "Computing.",
    () => client.call("compute", { settings: settings.run, backend: settings.backend }),
    (result) => {
      show(result);
      return `${count(result.users)} users and ${count(result.items)} items, ${result.dim} columns, in ${result.seconds.toFixed(2)} s on ${result.device}. ${result.warnings.join(" ")}`;
    },
  );
  clearTimeout(opening);
  map.element.hidden = computed === undefined;
  empty.hidden = computed !== undefined;
}

/** Trains with the settings of the form, its curves drawn meanwhile. */
async function train(): Promise<void> {
  const request = { ...training, backend: settings.backend };
  const name = describeTraining(training);
  curves.start(name);
  let kept = false;
  await working(
    "Training.",
    () => client.call("train", request),
    ({ computed: result, ...ending }) => {
      kept = true;
      show(result, name);
      return endingInWords(result, ending);
    },
  );
  curves.end(kept);
}

function show(result: Computed, name: string = describeSettings(settings)): void {
  computed = result;
  pictures.take(given);
  map.show(result);
  known.show(result);
  newcomer.show(result);
  const number = results.add(name, result);
  origin = number === undefined ? name : `run ${number} (${name})`;
  hold(true);
  empty.hidden = true;
}

function recommend(user: string): Promise<void> {
  return working(
    "Recommending.",
    () => client.call("recommend", { user, k: 8 }),
    (lists) => {
      known.list(lists);
      return `Recommendations for user ${user}.`;
    },
  );
}

function evaluate(): Promise<void> {
  return working(
    "Evaluating.",
    () => client.call("evaluate", undefined),
    (evaluation) => {
      results.judge(evaluation);
      return "Evaluated on held-out interactions.";
    },
  );
}

function download(what: DownloadName): Promise<void> {
  return working(
    "Writing a file.",
    async (): Promise<Download> => (what === "map" ? mapCsv(computed!) : client.call(what, undefined)),
    ({ name, bytes }) => {
      save(name, bytes);
      return `${name}, ${count(Math.ceil(bytes.length / 1024))} KB.`;
    },
  );
}

/** Puts what was changed in both forms into the page's address. */
function showLink(): void {
  const entries = new URLSearchParams(linkOfSettings(settings).replace(/^#/, ""));
  for (const [name, value] of linkOfTrainSettings(training)) entries.append(name, value);
  const link = entries.size === 0 ? "" : `#${entries}`;
  history.replaceState(null, "", `${location.pathname}${location.search}${link}`);
}

/** Under `wellbegun play` the page opens what the command was given. */
async function openLocal(): Promise<void> {
  const found = await localSource();
  if (found !== undefined) await openSource(found);
}

const empty = emptyPanel();
const chooser = settingsForm(settings, (changed) => {
  settings = changed;
  showLink();
});

document
  .querySelector("#app")
  ?.append(
    ...pageFrame(
      [data.element, settingsPanel(chooser), run.element, trainer.element],
      [empty, curves.element, map.element, known.element, newcomer.element, results.element],
    ),
  );
void openLocal();
