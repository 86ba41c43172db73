import { useQuery } from "@tanstack/react-query";
import { Library, Plus } from "lucide-react";
import { useMemo } from "react";
import { type BlockDocument, blockDocuments } from "../../schema/block-documents.ts";
import { blockTypes } from "../../schema/block-types.ts";
import { query } from "../api.ts";
import { buttonClass } from "../kit/controls/button.tsx";
import { Segmented } from "../kit/controls/segmented.tsx";
import { Empty } from "../kit/panel.tsx";
import { Link } from "../kit/router.tsx";
import { headOrder } from "../kit/table/head-order.ts";
import { ListPage } from "../lists/list-page.tsx";
import { ListTable } from "../lists/list-table.tsx";
import { useListView } from "../lists/list-view.ts";
import { withTerm } from "../lists/query-text.ts";
import { useClientFilter } from "../lists/use-client-filter.ts";
import { useCompiledQuery } from "../lists/use-compiled-query.ts";
import { usePages } from "../lists/use-pages.ts";
import { useSteadyList } from "../lists/use-steady-list.ts";
import { useScopes } from "../live.ts";
import { blockPath, catalogPath, newBlockPath } from "../parts/paths.ts";
import { columnNames, narrowColumns, wideColumns } from "./columns.tsx";
import { fields, type Key, language, secretsQuery } from "./fields.ts";
import { type Sort, sorts, wireSort } from "./view.ts";

const itself = (block: BlockDocument) => block;

/** All blocks: a query, and the list itself. */
export function Page() {
  const [view, change] = useListView(sorts);
  const { q, sort } = view;
  useScopes([{ noun: "block-documents" }]);
  const compiled = useCompiledQuery(q, fields);
  const input = useMemo(() => {
    const { block_documents, block_types, block_schemas } = compiled.server;
    return { block_documents, block_types, block_schemas, sort: wireSort[sort] };
  }, [compiled, sort]);
  const pages = usePages<BlockDocument>({
    noun: "block-documents",
    input,
    read: (client, page, signal) => client.call(blockDocuments.filter, { ...input, ...page }, { signal }),
  });
  const list = useSteadyList(useClientFilter(pages, compiled.client, itself), `${sort} ${q}`);
  const total = useQuery(query(blockDocuments.count, {}));
  const types = useQuery(query(blockTypes.filter, {}));
  const capabilities = pages.rows.flatMap(({ block_schema }) => block_schema?.capabilities ?? []);
  return (
    <ListPage
      title="Blocks"
      view={view}
      change={change}
      sorts={sorts}
      example="orders type:secret can:notify"
      fields={fields}
      columns={columnNames}
      names={{ type: (types.data ?? []).map(({ slug }) => slug), can: [...new Set(capabilities)].toSorted() }}
      actions={<Actions q={q} onQuery={(next) => change({ q: next })} />}
    >
      {(onQuery) => (
        <ListTable
          what="block"
          title="Blocks"
          columnList="blocks"
          {...{ list, language, q, onQuery }}
          total={total.data}
          place={sort}
          pathOf={({ id }) => blockPath(id)}
          columns={({ isNarrow }) => {
            const narrow = (key: Key, value: string) => onQuery(withTerm(q, language, { key, value }));
            const order = {
              sort,
              onSort: (next: Sort) => change({ sort: next }),
              first: "ascending",
            } as const;
            const byType = headOrder<Sort>({ ...order, ascending: "type" });
            const byName = headOrder<Sort>({ ...order, ascending: "name", descending: "z" });
            return isNarrow ? narrowColumns() : wideColumns({ narrow, byType, byName });
          }}
          empty={<NoBlocks />}
        />
      )}
    </ListPage>
  );
}

const kinds = [
  { value: "all", label: "All" },
  { value: "secrets", label: "Secrets" },
] as const;

function Actions({ q, onQuery }: { q: string; onQuery: (q: string) => void }) {
  return (
    <>
      <span className="max-md:hidden">
        <Segmented<"all" | "secrets">
          label="Kind of blocks"
          value={q === secretsQuery ? "secrets" : "all"}
          onChange={(next) => onQuery(next === "secrets" ? secretsQuery : "")}
          options={kinds}
        />
      </span>
      <NewLinks />
    </>
  );
}

const NewLinks = () => (
  <>
    <Link to={newBlockPath("secret")} className={buttonClass("plain")}>
      <Plus size={13} />
      New secret
    </Link>
    <Link to={catalogPath} className={buttonClass("primary")}>
      <Library size={13} />
      New block
    </Link>
  </>
);

const command = "praetor secret set weather-api-key";

function NoBlocks() {
  return (
    <Empty title="No blocks yet" code={command} action={<div className="flex gap-2">{<NewLinks />}</div>}>
      A block holds typed settings under a name, such as credentials, a storage location or a receiver of
      notifications. Its secrets are encrypted.
    </Empty>
  );
}
