import { freemem, totalmem } from "node:os";

/** Free memory where the system tells it without what caches hold; elsewhere all of it. Never more than a container has. */
export function machineMemory(): number {
  const machine = process.platform === "linux" ? freemem() : totalmem();
  const container = process.constrainedMemory?.() ?? 0;
  return container > 0 ? Math.min(machine, container) : machine;
}
