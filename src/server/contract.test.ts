import { describeContract } from "../testing/contract/suite.ts";
import { createWorld } from "../testing/world.ts";

describeContract("the contract, on SQLite", () => createWorld({ settings: { logLevel: "silent" } }));
