import type { Id } from "@wellbegun/core";
import type { BundleRows } from "../bundle/alignment.ts";
import type { Control } from "../bundle/control.ts";
import type { Manifest } from "../bundle/manifest.ts";
import type { TableShape } from "../bundle/manifest-files.ts";
import type { Target } from "../targets/find.ts";
import type { ParameterTarget } from "../targets/types.ts";

/** Which of a model's tables are wired: the user tables, or the item tables as well. */
export type WiredTables = "users" | "users+items";

/** The part of a bundle that planning reads. */
export interface WireSource extends BundleRows {
  readonly manifest: Manifest;
  readonly tables: ReadonlyMap<string, TableShape>;
}

/** Options of {@link planWire}. */
export interface WireOptions {
  /**
   * The tables to wire. Default: `users`, the method as published. `users+items` moves the item table into the
   * same space.
   */
  readonly tables?: WiredTables | undefined;
  /**
   * Width of a table whose width is an option of its own, such as GRCN's `latent_embedding`. Default: the codebase's own
   * embedding size.
   */
  readonly latent?: number | undefined;
  /**
   * The bundle's modality for each modality of the target, such as `{ text: "audio" }` where a dataset has audio in place
   * of text. Default: that of the same name.
   */
  readonly modalities?: Readonly<Record<string, string>> | undefined;
  /**
   * Factor on the scale of all tables. The loaders first give a table the root mean square of the values that it
   * replaces, then multiply by this. Default: 1. Graph models gained from 2 on one dataset; compare with 1.
   */
  readonly scaleFactor?: number | undefined;
}

/** One side's rows in the artifact. */
export interface WireRows {
  readonly count: number;
  /** The bundle's row of each of the artifact's rows; undefined if they are the same. */
  readonly order: Uint32Array | undefined;
  /** Raw IDs in the artifact's row order; undefined if the row numbers are the IDs. */
  readonly ids: readonly Id[] | undefined;
}

/** The planned content of an artifact. */
export interface WirePlan {
  readonly target: Target;
  readonly tables: WiredTables;
  /** The bundle's control, which the artifact's index repeats. */
  readonly control: Control;
  /** Factor on the scale of all tables. */
  readonly scaleFactor: number;
  readonly parameters: readonly WireParameter[];
  /** Files that the codebase reads itself. */
  readonly files: readonly WireFile[];
  readonly rows: Readonly<Record<"users" | "items", WireRows>>;
  /** Warnings, as sentences, about tables that may not suit the target. */
  readonly warnings: readonly string[];
}

/** A file that the codebase reads itself: a table of the bundle, times the scale's factor. */
export interface WireFile {
  readonly name: string;
  readonly rows: "users" | "items";
  /** The bundle's table. */
  readonly from: string;
  readonly columns: number;
  /** What the codebase does with the file. */
  readonly purpose: string;
}

/** A parameter of the model, and how its table is made from a table of the bundle. */
export interface WireParameter {
  readonly path: string;
  readonly rows: "users" | "items";
  /** The parameter holds users, then items. */
  readonly nodes: boolean;
  /** The bundle's table. */
  readonly from: string;
  /** Name of the artifact's file. */
  readonly file: string;
  /** Columns of the bundle's table. */
  readonly columns: number;
  /** Columns of the parameter. */
  readonly width: number;
  /** How often the bundle's columns are repeated side by side. */
  readonly copies: number;
  /** Columns of zeros after them, where the parameter is wider. */
  readonly zeros: number;
  /** The value of the columns after them. */
  readonly fill: number;
  readonly tensor: ParameterTarget["tensor"];
  readonly normalized: boolean;
  /** Root mean square of the replaced initialization, if known. */
  readonly rms: number | undefined;
  /** The modality of the target for which the fused table stands in. */
  readonly standsFor?: string | undefined;
}
