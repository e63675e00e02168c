/** Number of processors that this process may use; 1 where unknown. */
export function processors(): number {
  const { process, navigator } = globalThis as {
    process?: { getBuiltinModule?: (name: "node:os") => { availableParallelism(): number } | undefined };
    navigator?: { hardwareConcurrency?: number };
  };
  // Not an import: this package runs in browsers too.
  return (
    process?.getBuiltinModule?.("node:os")?.availableParallelism() ?? navigator?.hardwareConcurrency ?? 1
  );
}
