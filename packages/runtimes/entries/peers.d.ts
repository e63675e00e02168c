// Optional peers, which are installed beside the program and not in this workspace.
declare module "@tensorflow/tfjs-core";
declare module "@tensorflow/tfjs-backend-cpu";
declare module "@tensorflow/tfjs-backend-wasm";
declare module "@tensorflow/tfjs-backend-webgpu";
declare module "onnxruntime-web";
declare module "*.wasm?url" {
  const url: string;
  export default url;
}
