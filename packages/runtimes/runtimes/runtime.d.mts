/** What the driver needs to know of a runtime. */

/** The program that starts it, or why there is none, with how to get it. */
export type Found = { readonly command: string } | { readonly absent: string };

export interface Place {
  /** The program that starts the runtime. */
  readonly command: string;
  /** Folder with program.mjs, its input, and the installed packages. */
  readonly consumer: string;
  /** Folder for what the program writes. */
  readonly out: string;
  readonly log: (line: string) => void;
}

export interface Runtime {
  /** For options and folders: "node20". */
  readonly name: string;
  /** Backends it is known to lack. Any other that is absent is a failure, and so is one of these that is there. */
  readonly lacks: readonly string[];
  find(): Found;
  /** Runs program.mjs to its end; rejects if it fails. */
  run(place: Place): Promise<void>;
}
