const { onnx, probeOnnx } = await import("@wellbegun/backend-onnx");
const { webgpu } = await import("@wellbegun/backend-webgpu");
const { tfjs } = await import("@wellbegun/backend-tfjs");
console.log(await probeOnnx());
const g = await webgpu(); console.log(g.name, g.capabilities); await g.dispose();
for (const b of ["cpu","wasm"]) { const t = await tfjs({backend:b}); console.log(t.name, t.capabilities); await t.dispose(); }
const { create, globals } = await import("webgpu");
Object.assign(globalThis, globals);
Object.defineProperty(globalThis, "navigator", { value: { gpu: create([]) }, configurable: true });
const t = await tfjs({backend:"webgpu"}); console.log(t.name, t.capabilities); await t.dispose();
console.log("end");
