import type { PlainRoutes } from "../../store/noun.ts";
import { nouns } from "../../store/nouns.ts";
import type { Store } from "../../store/store.ts";
import { type Api, done, found, serve } from "../serve.ts";

type Rows = Readonly<Record<string, (input: unknown) => Promise<unknown>>>;

/** Serves what nouns declare with `withRoutes`: routes that do no more than the verb of the same name. */
export function servePlainNouns(api: Api, store: Store): void {
  for (const [name, { plain }] of Object.entries<{ plain?: PlainRoutes }>(nouns)) {
    if (plain) servePlainNoun(api, plain, Reflect.get(store, name));
  }
}

function servePlainNoun(api: Api, { routes, missing }: PlainRoutes, rows: Rows): void {
  const ask = async (verb: string, input: unknown) => rows[verb]?.(input);
  const answers: Rows = {
    create: (input) => ask("create", input),
    filter: (input) => ask("filter", input),
    count: (input) => ask("count", input),
    paginate: (input) => ask("paginate", input),
    read: async (input) => found(await ask("read", idIn(input)), missing),
    update: async (input) => done((await ask("update", input)) === true, missing),
    delete: async (input) => done((await ask("delete", idIn(input))) === true, missing),
  };
  for (const [verb, answer] of Object.entries(answers)) {
    const route = routes[verb];
    if (route && rows[verb]) serve(api, route, answer);
  }
}

const idIn = (input: unknown): unknown =>
  typeof input === "object" && input !== null && "id" in input ? input.id : undefined;
