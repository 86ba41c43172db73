import { Link } from "../kit/router.tsx";
import type { Resource } from "../parts/resources.ts";

/** A resource with its kind, as a link to its page where there is one. */
export function ResourceName({ resource: { id, kind, name, path } }: { resource: Resource }) {
  return (
    <span className="flex min-w-0 items-baseline gap-1.5" title={id}>
      {kind && <span className="shrink-0 text-xs text-muted">{kind}</span>}
      {path ? (
        <Link to={path} tabIndex={-1} className="truncate hover:underline">
          {name}
        </Link>
      ) : (
        <span className="truncate">{name}</span>
      )}
    </span>
  );
}
