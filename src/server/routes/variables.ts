import { variables } from "../../schema/variables.ts";
import type { Store } from "../../store/store.ts";
import { type Api, done, found, serve } from "../serve.ts";

const unknown = "Variable not found.";

export function serveVariables(api: Api, store: Store): void {
  const { variables: rows } = store;
  serve(api, variables.readByName, async ({ name }) => found(await rows.readByName(name), unknown));
  serve(api, variables.updateByName, async (input) => done(await rows.updateByName(input), unknown));
  serve(api, variables.deleteByName, async ({ name }) => done(await rows.deleteByName(name), unknown));
}
