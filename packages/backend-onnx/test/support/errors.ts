export { expectRefusal } from "../../../../test-support/refusal.ts";
