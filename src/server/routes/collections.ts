import { collections, collectionViews } from "../../schema/collections.ts";
import { type Api, found, serve } from "../serve.ts";

const views = new Map(Object.entries(collectionViews));

export function serveCollections(api: Api): void {
  serve(api, collections.view, ({ view }) => found(views.get(view), `View ${view} not found`));
}
