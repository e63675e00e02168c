import { startModuleWorker } from "../page/module-worker.ts";
import type { UmapMessage } from "./umap.worker.ts";
import umapModule from "./umap.worker.ts?worker&url";
import type { UmapFrame, UmapRequest } from "./umap-layout.ts";

/** UMAP in a worker of its own, while one watches. */
export class Umap {
  #worker: Worker | undefined;

  /** Starts anew; `onFrame` gets where the points are, every few epochs. The request's arrays are moved. */
  start(request: UmapRequest, onFrame: (frame: UmapFrame) => void, onError: (message: string) => void): void {
    this.stop();
    this.#worker = startModuleWorker(umapModule);
    this.#worker.onmessage = ({ data }: MessageEvent<UmapFrame>) => onFrame(data);
    this.#worker.onerror = ({ message }) => onError(message);
    this.#post({ request }, [request.vectors.buffer as ArrayBuffer]);
  }

  /** Asks where a further vector belongs: the next frame holds it. */
  mark(vector: Float32Array | undefined): void {
    this.#post({ mark: vector });
  }

  stop(): void {
    this.#worker?.terminate();
    this.#worker = undefined;
  }

  #post(message: UmapMessage, moved: Transferable[] = []): void {
    this.#worker?.postMessage(message, moved);
  }
}
