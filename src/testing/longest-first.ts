import { BaseSequencer, type TestSpecification } from "vitest/node";

/** Files that take half a minute or more; the longest first. */
export const longest = [
  "src/store/sqlite.test.ts",
  "src/store/postgres.test.ts",
  "src/sdk/runner/serve.test.ts",
  "src/cli/database.test.ts",
  "src/server/contract.test.ts",
  "src/server/services/long-running.test.ts",
  "src/server/compatibility.test.ts",
  "src/server/automations/loops.test.ts",
  "src/server/replicas.test.ts",
  "src/local/local-server.test.ts",
  "src/worker/worker.test.ts",
  "src/cli/cli.test.ts",
  "src/cli/deployments.test.ts",
];

/** Starts the longest files first, so that none of them is left when all others are done. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const place = ({ moduleId }: TestSpecification) => {
      const known = longest.findIndex((file) => moduleId.endsWith(file));
      return known < 0 ? longest.length : known;
    };
    return (await super.sort(files)).toSorted((a, b) => place(a) - place(b));
  }
}
