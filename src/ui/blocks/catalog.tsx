import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { blockSchemas } from "../../schema/block-schemas.ts";
import { type BlockType, blockTypes } from "../../schema/block-types.ts";
import { query } from "../api.ts";
import { SearchInput } from "../kit/controls/search-field.tsx";
import { Select } from "../kit/controls/select.tsx";
import { cx } from "../kit/cx.ts";
import { Empty, Failed } from "../kit/panel.tsx";
import { Link } from "../kit/router.tsx";
import { SkeletonRows } from "../kit/skeleton.tsx";
import { useAddress } from "../parts/address.ts";
import { PageHead } from "../parts/page-head.tsx";
import { usePageTitle } from "../parts/page-title.ts";
import { blocksPath } from "../parts/paths.ts";
import { TypeDetails } from "./type-details.tsx";
import { TypeIcon } from "./type-icon.tsx";

const defaults = {};

/** The types of which blocks can be made, and what each is for. */
export function Page() {
  usePageTitle("Block types");
  const [search, change] = useAddress(defaults);
  const text = search.get("q") ?? "";
  const capability = search.get("capability") ?? "";
  const slug = search.get("type");
  const filter = capability ? { block_schemas: { block_capabilities: { all_: [capability] } } } : {};
  const types = useQuery(query(blockTypes.filter, filter));
  const capabilities = useQuery(query(blockSchemas.capabilities, {}));
  const found = useMemo(() => (types.data ?? []).filter((type) => matches(type, text)), [types.data, text]);
  const chosen = found.find((type) => type.slug === slug);
  return (
    <>
      <PageHead title="Block types">
        <Link to={blocksPath} className="text-muted hover:text-fg hover:underline">
          Blocks
        </Link>
      </PageHead>
      <div className="flex shrink-0 flex-wrap items-center gap-2 border-b px-3 py-1.5">
        <SearchInput
          label="Search block types"
          placeholder="Search block types"
          className="w-56"
          value={text}
          onChange={(q) => change({ q })}
        />
        <Select
          label="Capability"
          value={capability}
          onChange={(next) => change({ capability: next })}
          options={[
            { value: "", label: "Any capability" },
            ...(capabilities.data ?? []).map((name) => ({ value: name, label: name })),
          ]}
        />
        <span className="text-xs text-muted" role="status">
          {types.data && `${found.length} of ${types.data.length} types`}
        </span>
      </div>
      <div className="grid min-h-0 flex-1 md:grid-cols-[minmax(260px,2fr)_minmax(0,3fr)]">
        <div className={cx("min-h-0 overflow-y-auto md:border-r", chosen && "max-md:hidden")}>
          {types.error && (
            <Failed what="Block types" error={types.error} onRetry={() => void types.refetch()} />
          )}
          {types.isPending && <SkeletonRows rows={12} label="Loading block types" />}
          {types.data && found.length === 0 && <Empty title="No block type matches" />}
          <TypeList types={found} chosen={chosen?.slug} onChoose={(type) => change({ type })} />
        </div>
        <div className={cx("min-h-0 overflow-y-auto", !chosen && "max-md:hidden")}>
          {chosen ? (
            <TypeDetails key={chosen.id} type={chosen} onBack={() => change({ type: undefined })} />
          ) : (
            <Empty title="No block type selected">
              Select a type to see its fields and an example of its use.
            </Empty>
          )}
        </div>
      </div>
    </>
  );
}

const matches = ({ name, slug, description }: BlockType, text: string): boolean =>
  [name, slug, description ?? ""].some((part) => part.toLowerCase().includes(text.trim().toLowerCase()));

interface ListProps {
  types: readonly BlockType[];
  chosen: string | undefined;
  onChoose: (slug: string) => void;
}

function TypeList({ types, chosen, onChoose }: ListProps) {
  return (
    <ul>
      {types.map(({ id, slug, name, description }) => (
        <li key={id}>
          <button
            type="button"
            aria-pressed={slug === chosen}
            onClick={() => onChoose(slug)}
            className={cx(
              "flex w-full items-start gap-3 border-b px-3 py-2 text-left outline-offset-[-2px]",
              slug === chosen ? "bg-accent-soft" : "hover:bg-hover",
            )}
          >
            <span className="pt-0.5">
              <TypeIcon slug={slug} />
            </span>
            <span className="min-w-0">
              <span className="block truncate font-strong">{name}</span>
              <span className="line-clamp-2 text-muted">{firstLine(description)}</span>
            </span>
          </button>
        </li>
      ))}
    </ul>
  );
}

const firstLine = (text: string | null): string => text?.trim().split("\n")[0] ?? "";
