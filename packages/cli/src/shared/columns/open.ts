import type { SplitInteractions } from "@wellbegun/adapters/columns";
import {
  type ColumnDataset,
  type ColumnDatasetOptions,
  type ColumnFile,
  type LogFiles,
  readColumnDataset,
} from "@wellbegun/adapters/node";
import { type InteractionSource, type Observer, WellbegunError } from "@wellbegun/core";
import { importPeer } from "@wellbegun/core/backend";
import { closeAll } from "@wellbegun/core/support";
import { importModule } from "../backends/import-module.ts";
import type { ColumnSettings } from "./options.ts";

/** What a command says of a dataset from files of columns. */
export interface ColumnRequest extends ColumnSettings {
  readonly userColumn?: string;
  readonly itemColumn?: string;
  readonly modalities?: readonly string[];
  /** Bytes that DuckDB may use. */
  readonly memory?: number;
}

/** What the engine's functions take for their work. */
interface EngineSession extends Observer {
  readonly memory?: number | undefined;
  readonly temp?: string | undefined;
}

type EngineLog = LogFiles & EngineSession;

/** What the engine's `streamLog` gives. */
interface StreamedLog extends SplitInteractions<InteractionSource> {
  readonly overlap: { readonly validation: number; readonly test: number };
  close(): Promise<void>;
}

/** The engine's package. */
interface Engine {
  readLog(log: EngineLog): Promise<SplitInteractions>;
  streamLog(log: EngineLog): Promise<StreamedLog>;
  openColumns(path: string, session: EngineSession): Promise<ColumnFile>;
}

/** A dataset whose train interactions are read in blocks. Close it when done. */
export interface StreamedDataset extends Pick<StreamedLog, "overlap" | "close"> {
  readonly dataset: ColumnDataset<InteractionSource>;
}

type Reading = Pick<ColumnDatasetOptions, "missing" | "withoutFeatures">;

const DOING = "reading the options";

/**
 * Opens a dataset from files of columns as the settings say.
 *
 * @param reading Whether rows of zeros count as missing (a fit finds them itself), and whether features are needed.
 * @throws {WellbegunError} `invalid-option` if an option is not given that this needs, or would have no effect; `unavailable`
 * if the engine is not installed; and what `readColumnDataset` throws.
 */
export async function openColumnDataset(
  settings: ColumnRequest,
  { missing = "none", withoutFeatures }: Reading = {},
  observer: Observer = {},
): Promise<ColumnDataset> {
  const options = {
    ...columnDatasetOptions(settings, withoutFeatures),
    ...keeping(settings),
    missing,
    signal: observer.signal,
  };
  if (settings.engine !== "duckdb") return await readColumnDataset(options);
  const engine = await loadEngine();
  const session = sessionOf(settings, observer);
  return await readColumnDataset({
    ...options,
    readLog: (log) => engine.readLog({ ...log, ...session }),
    openFile: (path) => engine.openColumns(path, session),
  });
}

/** As {@link openColumnDataset} with the engine duckdb, whose tables stay on the disk. */
export async function streamColumnDataset(
  settings: ColumnRequest,
  { missing = "none", withoutFeatures }: Reading = {},
  observer: Observer = {},
): Promise<StreamedDataset> {
  const options = {
    ...columnDatasetOptions(settings, withoutFeatures),
    ...keeping(settings),
    missing,
    signal: observer.signal,
  };
  const engine = await loadEngine();
  const session = sessionOf(settings, observer);
  let opened: StreamedLog | undefined;
  try {
    const dataset = await readColumnDataset<InteractionSource>({
      ...options,
      readLog: async (log) => {
        opened = await engine.streamLog({ ...log, ...session });
        return opened;
      },
      openFile: (path) => engine.openColumns(path, session),
    });
    const close = (): Promise<void> => closeAll([() => dataset.close(), () => opened!.close()]);
    return { dataset, overlap: opened!.overlap, close };
  } catch (error) {
    await opened?.close();
    throw error;
  }
}

/** Of the observer, which may be that of a whole command, the engine takes its own part. */
function sessionOf(settings: ColumnRequest, { signal, onProgress }: Observer): EngineSession {
  return { signal, onProgress, ...limits(settings) };
}

/** What the settings mean for the reader, the engine apart. */
export function columnDatasetOptions(
  settings: ColumnRequest,
  withoutFeatures: Reading["withoutFeatures"] = "refuse",
): ColumnDatasetOptions {
  const { interactions, features, userColumn, itemColumn, idColumn, split, validationFrom, testFrom } =
    settings;
  const given = { interactions, userColumn, itemColumn, ...(withoutFeatures === "refuse" && { features }) };
  const absent = Object.entries(given).find(([, value]) => value === undefined)?.[0];
  if (absent !== undefined) throw notGiven(absent);
  const cuts = validationFrom !== undefined || testFrom !== undefined;
  if (cuts !== (split?.by === "time")) {
    throw new WellbegunError("invalid-option", {
      doing: DOING,
      expected: "a split by time together with its cuts",
      found: cuts ? "cuts without --split time:<column>" : "a split by time without cuts",
      at: cuts ? `option --${validationFrom === undefined ? "test" : "validation"}-from` : "option --split",
      hint: "For example: --split time:timestamp --validation-from 2024-05-01 --test-from 2024-06-01",
    });
  }
  if (settings.temp !== undefined && settings.engine !== "duckdb" && settings.memory === undefined) {
    throw new WellbegunError("invalid-option", {
      doing: DOING,
      expected: "--engine duckdb or --memory, with which there are temporary files",
      found: "neither",
      at: "option --temp",
    });
  }
  const wanted = Object.entries(features ?? {}).filter(
    ([name]) => settings.modalities?.includes(name) ?? true,
  );
  return {
    interactions: interactions!,
    features: Object.fromEntries(wanted.map(([name, place]) => [name, { ...place, idColumn }])),
    withoutFeatures,
    userColumn: userColumn!,
    itemColumn: itemColumn!,
    weightColumn: settings.weightColumn,
    split:
      split?.by === "time"
        ? {
            by: "time",
            column: split.column,
            validationFrom: cutOf(validationFrom),
            testFrom: cutOf(testFrom),
          }
        : split && { by: "label", column: split.column },
    duplicates: settings.duplicates,
    minUser: settings.minUser,
    minItem: settings.minItem,
    items: settings.items,
  };
}

/** A number stands for itself, any other text for a date. */
function cutOf(text: string | undefined): number | string | undefined {
  return text !== undefined && /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : text;
}

/** The engine's package, which is only loaded when it is asked for. */
async function loadEngine(): Promise<Engine> {
  const engine = await importPeer(importModule, "@wellbegun/engine-duckdb", {
    doing: "starting the engine duckdb",
    install: "npm install @wellbegun/engine-duckdb @duckdb/node-api",
  });
  return engine as never;
}

/** Within a bound on memory, features are kept in files. */
function keeping({ memory, temp }: ColumnRequest): Pick<ColumnDatasetOptions, "keep" | "temp"> {
  return { keep: memory === undefined ? "memory" : "files", temp };
}

function limits({ memory, temp }: ColumnRequest): Pick<EngineSession, "memory" | "temp"> {
  return { memory, temp };
}

function notGiven(name: string): WellbegunError {
  const flag = `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
  return new WellbegunError("invalid-option", {
    doing: DOING,
    expected: `${flag}, which a dataset from files of columns needs`,
    found: "none",
    at: `option ${flag}`,
  });
}
