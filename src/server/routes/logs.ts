import { logs } from "../../schema/logs.ts";
import type { Store } from "../../store/store.ts";
import { searchLogs } from "../log-search.ts";
import { type Api, serve } from "../serve.ts";

export function serveLogs(api: Api, store: Store): void {
  serve(api, logs.create, async (input) => {
    await store.logs.create(input.logs);
    return null;
  });
  serve(api, logs.filter, (input) => store.logs.filter(input));
  serve(api, logs.search, (input) => searchLogs(store, input));
  serve(api, logs.count, (input) => store.logs.count(input));
}
