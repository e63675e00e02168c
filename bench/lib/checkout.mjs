/** Another commit of this repository, built in a temporary folder. */

import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { UsageError } from "./arguments.mjs";

/** The repository that this file belongs to. */
export const root = fileURLToPath(new URL("../..", import.meta.url));

/**
 * The tree to compare with: a commit is checked out and built, and a built checkout is taken as it is.
 * @param {string} against a commit, or the folder of a built checkout, which `remove` leaves in place
 */
export function otherTree(against) {
  if (!existsSync(against)) {
    try {
      git("rev-parse", "--verify", "--quiet", `${against}^{commit}`);
    } catch {
      throw new UsageError(
        `--against: expected a commit or the folder of a built checkout, found ${against}`,
      );
    }
    return checkout(against);
  }
  const hash = execFileSync("git", ["rev-parse", "--short", "HEAD"], {
    cwd: against,
    encoding: "utf8",
  }).trim();
  return { folder: against, hash, remove: () => undefined };
}

/**
 * Checks out and builds a commit. Packages from npm are those that are installed here; the workspace's own packages are the
 * commit's.
 * @param {string} commit
 * @returns {{ folder: string, hash: string, remove: () => void }}
 */
export function checkout(commit) {
  const folder = join(mkdtempSync(join(tmpdir(), "wellbegun-compare-")), "tree");
  git("worktree", "add", "--detach", folder, commit);
  const remove = () => {
    git("worktree", "remove", "--force", folder);
    rmSync(join(folder, ".."), { recursive: true, force: true });
  };
  try {
    linkModules(folder);
    build(folder);
    return { folder, hash: git("rev-parse", "--short", commit), remove };
  } catch (error) {
    remove();
    throw error;
  }
}

/**
 * Compiles all packages of a tree.
 * @param {string} folder
 */
export function build(folder) {
  execFileSync("npm", ["run", "build"], { cwd: folder, stdio: ["ignore", "ignore", "inherit"] });
}

/**
 * Links the installed modules into a tree; a scope or name of the workspace leads to the tree's own packages.
 * @param {string} folder
 */
function linkModules(folder) {
  const modules = join(folder, "node_modules");
  mkdirSync(join(modules, "@wellbegun"), { recursive: true });
  for (const name of readdirSync(join(root, "node_modules"))) {
    if (name === "@wellbegun" || name === "wellbegun" || name === ".cache") continue;
    symlinkSync(join(root, "node_modules", name), join(modules, name));
  }
  for (const name of readdirSync(join(folder, "packages"))) {
    const place = name === "cli" ? "wellbegun" : join("@wellbegun", name);
    symlinkSync(join(folder, "packages", name), join(modules, place));
    // A version that differs from the one at the root is installed in the package itself.
    const own = join(root, "packages", name, "node_modules");
    for (const one of existsSync(own) ? readdirSync(own).filter((entry) => !entry.startsWith(".")) : []) {
      mkdirSync(join(folder, "packages", name, "node_modules"), { recursive: true });
      symlinkSync(join(own, one), join(folder, "packages", name, "node_modules", one));
    }
  }
}

/** @param {string[]} args */
function git(...args) {
  return execFileSync("git", args, { cwd: root, encoding: "utf8", stdio: "pipe" }).trim();
}
