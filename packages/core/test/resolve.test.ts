import { describe, expect, it } from "vitest";
import {
  anyJob,
  type BackendCandidate,
  backendChoices,
  type Capabilities,
  cpu,
  denseFeatures,
  denseJobs,
  type JobSizes,
  jobSizes,
  largeJobs,
  onlyByName,
  probeBackends,
  resolveBackend,
  WellbegunError,
  wasm,
} from "../src/index.ts";
import { toInteractions } from "./support/dataset.ts";
import { expectRefusal } from "./support/errors.ts";

const small: JobSizes = { items: 100, widths: [16], clusters: 8 };
const large: JobSizes = { items: 60_000, widths: [768, 384], clusters: 8 };

/** Candidates that record which of them are open, and in which order they were started. */
function stage() {
  const started: string[] = [];
  const open = new Set<string>();
  const there = (
    name: string,
    capabilities: Partial<Capabilities> = {},
    rest: Partial<BackendCandidate> = {},
  ): BackendCandidate => ({
    name,
    open: async () => {
      started.push(name);
      open.add(name);
      const dispose = async () => void open.delete(name);
      return { ...cpu(), name, capabilities: { device: `device of ${name}`, ...capabilities }, dispose };
    },
    ...rest,
  });
  const gone = (name: string, error: unknown, rest: Partial<BackendCandidate> = {}): BackendCandidate => ({
    name,
    open: () => {
      started.push(name);
      return Promise.reject(error);
    },
    ...rest,
  });
  return { started, open, there, gone };
}

/** What import() throws for a package that is not installed, as a backend's package passes it on. */
function absence(name: string): WellbegunError {
  const cause = Object.assign(new Error(`Cannot find package '${name}'`), { code: "ERR_MODULE_NOT_FOUND" });
  const hint = `Install it: npm install ${name}`;
  return new WellbegunError("unavailable", {
    doing: "loading",
    expected: name,
    found: "nothing",
    hint,
    cause,
  });
}

const noAdapter = new WellbegunError("unavailable", {
  doing: "looking for a GPU",
  expected: "an adapter",
  found: "none",
  hint: "It takes a driver.",
});

describe("resolveBackend with auto", () => {
  it("takes the first candidate that suits, and gives the reason against each of the others", async () => {
    const { there, gone, started, open } = stage();
    const candidates = [
      gone("absent", absence("some-peer"), {
        install: "npm install its-package some-peer",
        limits: "Linux only",
      }),
      gone("driverless", noAdapter),
      there("emulated", { software: true }),
      there("narrow", { maxMatrixBytes: 2 ** 20 }),
      there("manual", {}, { suits: onlyByName("never measured") }),
      there("dense", {}, { suits: denseJobs }),
      there("taken"),
      there("behind"),
      there("manual too", {}, { suits: onlyByName("never measured either") }),
    ];
    const { backend, taken, others } = await resolveBackend("auto", { candidates, sizes: large });
    expect([taken, backend.name]).toEqual(["taken", "taken"]);
    expect(started).toEqual(["absent", "driverless", "emulated", "narrow", "taken"]);
    expect([...open]).toEqual(["taken"]);
    expect(others.map(({ name, kind }) => [name, kind])).toEqual([
      ["absent", "absent"],
      ["driverless", "unavailable"],
      ["emulated", "software"],
      ["narrow", "limit"],
      ["manual", "by-name"],
      ["dense", "too-small"],
      ["behind", "not-tried"],
      ["manual too", "by-name"],
    ]);
    const of = (wanted: string) => others.find(({ name }) => name === wanted)!;
    expect(of("absent").hint).toBe("Install it: npm install its-package some-peer. Linux only");
    expect(of("absent").cause).toMatchObject({ cause: { code: "ERR_MODULE_NOT_FOUND" } });
    expect(of("driverless")).toMatchObject({ hint: "It takes a driver", cause: noAdapter });
    expect(of("driverless").reason).toContain("expected an adapter, found none");
    // 60,000 x 768 x 4 bytes, and the limit.
    expect(of("narrow").reason).toMatch(/60000 x 768 .*184320000.*1048576/);
    expect(of("dense").reason).toMatch(/features of 60000 x 768; .*1024 columns and 4194304 values/);
    expect(of("manual").reason).toBe("never measured");
    expect(of("behind").reason).toBe("taken comes first");
    await backend.dispose();
  });

  it("does not load packages that a small job cannot repay", async () => {
    for (const sizes of [small, undefined]) {
      const { there, started } = stage();
      const candidates = [
        there("gpu", {}, { suits: largeJobs }),
        there("dense", {}, { suits: denseJobs }),
        there("plain"),
      ];
      expect((await resolveBackend("auto", { candidates, sizes })).taken).toBe("plain");
      expect(started).toEqual(["plain"]);
    }
    const { there } = stage();
    const candidates = [there("gpu", {}, { suits: largeJobs }), there("plain")];
    expect((await resolveBackend("auto", { candidates, sizes: large })).taken).toBe("gpu");
    const taken = async (sizes: JobSizes) => {
      const matrix = [
        there("gpu", {}, { suits: largeJobs }),
        there("dense", {}, { suits: denseJobs }),
        there("plain"),
      ];
      return (await resolveBackend("auto", { candidates: matrix, sizes })).taken;
    };
    // Wide enough from 1024 columns on, large enough from 2^22 values on.
    expect(await taken({ items: 4096, widths: [16, 1024], clusters: 8 })).toBe("dense");
    expect(await taken({ items: 4095, widths: [16, 1024], clusters: 8 })).toBe("plain");
    expect(await taken({ items: 4200, widths: [1023], clusters: 8 })).toBe("plain");
    // 4096 x (1024 + 1024) x 32 is 2^28.
    expect(await taken({ items: 4096, widths: [1024, 1024], clusters: 32 })).toBe("gpu");
    expect(await taken({ items: 4096, widths: [1024, 1024], clusters: 31 })).toBe("dense");
  });

  it("takes a less suitable candidate where nothing else starts, but never one that must be named", async () => {
    const { there, gone, started } = stage();
    const candidates = [
      gone("driverless", noAdapter),
      there("manual", {}, { suits: onlyByName("slow") }),
      there("emulated", { software: true }, { suits: largeJobs }),
    ];
    const found = await resolveBackend("auto", { candidates, sizes: small });
    expect(found.taken).toBe("emulated");
    expect(found.others.map(({ name, kind }) => `${name}: ${kind}`)).toEqual([
      "driverless: unavailable",
      "manual: by-name",
    ]);
    // Once each: what did not start is not tried again.
    expect(started).toEqual(["driverless", "emulated"]);
  });

  it("fails with every reason where nothing starts", async () => {
    const { gone } = stage();
    const candidates = [
      gone("one", noAdapter),
      gone("two", absence("peer"), { install: "npm install peer" }),
    ];
    const error = await expectRefusal(
      () => resolveBackend("auto", { candidates }),
      "unavailable",
      "one: Looking for a GPU: expected an adapter, found none",
      "two: ",
      "npm install peer",
      "It takes a driver",
    );
    expect((error.cause as AggregateError).errors[0]).toBe(noAdapter);
  });

  it("starts the real backends of core", async () => {
    const candidates = [
      { name: "wasm", open: () => wasm({ threads: 1 }), suits: anyJob },
      { name: "cpu", open: async () => cpu() },
    ];
    const { backend, others } = await resolveBackend("auto", { candidates, sizes: small });
    expect(backend.name).toBe("wasm");
    expect(others).toEqual([{ name: "cpu", kind: "not-tried", reason: "wasm comes first" }]);
    await backend.dispose();
  });
});

describe("resolveBackend with a name", () => {
  it("takes the candidate of that name, even an unsuitable one", async () => {
    const { there, started } = stage();
    const candidates = [
      there("plain"),
      there("a:gpu", { software: true, maxMatrixBytes: 4 }, { suits: onlyByName("slow") }),
    ];
    const { taken, others } = await resolveBackend("a:gpu", { candidates, sizes: large });
    expect(taken).toBe("a:gpu");
    expect(others).toEqual([{ name: "plain", kind: "not-tried", reason: "a:gpu was asked for" }]);
    expect(started).toEqual(["a:gpu"]);
  });

  it("of a family takes its first member, real devices before software", async () => {
    const { there, gone, open } = stage();
    const family = [
      there("plain"),
      gone("a:cuda", noAdapter),
      there("a:webgpu", { software: true }, { suits: onlyByName("slow") }),
      there("a:cpu", {}, { suits: onlyByName("slow") }),
    ];
    const found = await resolveBackend("a", { candidates: family, sizes: large });
    expect(found.taken).toBe("a:cpu");
    expect(found.others.map(({ name, kind }) => `${name}: ${kind}`)).toEqual([
      "plain: not-tried",
      "a:cuda: unavailable",
      "a:webgpu: software",
    ]);
    expect([...open]).toEqual(["a:cpu"]);
    expect((await resolveBackend("a", { candidates: family.slice(0, 3) })).taken).toBe("a:webgpu");
  });

  it("of an absent backend fails with the install command, the limits and the cause", async () => {
    const { gone, there } = stage();
    const cause = absence("peer");
    const candidates = [
      there("plain"),
      gone("a:b", cause, { install: "npm install x peer", limits: "Node 22 at most" }),
    ];
    const error = await expectRefusal(
      () => resolveBackend("a:b", { candidates }),
      "unavailable",
      "backend a:b",
    );
    expect(error.hint).toBe("Install it: npm install x peer. Node 22 at most.");
    expect(error.cause).toBe(cause);
  });

  it("of no candidate fails with all that exist", async () => {
    const { there } = stage();
    const candidates = [there("a:x"), there("a:y"), there("plain")];
    await expectRefusal(
      () => resolveBackend("b", { candidates }),
      "invalid-option",
      "one of auto, a, a:x, a:y, plain",
      '"b"',
    );
    expect(backendChoices(candidates)).toEqual(["auto", "a", "a:x", "a:y", "plain"]);
  });

  it("refuses an option that does not exist, with the nearest name", async () => {
    const options = { candidates: [], size: { items: 3 } };
    await expectRefusal(() => resolveBackend("auto", options), "invalid-option", '"size"', "sizes");
  });
});

describe("probeBackends", () => {
  it("never throws, disposes of what it starts, and shows what auto takes for a small job", async () => {
    const { there, gone, open } = stage();
    const found = await probeBackends([
      gone("odd", "a text"),
      there("gpu", { maxMatrixBytes: 7 }, { suits: largeJobs }),
      there("plain", { threads: 3 }),
      there("behind"),
    ]);
    expect(found.map(({ name, available, automatic }) => [name, available, automatic])).toEqual([
      ["odd", false, false],
      ["gpu", true, false],
      ["plain", true, true],
      ["behind", true, false],
    ]);
    expect(found[0]!.refusal).toMatchObject({ kind: "unavailable", reason: "a text" });
    expect(found[1]!.capabilities).toEqual({ device: "device of gpu", maxMatrixBytes: 7 });
    expect([...open]).toEqual([]);
  });
});

describe("jobSizes", () => {
  it("returns the sizes of a fit with its defaults", () => {
    const features = {
      image: denseFeatures(new Float32Array(12), 3, 4),
      text: denseFeatures(new Float32Array(6), 3, 2),
    };
    const interactions = toInteractions([[{ item: 1, weight: 1 }]], 3);
    expect(jobSizes({ train: interactions, features })).toEqual({ items: 3, widths: [4, 2], clusters: 8 });
    const options = { modalities: ["text"], clusters: { text: 2 } };
    expect(jobSizes({ train: interactions, features }, options)).toEqual({
      items: 3,
      widths: [2],
      clusters: 2,
    });
  });
});
