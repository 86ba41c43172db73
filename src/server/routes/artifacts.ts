import { artifacts } from "../../schema/artifacts.ts";
import type { Store } from "../../store/store.ts";
import { type Api, done, found, serve } from "../serve.ts";

const unknown = "Artifact not found";

export function serveArtifacts(api: Api, store: Store): void {
  serve(api, artifacts.create, (input) => store.artifacts.create(input));
  serve(api, artifacts.filter, (input) => store.artifacts.filter(input));
  serve(api, artifacts.count, (input) => store.artifacts.count(input));
  serve(api, artifacts.filterLatest, (input) => store.artifacts.filterLatest(input));
  serve(api, artifacts.countLatest, (input) => store.artifacts.countLatest(input));
  serve(api, artifacts.read, async ({ id }) => found(await store.artifacts.read(id), unknown));
  serve(api, artifacts.readLatest, async ({ key }) => found(await store.artifacts.readLatest(key), unknown));
  serve(api, artifacts.update, async (input) => done(await store.artifacts.update(input), unknown));
  serve(api, artifacts.delete, async ({ id }) => done(await store.artifacts.delete(id), unknown));
}
