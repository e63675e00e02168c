import { afterEach, describe, expect, it, vi } from "vitest";
import { spawn } from "../src/backend/wasm/runtime/spawn.ts";

/** A browser's worker as the page sees it, which runs when the test says so. */
class PageWorker {
  static last: PageWorker;
  onmessage: ((event: { data: unknown }) => void) | undefined;
  onerror: ((event: { message: string }) => void) | undefined;
  readonly received: unknown[] = [];
  constructor() {
    PageWorker.last = this;
  }
  postMessage(message: unknown): void {
    this.received.push(message);
  }
  terminate(): void {}
}

/** Starts a thread as in a page, where there are no modules of Node. */
function spawnInPage(onError: (error: unknown) => void) {
  vi.spyOn(process, "getBuiltinModule").mockReturnValue(undefined);
  vi.stubGlobal("Worker", PageWorker);
  let launched = false;
  const thread = spawn("work", onError);
  const done = thread.launched.then(() => {
    launched = true;
  });
  return { worker: PageWorker.last, done, launched: () => launched };
}

const turn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));

describe("A thread in a page", () => {
  afterEach(() => {
    vi.restoreAllMocks();
    vi.unstubAllGlobals();
  });

  it("counts as launched when it says that it runs, not after a turn of the event loop", async () => {
    const { worker, done, launched } = spawnInPage(() => {});
    expect(worker.received).toEqual(["work"]);
    await turn();
    await turn();
    expect(launched()).toBe(false);
    worker.onmessage?.({ data: "runs" });
    await done;
    expect(launched()).toBe(true);
  });

  it("that cannot start holds nothing up, and its error is reported", async () => {
    const errors: unknown[] = [];
    const { worker, done } = spawnInPage((error) => errors.push(error));
    worker.onerror?.({ message: "refused by the page's policy" });
    await done;
    expect(errors).toEqual(["refused by the page's policy"]);
  });
});
