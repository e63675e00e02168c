import { basename, dirname, isAbsolute, join, relative, resolve, sep } from "node:path";
import { requireColumns } from "@wellbegun/adapters/columns";
import { checkOutputFolder, discardUnfinished, recoverFolder } from "@wellbegun/adapters/node";
import { type EncoderIdentity, type Observer, WellbegunError } from "@wellbegun/core";
import { whileOpen } from "@wellbegun/core/support";
import type { Io } from "../../shared/io.ts";
import { namedAgain } from "../../shared/output-file.ts";
import { peakMemory } from "../../shared/peak-memory.ts";
import type { ProgressStep } from "../../shared/progress.ts";
import { type BlockRecord, BlockStore } from "./block-store.ts";
import { openCatalog } from "./catalog/catalog.ts";
import type { CatalogFile } from "./catalog/catalog-file.ts";
import { readItemIds } from "./catalog/item-ids.ts";
import { encodeModality } from "./encode-modality.ts";
import { type ContentEncoder, type ContentKind, loadEncoder } from "./encoder.ts";
import type { EmbedSettings } from "./options.ts";
import { contentColumns, encoderPlaces } from "./wanted.ts";
import { featureFiles, writeFeatures } from "./write-features.ts";

/** What `embed` did, as data: the object that `--json` prints. */
export interface EmbedResult {
  readonly catalog: string;
  readonly out: string;
  readonly items: number;
  readonly modalities: Readonly<Record<string, EmbeddedModality>>;
  /** The folder's files and their bytes. */
  readonly files: Readonly<Record<string, number>>;
  /** Milliseconds from the first block to the last file. */
  readonly totalTime: number;
  /** Most bytes of memory that the process held at a time. */
  readonly peakMemory: number;
}

/** What was made for a modality. */
export interface EmbeddedModality {
  readonly encoder: EncoderIdentity;
  readonly missing: number;
  /** How often each reason occurred, by its first words. */
  readonly reasons: Readonly<Record<string, number>>;
  readonly truncated: number;
}

/** catalog, encoders, blocks, features: the whole of `embed`, without its printing. */
export async function embed(
  catalog: string,
  out: string,
  settings: EmbedSettings,
  observer: Observer & { readonly onStep?: (step: ProgressStep) => void },
  io: Io,
): Promise<EmbedResult> {
  io.atExit?.(discardUnfinished);
  const { dtype = "float32", id = "id", workers = 2, force, restart = false } = settings;
  const wanted = contentColumns(settings);
  const places = encoderPlaces(wanted, settings);
  const files = await openCatalog(catalog);
  for (const file of files) refuseWithin(out, file);
  return await whileOpen(async (onClose) => {
    const place = {
      overwrite: namedAgain(out, force) ? out : force,
      own: featureFiles,
      inputs: files.map(({ label }) => label),
    };
    await recoverFolder(out);
    await checkOutputFolder(out, place);
    observer.onStep?.({ stage: "load", done: 0, total: 1 });
    for (const file of files) {
      for (const { columns } of wanted) requireColumns(file, columns, "reading a catalog");
    }
    const ids = await readItemIds(files, id, observer);
    const encoders = new Map<ContentKind, ContentEncoder>();
    for (const [modality, where] of places) {
      const encoder = await loadEncoder(modality, where, settings);
      onClose(() => encoder.dispose());
      encoders.set(modality, encoder);
    }
    const job = {
      dtype,
      modalities: wanted.map((one) => ({ ...one, encoder: encoders.get(one.modality)!.identity })),
    };
    const start = performance.now();
    const store = await BlockStore.open(unfinishedFolder(out), job, restart);
    const records: Record<string, readonly BlockRecord[]> = {};
    for (const one of wanted) {
      const encoder = encoders.get(one.modality)!;
      const modalityJob = { ...one, encoder, dtype, items: ids.length, workers };
      records[one.modality] = await encodeModality(files, modalityJob, store, observer);
    }
    const written = await writeFeatures(
      out,
      { ...place, ids, dtype, store, records, modalities: job.modalities },
      observer,
    );
    await store.remove();
    return {
      catalog,
      out,
      items: ids.length,
      modalities: Object.fromEntries(
        job.modalities.map((one) => [one.modality, summary(one.encoder, records[one.modality]!)]),
      ),
      files: written,
      totalTime: performance.now() - start,
      peakMemory: peakMemory(),
    };
  });
}

/** Refuses to write features among the files of a catalog that is a folder, which would be items of the next run. */
function refuseWithin(out: string, { label, folder }: CatalogFile): void {
  const path = relative(folder, resolve(out));
  if (label !== folder || isAbsolute(path) || path.split(sep)[0] === "..") return;
  throw new WellbegunError("invalid-option", {
    doing: "reading the options",
    expected: "a folder outside the catalog, whose files are its items",
    found: out,
    at: "option --out",
  });
}

/** The folder of finished blocks, beside the output. */
function unfinishedFolder(out: string): string {
  const path = resolve(out);
  return join(dirname(path), `.${basename(path)}.unfinished`);
}

function summary(encoder: EncoderIdentity, records: readonly BlockRecord[]): EmbeddedModality {
  const reasons: Record<string, number> = {};
  for (const { reason } of records.flatMap(({ failures }) => failures)) {
    const kind =
      /^(no file|no text|no path|an address|an empty file|not a readable \w+|too short)/.exec(reason)?.[0] ??
      reason;
    reasons[kind] = (reasons[kind] ?? 0) + 1;
  }
  return {
    encoder,
    missing: Object.values(reasons).reduce((sum, count) => sum + count, 0),
    reasons,
    truncated: records.reduce((sum, { truncated }) => sum + truncated, 0),
  };
}
