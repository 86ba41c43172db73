import type { Store } from "../../store/store.ts";
import { withinSpan } from "../execution-context.ts";

type Verb = (...input: unknown[]) => unknown;

/** The same store, whose transactions and verbs are recorded as spans of the current operation. */
export const tracedStore = (store: Store): Store =>
  new Proxy(store, {
    get(target, key) {
      const found: unknown = Reflect.get(target, key);
      const name = `store ${String(key)}`;
      if (key === "transaction" || key === "ingest" || key === "ingestText") return spanned(name, found);
      return typeof found === "object" && found !== null ? tracedNoun(name, found) : found;
    },
  });

const tracedNoun = (name: string, noun: object): object =>
  new Proxy(noun, {
    get(target, verb) {
      const found: unknown = Reflect.get(target, verb);
      // An async iterable has no single end to record.
      return verb === "stream" ? found : spanned(`${name}.${String(verb)}`, found);
    },
  });

const isVerb = (value: unknown): value is Verb => typeof value === "function";

const spanned = (name: string, verb: unknown): unknown =>
  isVerb(verb) ? (...input: unknown[]) => withinSpan(name, async () => verb(...input)) : verb;
