import { Link } from "../kit/router.tsx";
import { automationPath, deploymentPath, flowPath } from "../parts/paths.ts";

const paths: Readonly<Record<string, (id: string) => string>> = {
  "flow-run": (id) => `/runs/${id}`,
  flow: flowPath,
  deployment: deploymentPath,
  automation: automationPath,
  "work-pool": () => "/work-pools",
  "work-queue": () => "/work-pools",
  "concurrency-limit": () => "/capacity",
};

interface Props {
  /** As events name it: `prefect.flow-run.<id>`. */
  resource: string;
  name?: string | undefined;
}

/** A resource of an event, with a link where it has a page. */
export function ResourceLink({ resource, name }: Props) {
  const [, kind = "", id = ""] = /^prefect\.([a-z-]+)\.(.+)$/.exec(resource) ?? [];
  const path = id.includes("*") ? undefined : paths[kind]?.(encodeURIComponent(id));
  const text = name ?? (kind ? `${kind.replaceAll("-", " ")} ${id.slice(0, 8)}` : resource);
  if (path === undefined) return <span className="break-all">{text}</span>;
  return (
    <Link to={path} className="text-fg underline decoration-line-strong underline-offset-2">
      {text}
    </Link>
  );
}
