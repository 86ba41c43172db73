import type { Logger } from "pino";
import { selections } from "../../schema/selections.ts";
import type { Store } from "../../store/store.ts";
import type { BackgroundTasks } from "../background-tasks.ts";
import { requesterOf } from "../forced-states.ts";
import { previewSelection } from "../selection-preview.ts";
import { applySelection } from "../selections.ts";
import { type Api, found, serve } from "../serve.ts";

interface SelectionsDeps {
  store: Store;
  tasks: BackgroundTasks;
  log: Logger;
}

export function serveSelections(api: Api, { store, tasks, log }: SelectionsDeps): void {
  serve(api, selections.create, async (input) =>
    store.selections.create(input, await store.selections.matching(input)),
  );
  serve(api, selections.read, async ({ id }) =>
    found(await store.selections.read(id), "Selection not found"),
  );
  serve(api, selections.preview, (input) => previewSelection(store, input));
  serve(api, selections.apply, (input, c) =>
    applySelection({ store, tasks, log, by: requesterOf(c) }, input),
  );
}
