export { down, up } from "../migrations/0016-run-lists.ts";
