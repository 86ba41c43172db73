import { flows } from "../../schema/flows.ts";
import type { Store } from "../../store/store.ts";
import { type Api, created, done, found, serve } from "../serve.ts";

const unknown = "Flow not found";

export function serveFlows(api: Api, store: Store): void {
  serve(api, flows.create, async (input) => created(await store.flows.create(input)));
  serve(api, flows.read, async ({ id }) => found(await store.flows.read(id), unknown));
  serve(api, flows.readByName, async ({ name }) => found(await store.flows.readByName(name), unknown));
  serve(api, flows.filter, (input) => store.flows.filter(input));
  serve(api, flows.count, (input) => store.flows.count(input));
  serve(api, flows.paginate, (input) => store.flows.paginate(input));
  serve(api, flows.update, async (input) => done(await store.flows.update(input), unknown));
  serve(api, flows.bulkDelete, async ({ flows: wanted, limit }) => {
    const some = await store.flows.filter({ flows: wanted, limit, offset: 0, sort: "NAME_ASC" });
    const deleted: string[] = [];
    for (const { id } of some) if (await store.flows.delete(id)) deleted.push(id);
    return { deleted };
  });
  serve(api, flows.delete, async ({ id }) => done(await store.flows.delete(id), unknown));
}
