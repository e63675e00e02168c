/** What the driver needs to know of a runtime. */

import type { GroupName } from "../groups.mjs";

/** The program that starts it, or why there is none, with how to get it. */
export type Found = { readonly command: string } | { readonly absent: string };

export interface Place {
  /** The program that starts the runtime. */
  readonly command: string;
  /** Folder with program.mjs, its input, and the installed packages. */
  readonly consumer: string;
  /** The backends to run. */
  readonly group: GroupName;
  /** The stages to run, separated by commas; all when left out. */
  readonly stages?: string | undefined;
  /** Folder for what the program writes. */
  readonly out: string;
  readonly log: (line: string) => void;
}

export interface Runtime {
  /** For options and folders: "node20". */
  readonly name: string;
  /** Backends it is known to lack, and why. Any other that is absent is a failure, and so is one of these that is there. */
  readonly lacks: Readonly<Record<string, string>>;
  /** Groups of backends that cannot be run on it, and why. */
  readonly omits?: Readonly<Partial<Record<GroupName, string>>>;
  /** Groups that take minutes here and that something else shows as well: only run where they are named, and why. */
  readonly slow?: Readonly<Partial<Record<GroupName, string>>>;
  find(): Found;
  /** Runs program.mjs to its end; rejects if it fails. */
  run(place: Place): Promise<void>;
}
