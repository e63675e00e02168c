import type { Backend } from "@wellbegun/core";

/** What a runtime lends to the backends that need more than core. */
export interface Peers {
  /** The module of an optional peer; rejects where the runtime has none. */
  load(name: string): Promise<unknown>;
  /** As {@link load}, with the module's default export where that is the module. */
  loadDefault<T>(name: string): Promise<T>;
  /** Sets `navigator.gpu`, where the runtime needs a package for that. */
  provideGpu(): Promise<void>;
  /** The module of TensorFlow.js with a backend registered, where nothing can be imported by name: in a bundle. */
  tensorFlow?(name: "cpu" | "wasm" | "webgpu"): Promise<object>;
  /** Whether packages can be imported by name. */
  readonly byName: boolean;
}

/** A backend to run the program on. */
export interface Candidate {
  /** The name that the table gives it. */
  readonly name: string;
  /** Why the dataset of TikTok's size, and the suite's whole methods and many passes, are left out, if they are. */
  readonly slow?: string;
  create(peers: Peers): Promise<Backend>;
}
