/**
 * Puts the program and the packages of this repository that it uses into a few files, dist/bin/*.js, which bin/ runs:
 * looking up and reading two hundred modules takes longer than a small dataset's vectors do. What is not ours stays a
 * dependency. The rest of dist/ is what is imported.
 *
 * The program's start is one file, each command is one, and what several of them use is one: a file costs a process about
 * half a millisecond, and unused functions are hardly more than read.
 */
import { cp, rm } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { rolldown } from "rolldown";

const folder = fileURLToPath(new URL("..", import.meta.url));

/**
 * The backends are the user's choice, found when they are named. The report's page keeps its own package, in which its
 * libraries for drawing are found: they are that package's dependencies, not this one's.
 */
const ours = /^@wellbegun\/(?!backend-|evaluation-report)/;

const program = await rolldown({
  input: { main: `${folder}dist/main.js` },
  // Not "node", for which our packages have their files joined already: a command takes the modules that it uses.
  platform: "neutral",
  external: (id) => /^[^./]/.test(id) && !ours.test(id) && !id.startsWith(folder),
});
await rm(`${folder}dist/bin`, { recursive: true, force: true });
const { output } = await program.write({
  dir: `${folder}dist/bin`,
  format: "esm",
  codeSplitting: {
    groups: [
      { name: "start", tags: ["$initial"], priority: 1 },
      { name: "shared", minShareCount: 2 },
    ],
  },
});
await program.close();
// The page that `play` serves, built by a package that is not published by itself.
const page = new URL("../../playground/dist", import.meta.url);
await rm(`${folder}dist/playground`, { recursive: true, force: true });
await cp(page, `${folder}dist/playground`, { recursive: true });
console.log(`dist/bin: ${output.length} files`);
