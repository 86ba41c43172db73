import { useQuery } from "@tanstack/react-query";
import { Trash2 } from "lucide-react";
import { Suspense, useState } from "react";
import { type Artifact, artifacts } from "../../schema/artifacts.ts";
import { query } from "../api.ts";
import { Button } from "../kit/controls/button.tsx";
import { lazyNamed } from "../kit/lazy-named.ts";
import { Redirect, useNavigate, useParams } from "../kit/router.tsx";
import { useScopes } from "../live.ts";
import { DetailPage } from "../parts/detail-page.tsx";
import { usePageTitle } from "../parts/page-title.ts";
import { artifactPath } from "../parts/paths.ts";
import { ArtifactPane } from "./artifact-pane.tsx";
import { Header } from "./header.tsx";

const DeleteDialog = lazyNamed(async () => (await import("./delete-dialog.tsx")).DeleteDialog);

/** One artifact by its id; one that has a key is a version of the key. */
export function Page() {
  const { id = "" } = useParams();
  useScopes([{ noun: "artifacts" }]);
  const source = useQuery(query(artifacts.read, { id }));
  return (
    <DetailPage what="artifact" id={id} source={source}>
      {(artifact) =>
        artifact.key === null ? (
          <Loaded artifact={artifact} />
        ) : (
          <Redirect to={`${artifactPath(artifact)}?${new URLSearchParams({ v: id })}`} />
        )
      }
    </DetailPage>
  );
}

function Loaded({ artifact }: { artifact: Artifact }) {
  const navigate = useNavigate();
  const [isDeleting, setDeleting] = useState(false);
  const name = artifact.id.slice(0, 8);
  usePageTitle(`${artifact.type ?? "artifact"} ${name} · Artifacts`);
  return (
    <div className="flex min-h-0 flex-1 flex-col">
      <Header name={artifact.id} facts={[artifact.type ?? undefined, "without a key"]} actions={null} />
      <ArtifactPane
        artifact={artifact}
        actions={
          <Button variant="danger" onClick={() => setDeleting(true)}>
            <Trash2 size={13} />
            Delete artifact
          </Button>
        }
      />
      <Suspense fallback={null}>
        {isDeleting && (
          <DeleteDialog
            target={{ id: artifact.id, name: `artifact ${name}` }}
            onDeleted={() => void navigate("/artifacts")}
            onClose={() => setDeleting(false)}
          />
        )}
      </Suspense>
    </div>
  );
}
