import { WellbegunError } from "@wellbegun/core";
import { messageOf } from "@wellbegun/core/backend";

/** The backend ended while an operation was running on it. */
export function disposedError(doing: string): WellbegunError {
  const expected = "a backend that was not disposed";
  return new WellbegunError("disposed", { doing, expected, found: "a disposed one" });
}

/** The device went away under an operation: a driver reset, a removed card, `destroy()` by somebody else. */
export function lostError(doing: string, reason: string): WellbegunError {
  return new WellbegunError("unavailable", {
    doing,
    expected: "a GPU device that is still there",
    found: `one that was lost: ${reason}`,
    hint: "Create the backend again; what it held is gone.",
  });
}

/** The device refused commands: an error in this package or in the driver. */
export function refusedError(doing: string, cause: unknown): WellbegunError {
  return new WellbegunError("unavailable", {
    doing,
    expected: "commands that the device accepts",
    found: `a refusal: ${messageOf(cause)}`,
    cause,
  });
}

/** The device is out of memory; sizes in bytes, where known. */
export function memoryError(
  doing: string,
  cause: unknown,
  sizes?: { readonly wanted: number; readonly held: number },
): WellbegunError {
  return new WellbegunError("limit", {
    doing,
    expected: sizes === undefined ? "memory on the device" : `${sizes.wanted} bytes of memory on the device`,
    found: sizes === undefined ? "none left" : `no room, with ${sizes.held} bytes in use by this backend`,
    hint: "Bound what a fit holds (the option memory), or dispose of matrices earlier.",
    cause,
  });
}

/** A single array is larger than the device takes. */
export function sizeError(
  doing: string,
  what: string,
  bytes: number,
  limit: string,
  most: number,
): WellbegunError {
  return new WellbegunError("limit", {
    doing,
    expected: `${what} of at most ${most} bytes (the device's ${limit})`,
    found: `${bytes} bytes`,
    hint: "Work in smaller blocks.",
  });
}
