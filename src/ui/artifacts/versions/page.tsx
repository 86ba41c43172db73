import { useQuery } from "@tanstack/react-query";
import { Trash2 } from "lucide-react";
import { Suspense, useMemo, useState } from "react";
import { z } from "zod";
import { type Artifact, artifacts } from "../../../schema/artifacts.ts";
import { query } from "../../api.ts";
import { Button } from "../../kit/controls/button.tsx";
import { lazyNamed } from "../../kit/lazy-named.ts";
import { useMedia } from "../../kit/media.ts";
import { Empty, Failed } from "../../kit/panel.tsx";
import { useRemembered } from "../../kit/remembered.ts";
import { Link, useNavigate, useParams } from "../../kit/router.tsx";
import { SkeletonRows } from "../../kit/skeleton.tsx";
import { Split } from "../../kit/split.tsx";
import type { List } from "../../lists/list.ts";
import { usePages } from "../../lists/use-pages.ts";
import { useSteadyList } from "../../lists/use-steady-list.ts";
import { useScopes } from "../../live.ts";
import { usePageTitle } from "../../parts/page-title.ts";
import { Header } from "../header.tsx";
import { useChosen } from "./chosen.ts";
import { Detail } from "./detail.tsx";
import { VersionList } from "./version-list.tsx";

const DeleteDialog = lazyNamed(async () => (await import("../delete-dialog.tsx")).DeleteDialog);

/** Each comes with what it holds. */
const pageSize = 50;

/** The history of a key: all its versions, and the one that is chosen. */
export function Page() {
  const { key = "" } = useParams();
  usePageTitle(`${key} · Artifacts`);
  useScopes([{ noun: "artifacts" }]);
  const list = useVersions(key);
  const count = useQuery(query(artifacts.count, { artifacts: { key: { any_: [key] } } }));
  if (list.isPending) return <SkeletonRows rows={12} label="Loading the versions" />;
  if (list.error && list.loaded === 0)
    return <Failed what="The artifact" error={list.error} onRetry={list.refetch} />;
  const [newest] = list.rows;
  if (!newest) return <Missing name={key} />;
  return <Loaded key={key} name={key} list={list} newest={newest} count={count.data ?? list.loaded} />;
}

function useVersions(key: string): List<Artifact> {
  const input = useMemo(
    () => ({ artifacts: { key: { any_: [key] } }, sort: "CREATED_DESC" as const }),
    [key],
  );
  const pages = usePages<Artifact>({
    ...{ noun: "artifacts", input, pageSize },
    read: (client, page, signal) => client.call(artifacts.filter, { ...input, ...page }, { signal }),
  });
  return useSteadyList(pages, key);
}

const Missing = ({ name }: { name: string }) => (
  <Empty title="There is no such artifact">
    <p>
      No artifact has the key <code>{name}</code>. All of its versions may have been deleted.
    </p>
    <Link to="/artifacts" className="mt-2 inline-block text-accent underline">
      All artifacts
    </Link>
  </Empty>
);

const usual = 0.36;

interface LoadedProps {
  name: string;
  list: List<Artifact>;
  newest: Artifact;
  count: number;
}

function Loaded({ name, list, newest, count }: LoadedProps) {
  const navigate = useNavigate();
  const chosen = useChosen(list.rows, newest);
  const [isDeleting, setDeleting] = useState(false);
  const [share, setShare] = useRemembered("praetor-artifact-panes", z.number(), usual);
  const hasRoom = useMedia("(min-width: 1024px)");
  const versions = <VersionList {...{ list, chosen, count }} place={name} />;
  const detail = <Detail chosen={chosen} list={list} />;
  return (
    <div className="flex min-h-0 flex-1 flex-col">
      <Header
        name={name}
        facts={[
          newest.type ?? undefined,
          `${count.toLocaleString("en")} ${count === 1 ? "version" : "versions"}`,
        ]}
        actions={
          <Button variant="danger" onClick={() => setDeleting(true)}>
            <Trash2 size={13} />
            Delete all versions
          </Button>
        }
      />
      {hasRoom ? (
        <Split
          label="Width of the versions"
          direction="columns"
          {...{ share, usual }}
          onShare={setShare}
          first={versions}
          second={detail}
        />
      ) : (
        <>
          <div className="flex h-[30vh] shrink-0 flex-col border-b">{versions}</div>
          {detail}
        </>
      )}
      <Suspense fallback={null}>
        {isDeleting && (
          <DeleteDialog
            target={{ key: name, count }}
            onDeleted={() => void navigate("/artifacts")}
            onClose={() => setDeleting(false)}
          />
        )}
      </Suspense>
    </div>
  );
}
