import { Link } from "../kit/router.tsx";
import { resourceOf } from "../parts/resources.ts";

interface Props {
  /** As events name it: `prefect.flow-run.<id>`. */
  resource: string;
  name?: string | undefined;
}

/** A resource of an event, with a link where it has a page. */
export function ResourceLink({ resource, name }: Props) {
  const labels = { "prefect.resource.id": resource, ...(name && { "prefect.resource.name": name }) };
  const { kind, name: shown, path } = resourceOf(labels, []);
  const text = name ?? (kind ? `${kind.toLowerCase()} ${shown}` : resource);
  if (path === undefined || resource.includes("*")) return <span className="break-all">{text}</span>;
  return (
    <Link to={path} className="text-fg underline decoration-line-strong underline-offset-2">
      {text}
    </Link>
  );
}
