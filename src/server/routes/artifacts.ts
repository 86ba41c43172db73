import { artifacts } from "../../schema/artifacts.ts";
import type { Store } from "../../store/store.ts";
import { type Api, found, serve } from "../serve.ts";

const unknown = "Artifact not found";

export function serveArtifacts(api: Api, store: Store): void {
  serve(api, artifacts.filterLatest, (input) => store.artifacts.filterLatest(input));
  serve(api, artifacts.countLatest, (input) => store.artifacts.countLatest(input));
  serve(api, artifacts.readLatest, async ({ key }) => found(await store.artifacts.readLatest(key), unknown));
}
