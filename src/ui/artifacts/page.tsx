import { useQuery } from "@tanstack/react-query";
import { artifacts } from "../../schema/artifacts.ts";
import { query } from "../api.ts";
import { Segmented } from "../kit/controls/segmented.tsx";
import { lazyNamed } from "../kit/lazy-named.ts";
import { Empty } from "../kit/panel.tsx";
import { headOrder } from "../kit/table/head-order.ts";
import { useFlowChoices } from "../lists/controls/choices.ts";
import { ListPage } from "../lists/list-page.tsx";
import { ListTable } from "../lists/list-table.tsx";
import { type Sorts, useListView } from "../lists/list-view.ts";
import { useScopes } from "../live.ts";
import { oneOf, useAddress } from "../parts/address.ts";
import { artifactPath } from "../parts/paths.ts";
import { useRunsById } from "../parts/runs/runs-by-id.ts";
import { columnNames, narrowColumns, wideColumns } from "./columns.tsx";
import { fields, language } from "./fields.ts";
import { type Sort, useArtifacts } from "./use-artifacts.ts";

const Gallery = lazyNamed(async () => (await import("./gallery.tsx")).Gallery);

const sorts: Sorts<Sort> = [
  { value: "updated", label: "Last updated" },
  { value: "created", label: "Newest key" },
  { value: "key", label: "Key" },
];
const looks = ["gallery", "list"] as const;
const defaults = { view: looks[0] } as const;

/** The latest artifact of each key, as cards or as a list. */
export function Page() {
  const [view, change] = useListView(sorts);
  const { q, sort } = view;
  const [search, setAddress] = useAddress(defaults);
  const look = oneOf(looks, search.get("view"));
  useScopes([{ noun: "artifacts" }]);
  const list = useArtifacts(q, sort);
  const total = useQuery(query(artifacts.countLatest, {}));
  const runOf = useRunsById(list.rows.map(({ flow_run_id }) => flow_run_id));
  const names = { key: list.rows.map(({ key }) => key).toSorted() };
  return (
    <ListPage
      title="Artifacts"
      {...{ view, change, sorts, fields, names }}
      example="type:table flow:etl since:24h"
      columns={columnNames}
      choices={{ flow: useFlowChoices, type: useTypes }}
      actions={
        <Segmented
          label="View"
          value={look}
          onChange={(next) => setAddress({ view: next })}
          options={[
            { value: "gallery", label: "Gallery" },
            { value: "list", label: "List" },
          ]}
        />
      }
    >
      {(onQuery) => (
        <ListTable
          what="artifact"
          title="Artifacts"
          columnList="artifacts"
          {...{ list, language, q, onQuery }}
          total={total.data}
          place={sort}
          pathOf={artifactPath}
          columns={({ isNarrow }) => {
            const order = { sort, onSort: (next: Sort) => change({ sort: next }) };
            const byKey = headOrder<Sort>({ ...order, ascending: "key", first: "ascending" });
            const byUpdated = headOrder<Sort>({ ...order, descending: "updated", first: "descending" });
            return isNarrow ? narrowColumns : wideColumns({ runOf, byKey, byUpdated });
          }}
          layout={look === "gallery" ? (foot) => <Gallery {...{ list, runOf, foot }} /> : undefined}
          empty={<NoArtifacts />}
        />
      )}
    </ListPage>
  );
}

const types = ["markdown", "table", "link", "image", "progress", "result"].map((value) => ({ value }));
const useTypes = () => ({ list: types, isPending: false, isCut: false });

const NoArtifacts = () => (
  <Empty title="No artifacts yet" code={'create_markdown_artifact("# Rain of May", key="rain")'}>
    Tables, reports, links, images and progress that Python flows and tasks create under a key appear here.
  </Empty>
);
