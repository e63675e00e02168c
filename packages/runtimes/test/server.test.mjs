import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { serve } from "../runtimes/server.mjs";

const folder = mkdtempSync(join(tmpdir(), "wellbegun-server-"));
/** @type {Awaited<ReturnType<typeof serve>>} */
let server;

beforeAll(async () => {
  for (const name of ["first", "second", "out"]) mkdirSync(join(folder, name));
  writeFileSync(join(folder, "first/index.html"), "a page");
  writeFileSync(join(folder, "second/data.bin"), Uint8Array.of(1, 0, 255));
  writeFileSync(join(folder, "secret"), "not below any source");
  server = await serve([join(folder, "first"), join(folder, "second")], join(folder, "out"));
});
afterAll(() => {
  server.close();
  rmSync(folder, { recursive: true, force: true });
});

describe("serve", () => {
  it("isolates the page, so that it has shared memory", async () => {
    const response = await fetch(server.url);
    expect(await response.text()).toBe("a page");
    expect(response.headers.get("content-type")).toBe("text/html");
    expect(response.headers.get("cross-origin-opener-policy")).toBe("same-origin");
    expect(response.headers.get("cross-origin-embedder-policy")).toBe("require-corp");
  });

  it("reads from every source, and answers 404 for what is in none", async () => {
    const bytes = await (await fetch(`${server.url}data.bin`)).arrayBuffer();
    expect([...new Uint8Array(bytes)]).toEqual([1, 0, 255]);
    expect((await fetch(`${server.url}reference.bin`)).status).toBe(404);
  });

  it("writes what is put, in folders of its name", async () => {
    const body = Uint8Array.of(9, 8, 7);
    expect((await fetch(`${server.url}cpu/tiktok/users`, { method: "PUT", body })).ok).toBe(true);
    expect([...readFileSync(join(folder, "out/cpu/tiktok/users"))]).toEqual([9, 8, 7]);
  });

  it.each(["/../secret", "/%2e%2e/secret", "/..%2fsecret"])(
    "does not leave its folders: %s",
    async (path) => {
      // Not by fetch, which would clean the path itself.
      const status = await new Promise((resolve, reject) => {
        request(server.url, { path }, (response) => resolve(response.resume().statusCode))
          .on("error", reject)
          .end();
      });
      expect(status).toBe(404);
    },
  );
});
