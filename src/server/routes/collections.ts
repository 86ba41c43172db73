import { collections } from "../../schema/collections.ts";
import type { Json } from "../../schema/scalars.ts";
import { originOf } from "../origin.ts";
import { type Api, found, serve } from "../serve.ts";
import { workerCatalogue } from "../worker-types/catalogue.ts";

/** Clients also request catalogues of ready-made flows and blocks; they are empty. */
const views: ReadonlyMap<string, (origin: string) => Json> = new Map([
  ["aggregate-worker-metadata", workerCatalogue],
  ["aggregate-flow-metadata", () => ({})],
  ["aggregate-block-metadata", () => ({})],
]);

export function serveCollections(api: Api): void {
  serve(api, collections.view, ({ view }, c) =>
    found(views.get(view), `View ${view} not found`)(originOf(c)),
  );
}
