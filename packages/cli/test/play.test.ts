/** The server of `wellbegun play`: what it answers, and what it refuses. */
import { mkdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { networkInterfaces } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { run } from "../src/run.ts";
import { wellbegun } from "./support/cli.ts";
import { sharedFolder, temporaryFolder } from "./support/files.ts";
import { type Playing, play } from "./support/play.ts";

const folder = sharedFolder();
const dataset = join(folder, "shop");
let playing: Playing;

beforeAll(async () => {
  const status = await run(["synth", "--out", dataset, "--users", "50", "--items", "40", "--quiet"]);
  expect(status).toBe(0);
  writeFileSync(join(folder, "secret.txt"), "secret");
  writeFileSync(join(dataset, "notes.md"), "notes");
  symlinkSync(join(folder, "secret.txt"), join(dataset, "linked.csv"));
  mkdirSync(join(dataset, "inner.npy"));
  playing = await play(dataset);
});
afterAll(async () => {
  await playing?.stop();
});

/** A request as it is written: `fetch` would resolve the path and set the Host itself. */
function ask(
  path: string,
  headers: Record<string, string> = {},
  method = "GET",
): Promise<{ status: number; body: string; policy: string }> {
  const { port } = new URL(playing.url);
  return new Promise((resolve, reject) => {
    const sent = request({ host: "127.0.0.1", port, path, headers, method }, (response) => {
      let body = "";
      response.on("data", (chunk) => {
        body += chunk;
      });
      response.on("end", () => {
        const policy = String(response.headers["content-security-policy"]);
        resolve({ status: response.statusCode ?? 0, body, policy });
      });
    });
    sent.on("error", reject);
    sent.end();
  });
}

describe("the server of play", () => {
  it("serves the page, and the dataset's files byte by byte", async () => {
    expect((await ask("/?local")).body).toContain("<title>Playground");
    const listed = JSON.parse((await ask("/folder/")).body);
    expect(listed).toEqual({ name: "shop", kind: "dataset", files: [...playing.files] });
    expect([...playing.files].sort()).toEqual(["image_feat.npy", "shop.inter", "text_feat.npy"]);
    const { status, body } = await ask("/folder/shop.inter");
    expect([status, body]).toEqual([200, readFileSync(join(dataset, "shop.inter"), "utf8")]);
  });

  it("serves nothing outside its folder, nor other files in it", async () => {
    const paths = [
      "/folder/../secret.txt",
      "/folder/..%2fsecret.txt",
      "/../secret.txt",
      "/folder/linked.csv",
      "/folder/notes.md",
      "/folder/synthetic.json",
      "/folder/inner.npy",
      "/folder//etc/passwd",
      "/%2e%2e/%2e%2e/package.json",
      "/%",
      "/folder/%2e%2e%2fsecret.txt",
      "/folder/%252e%252e%252fsecret.txt",
      "/folder/..%5csecret.txt",
      "/folder/..\\secret.txt",
      "/folder/shop.inter%00.npy",
      "/folder/./shop.inter",
      "//127.0.0.1/folder/shop.inter",
      "http://example.org/folder/shop.inter",
      `http://example.org/${join(folder, "secret.txt")}`,
    ];
    for (const path of paths) expect([path, (await ask(path)).status]).toEqual([path, 404]);
  });

  it("sends the page with the policy that it names itself, and everything else with one that allows nothing", async () => {
    const { body, policy } = await ask("/?local");
    const directives = new Map(
      policy.split("; ").map((directive) => {
        const [name, ...sources] = directive.split(" ");
        return [name, sources.join(" ")];
      }),
    );
    expect(body).toContain(`content="${policy.replace("; frame-ancestors 'none'", "")}"`);
    expect(Object.fromEntries(directives)).toMatchObject({
      "default-src": "'none'",
      "connect-src": "'self'",
      "worker-src": "'self' blob:",
      "frame-ancestors": "'none'",
    });
    for (const path of ["/folder/", "/folder/shop.inter", "/nowhere"])
      expect((await ask(path)).policy).toBe("default-src 'none'; frame-ancestors 'none'");
  });

  it("serves a bundle in parts, and follows neither a part nor its folder that became a link", async () => {
    const own = join(temporaryFolder(), "parts");
    const parts = ["--rows-per-part", "20", "--quiet"];
    expect(await run(["init", dataset, "--out", own, ...parts])).toBe(0);
    const other = await play(own);
    try {
      expect(other.files).toContain("users/part-00002.npy");
      const { port } = new URL(other.url);
      const get = async (name: string): Promise<number> =>
        (await fetch(`http://127.0.0.1:${port}/folder/${encodeURIComponent(name)}`)).status;
      expect(await get("users/part-00002.npy")).toBe(200);
      expect(await get("users/../manifest.json")).toBe(404);
      const elsewhere = join(temporaryFolder(), "elsewhere");
      renameSync(join(own, "users"), elsewhere);
      symlinkSync(elsewhere, join(own, "users"));
      expect(await get("users/part-00002.npy")).toBe(404);
      expect(await get("items/part-00000.npy")).toBe(200);
    } finally {
      await other.stop();
    }
  });

  it("does not follow a file that became a link after the start", async () => {
    const own = join(temporaryFolder(), "own");
    expect(await run(["synth", "--out", own, "--users", "50", "--items", "40", "--quiet"])).toBe(0);
    const other = await play(own);
    try {
      const { port } = new URL(other.url);
      const status = async (): Promise<number> =>
        (await fetch(`http://127.0.0.1:${port}/folder/image_feat.npy`)).status;
      expect(await status()).toBe(200);
      rmSync(join(own, "image_feat.npy"));
      expect(await status()).toBe(404);
      symlinkSync(join(folder, "secret.txt"), join(own, "image_feat.npy"));
      expect(await status()).toBe(404);
    } finally {
      await other.stop();
    }
  });

  it("refuses requests that name another host, and methods that write", async () => {
    const { port } = new URL(playing.url);
    for (const host of [
      "example.org",
      `example.org:${port}`,
      "127.0.0.1",
      `127.0.0.1.example.org:${port}`,
      `[::1]:${port}`,
      `user@127.0.0.1:${port}`,
    ]) {
      expect([host, (await ask("/folder/shop.inter", { host })).status]).toEqual([host, 421]);
    }
    expect((await ask("/", { host: `localhost:${port}` })).status).toBe(200);
    for (const method of ["POST", "PUT", "DELETE", "OPTIONS"])
      expect((await ask("/", {}, method)).status).toBe(405);
  });

  it("listens on no address but the loopback's", async () => {
    const { port } = new URL(playing.url);
    const others = Object.values(networkInterfaces()).flatMap((list = []) =>
      list.filter(({ internal }) => !internal),
    );
    for (const { address, family } of others.filter(({ family }) => family === "IPv4")) {
      const answered = await fetch(`http://${address}:${port}/`).then(
        () => `${family} ${address} answered`,
        () => "refused",
      );
      expect(answered).toBe("refused");
    }
  });

  it("ends with status 0 on Ctrl-C", async () => {
    const other = await play(dataset);
    expect(await other.stop()).toBe(0);
  });

  it("refuses a folder that is neither a dataset nor a bundle, and a port that is none", async () => {
    const empty = temporaryFolder();
    const { status, stderr } = await wellbegun(["play", empty]);
    expect([status, stderr]).toEqual([1, expect.stringContaining("expected a dataset")]);
    const wrong = await wellbegun(["play", dataset, "--port", "70000"]);
    expect([wrong.status, wrong.stderr]).toEqual([2, expect.stringContaining("option --port")]);
  });
});
