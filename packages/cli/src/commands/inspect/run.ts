import { type Control, controlOf, type ManifestContent } from "@wellbegun/adapters/bundle";
import type { Bundle, MmrecDataset } from "@wellbegun/adapters/node";
import { type Interactions, itemDegrees, userDegrees } from "@wellbegun/core";
import { datasetNotes } from "../../shared/dataset-notes.ts";

/** Numbers of interactions, of users or of items. */
export interface Degrees {
  readonly median: number;
  readonly mean: number;
  readonly max: number;
  /** Number of users or items without interactions. */
  readonly without: number;
}

/** What is in a dataset, as data. */
export interface DatasetDescription {
  readonly kind: "dataset";
  readonly path: string;
  readonly layout: "mmrec";
  readonly users: number;
  readonly items: number;
  readonly interactions: { readonly train: number; readonly validation: number; readonly test: number };
  /** Rows that repeat another one of their split. */
  readonly duplicates: number;
  /** Held-out interactions that are train interactions too. */
  readonly overlap: { readonly validation: number; readonly test: number };
  /** Notes for the user. */
  readonly notes: readonly string[];
  /** 1 - train interactions / (users x items). */
  readonly sparsity: number;
  /** Train interactions of a user, and of an item. */
  readonly perUser: Degrees;
  readonly perItem: Degrees;
  readonly modalities: Readonly<
    Record<string, { readonly columns: number; readonly dtype: string; readonly missingItems: number }>
  >;
}

/** What is in a bundle, as data. */
export interface BundleDescription {
  readonly kind: "bundle";
  readonly path: string;
  readonly users: number | null;
  readonly items: number | null;
  /** Whether the bundle names its users and items by raw IDs. */
  readonly ids: { readonly users: boolean; readonly items: boolean };
  /** The kind of control that the tables are; null for real ones. */
  readonly control: Control;
  readonly tables: Readonly<Record<string, { readonly dtype: string; readonly shape: readonly number[] }>>;
  /** Every file that was checked, with its bytes. */
  readonly files: Readonly<Record<string, number>>;
  /** Further content of the manifest. */
  readonly manifest: ManifestContent & Readonly<Record<string, unknown>>;
}

export function describeDataset(path: string, dataset: MmrecDataset): DatasetDescription {
  const { users, items, train, validation, test, duplicates, overlap, missing } = dataset.counts;
  return {
    kind: "dataset",
    path,
    layout: "mmrec",
    users,
    items,
    interactions: { train, validation, test },
    duplicates,
    overlap,
    notes: datasetNotes(dataset),
    sparsity: 1 - train / (users * items),
    perUser: degreesOf(userDegrees, dataset.train),
    perItem: degreesOf(itemDegrees, dataset.train),
    modalities: Object.fromEntries(
      Object.entries(dataset.features).map(([name, { columns, header }]) => [
        name,
        { columns, dtype: header.dtype, missingItems: missing[name]! },
      ]),
    ),
  };
}

export function describeBundle(bundle: Bundle): BundleDescription {
  const { format, version, files, ...manifest } = bundle.manifest;
  return {
    kind: "bundle",
    path: bundle.folder,
    users: bundle.userCount ?? null,
    items: bundle.itemCount ?? null,
    ids: { users: bundle.userIds !== undefined, items: bundle.itemIds !== undefined },
    control: controlOf(bundle.manifest),
    tables: Object.fromEntries(bundle.tables),
    files: Object.fromEntries(Object.entries(files).map(([name, { bytes }]) => [name, bytes])),
    manifest,
  };
}

function degreesOf(count: (interactions: Interactions) => Float64Array, interactions: Interactions): Degrees {
  const sorted = count(interactions).toSorted();
  const middle = sorted.length / 2;
  return {
    median: (sorted[Math.ceil(middle) - 1]! + sorted[Math.floor(middle)]!) / 2,
    mean: interactions.items.length / sorted.length,
    max: sorted.at(-1)!,
    without: sorted.findIndex((degree) => degree > 0),
  };
}
