import { logs } from "../../schema/logs.ts";
import type { Store } from "../../store/store.ts";
import { searchLogs } from "../log-search.ts";
import { type Api, serve } from "../serve.ts";

/** Lines that are written at once; clients send fewer. */
const portion = 2000;

export function serveLogs(api: Api, store: Store): void {
  serve(api, logs.create, async (input) => {
    for (let at = 0; at < input.logs.length; at += portion) {
      await store.logs.create(input.logs.slice(at, at + portion));
    }
    return null;
  });
  serve(api, logs.filter, (input) => store.logs.filter(input));
  serve(api, logs.search, (input) => searchLogs(store, input));
  serve(api, logs.hidden, (input) => store.logs.hidden(input));
  serve(api, logs.writers, (input) => store.logs.writers(input));
  serve(api, logs.count, (input) => store.logs.count(input));
}
