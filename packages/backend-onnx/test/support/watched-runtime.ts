import type { OrtRuntime, OrtSession, OrtTensor } from "../../src/index.ts";

/** What passed through a watched runtime. */
export interface Watched {
  readonly runtime: OrtRuntime;
  /** Sessions that were made, and of these, those that were not released. */
  sessions(): { readonly made: number; readonly open: number };
  /** The arrays that the tensors of the last run were made of, in order. */
  lastArrays(): readonly Float32Array[];
  /** Runs so far. */
  runs(): number;
  /** Bytes of the operands that went into runs so far, and of the results that came out. */
  crossed(): { readonly sent: number; readonly received: number };
}

/** A runtime that does what another does, and counts. */
export function watchedRuntime(runtime: OrtRuntime): Watched {
  let arrays: Float32Array[] = [];
  let lastArrays: readonly Float32Array[] = [];
  let made = 0;
  let open = 0;
  let runs = 0;
  let sent = 0;
  let received = 0;
  const watch = (session: OrtSession): OrtSession => ({
    run: (feeds, fetches) => {
      runs++;
      sent += bytesOf(feeds);
      received += bytesOf(fetches);
      lastArrays = arrays;
      arrays = [];
      return session.run(feeds, fetches);
    },
    release: async () => {
      await session.release();
      open--;
    },
  });
  function makeTensor(data: Float32Array, dims: readonly number[]): OrtTensor {
    arrays.push(data);
    return new runtime.Tensor(data, dims);
  }
  return {
    runtime: {
      env: runtime.env,
      listSupportedBackends: runtime.listSupportedBackends,
      InferenceSession: {
        create: async (model, options) => {
          const session = await runtime.InferenceSession.create(model, options);
          made++;
          open++;
          return watch(session);
        },
      },
      // A constructor that returns an object gives that object.
      Tensor: class {
        readonly data: unknown;
        constructor(data: Float32Array, dims: readonly number[]) {
          const tensor = makeTensor(data, dims);
          this.data = tensor.data;
          // biome-ignore lint/correctness/noConstructorReturn: the runtime takes its own tensors only
          return tensor;
        }
      },
    },
    sessions: () => ({ made, open }),
    lastArrays: () => lastArrays,
    runs: () => runs,
    crossed: () => ({ sent, received }),
  };
}

function bytesOf(tensors: Readonly<Record<string, OrtTensor | null>>): number {
  return Object.values(tensors).reduce((sum, tensor) => {
    return sum + (ArrayBuffer.isView(tensor?.data) ? tensor.data.byteLength : 0);
  }, 0);
}
