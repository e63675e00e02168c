import { describe, expect, it } from "vitest";
import { type ImportModule, importPeer, isAbsence, messageOf } from "../src/backend/index.ts";
import { expectRefusal } from "./support/errors.ts";

/** The runtime's own, as a backend's package has it. */
const importModule: ImportModule = (name) => import(/* @vite-ignore */ name);
const doing = "looking for it";

describe("importPeer", () => {
  it("names an absent package and the command that installs it, and keeps the cause", async () => {
    const error = await expectRefusal(
      () => importPeer(importModule, "wellbegun-no-such-package", { doing }),
      "unavailable",
      "the package wellbegun-no-such-package",
      "no such package",
    );
    expect(error.hint).toBe("Install it: npm install wellbegun-no-such-package");
    expect(error.cause).toMatchObject({ code: "ERR_MODULE_NOT_FOUND" });
    expect(isAbsence(error)).toBe(true);
  });

  it("adds the caller's hint", async () => {
    const request = { doing, install: "npm install it --with-flag", help: "It wants Linux." };
    const error = await expectRefusal(
      () => importPeer(importModule, "wellbegun-absent", request),
      "unavailable",
    );
    expect(error.hint).toBe("Install it: npm install it --with-flag. It wants Linux.");
  });

  it("distinguishes a package that does not load from one that is absent", async () => {
    const broken = "data:text/javascript,throw new Error('no\\n addon')";
    const error = await expectRefusal(
      () => importPeer(importModule, broken, { doing }),
      "unavailable",
      "one that does not load: no addon",
    );
    expect(isAbsence(error)).toBe(false);
    expect(messageOf(error.cause)).toBe("no addon");
  });

  it("returns a package that loads", async () => {
    const found = await importPeer(importModule, "data:text/javascript,export const create = 7", { doing });
    expect(found.create).toBe(7);
  });
});
