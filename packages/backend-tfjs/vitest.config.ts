import { chooseSwiftShader } from "./test/support/software-vulkan.ts";

chooseSwiftShader();

export { default } from "../../vitest.shared.ts";
