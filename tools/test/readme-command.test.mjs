import { describe, expect, it } from "vitest";
import { readmeCommand } from "../readme-command.mjs";

const fence = "```";
const page = [
  "# Title",
  "<!-- command:demo -->",
  "",
  `${fence}sh`,
  "$ npm ci",
  "npm run demo",
  fence,
  "text",
].join("\n");

describe("readmeCommand", () => {
  it("gives the lines of the marked fence without prompts", () => {
    expect(readmeCommand(page, "demo")).toBe("npm ci\nnpm run demo");
  });

  it("says which commands are marked when there is none of that name, or two", () => {
    expect(() => readmeCommand(page, "test")).toThrow(/command:test.*found 0.*marked commands: demo/);
    expect(() => readmeCommand(`${page}\n${page}`, "demo")).toThrow(/found 2/);
  });
});
