import { chmodSync, existsSync, mkdirSync, readdirSync, statfsSync } from "node:fs";
import type { FileHandle } from "node:fs/promises";
import { basename, join } from "node:path";
import { afterEach, describe, expect, it, vi } from "vitest";
import { itOn, mountTmpfs } from "../../../test-support/disks.ts";
import { readBundle, type WriteTablesOptions, writeTables } from "../src/node/index.ts";
import { expectFailure, snapshot, temporaryFolder } from "./helpers.ts";

/** What the mocked file system does; each test sets its own fault. */
const faults = vi.hoisted(() => ({
  redirect: undefined as ((path: string) => string | undefined) | undefined,
  wrap: undefined as ((handle: FileHandle, path: string) => void) | undefined,
  rename: undefined as ((from: string, to: string) => void) | undefined,
  /** The descriptor whose bytes cannot be flushed. */
  unflushed: undefined as number | undefined,
}));

vi.mock("node:fs/promises", async (load) => {
  const real = await load<typeof import("node:fs/promises")>();
  const open = async (path: string, flags: string): Promise<FileHandle> => {
    const other = faults.redirect?.(path);
    const handle = await (other === undefined ? real.open(path, flags) : real.open(other, "w"));
    faults.wrap?.(handle, path);
    return handle;
  };
  return { ...real, open };
});

vi.mock("node:fs", async (load) => {
  const real = await load<typeof import("node:fs")>();
  const renameSync = (from: string, to: string): void => {
    faults.rename?.(from, to);
    real.renameSync(from, to);
  };
  const fsync = (fd: number, done: (error: Error | null) => void): void => {
    if (fd === faults.unflushed) done(systemError("EIO"));
    else real.fsync(fd, done);
  };
  return { ...real, renameSync, fsync };
});

function removeFaults(): void {
  faults.redirect = undefined;
  faults.wrap = undefined;
  faults.rename = undefined;
  faults.unflushed = undefined;
}
afterEach(removeFaults);

const root = temporaryFolder();
const tiny = mountTmpfs(root, "tiny", "size=64k");
const readOnly = mountTmpfs(root, "read-only", "size=64k,ro");
let cases = 0;

const users = (rows: number, fill: number): WriteTablesOptions => ({
  tables: [{ name: "users", rows, columns: 64, data: new Float32Array(rows * 64).fill(fill) }],
  formats: ["npy", "safetensors"],
});

/** Writes a bundle, then fails to replace it: the old one must stay whole, and alone. */
async function expectOldStays(
  parent: string,
  larger: WriteTablesOptions,
  setFault: () => void,
  ...parts: readonly string[]
): Promise<void> {
  const folder = join(parent, `case-${cases++}`);
  const out = join(folder, "out");
  await writeTables(out, users(4, 1));
  const before = snapshot(out);
  setFault();
  await expectFailure(() => writeTables(out, larger), "io", ...parts);
  removeFaults();
  expect(snapshot(out)).toEqual(before);
  expect(readdirSync(folder)).toEqual(["out"]);
  expect((await readBundle(out)).tables.get("users")?.shape).toEqual([4, 64]);
}

function systemError(code: string): Error {
  return Object.assign(new Error(`${code}: injected`), { code });
}

describe("A disk that is full", () => {
  itOn(tiny, "leaves the old bundle whole, and the error names the file", async (disk) => {
    const free = (): number => statfsSync(disk).bfree;
    const before = free();
    await expectOldStays(
      disk,
      users(1000, 2),
      () => undefined,
      "no space left on the disk (ENOSPC)",
      "users.npy",
    );
    // Blocks of 4 KiB: the old bundle takes four, the full disk took all sixteen.
    expect(before - free()).toBeLessThan(6);
  });

  itOn(
    existsSync("/dev/full") ? "/dev/full" : undefined,
    "from the start leaves the old bundle whole",
    async (device) => {
      const setFault = (): void => {
        faults.redirect = (path) => (basename(path) === "tables.safetensors" ? device : undefined);
      };
      await expectOldStays(root, users(10, 2), setFault, "ENOSPC", join("out", "tables.safetensors"));
    },
  );

  it("after some bytes, with short writes first, leaves the old bundle whole", async () => {
    const setFault = (): void => {
      let room = 10_000;
      faults.wrap = (handle) => {
        const write = handle.write.bind(handle);
        const limited = async (bytes: Uint8Array, offset: number, length: number): Promise<object> => {
          if (room === 0) throw systemError("ENOSPC");
          const some = Math.min(room, 777, length);
          room -= some;
          return write(bytes, offset, some);
        };
        Object.assign(handle, { write: limited });
      };
    };
    await expectOldStays(root, users(100, 2), setFault, "ENOSPC", "users.npy");
  });

  it("only when the bytes are flushed leaves the old bundle whole", async () => {
    const setFault = (): void => {
      faults.wrap = (handle, path) => {
        if (basename(path) !== "manifest.json") return;
        faults.unflushed = handle.fd;
      };
    };
    await expectOldStays(root, users(10, 2), setFault, "EIO: injected", "manifest.json");
  });
});

describe("Short writes", () => {
  it("do not change what is written", async () => {
    const out = join(root, "short");
    await writeTables(out, users(100, 3));
    const before = snapshot(out);
    faults.wrap = (handle) => {
      const write = handle.write.bind(handle);
      const short = (bytes: Uint8Array, offset: number, length: number): Promise<object> =>
        write(bytes, offset, Math.min(length, 1009));
      Object.assign(handle, { write: short });
    };
    await writeTables(out, users(100, 3));
    expect(snapshot(out)).toEqual(before);
  });
});

describe("A rename that fails", () => {
  it("puts the old bundle back", async () => {
    const setFault = (): void => {
      faults.rename = (from) => {
        if (from.includes(".partial-")) throw systemError("EIO");
      };
    };
    await expectOldStays(root, users(10, 2), setFault, "EIO", "out");
  });

  it("leaves the old bundle where it cannot be moved aside, as a mount point", async () => {
    const setFault = (): void => {
      faults.rename = (_, to) => {
        if (to.includes(".previous-")) throw systemError("EBUSY");
      };
    };
    await expectOldStays(root, users(10, 2), setFault, "mount point (EBUSY)");
  });
});

describe("An output folder is refused", () => {
  itOn(readOnly, "on a read-only file system", async (disk) => {
    const out = join(disk, "out");
    await expectFailure(() => writeTables(out, users(1, 1)), "io", "read-only file system (EROFS)", disk);
    const deep = join(disk, "deep", "out");
    await expectFailure(() => writeTables(deep, users(1, 1)), "io", "EROFS", join(disk, "deep"));
  });

  it("where the process has no permission to write", async () => {
    const closed = join(root, "closed");
    mkdirSync(closed);
    chmodSync(root, 0o755);
    chmodSync(closed, 0o555);
    // Root may write anywhere, so it steps down to nobody for a moment.
    const isRoot = process.geteuid?.() === 0;
    if (isRoot) process.seteuid?.(65534);
    try {
      const write = (): Promise<unknown> => writeTables(join(closed, "out"), users(1, 1));
      await expectFailure(write, "io", "no permission (EACCES)", closed);
    } finally {
      if (isRoot) process.seteuid?.(0);
    }
    expect(readdirSync(closed)).toEqual([]);
  });
});
