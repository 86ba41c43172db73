import type { ReceivedEvent } from "../../schema/events.ts";
import { Link } from "../kit/router.tsx";
import { Copy } from "../parts/actions/copy.tsx";
import { type Labels, type Resource, resourceOf } from "../parts/resources.ts";

/** Labels that every resource has, and which are shown otherwise. */
const own: ReadonlySet<string> = new Set([
  "prefect.resource.id",
  "prefect.resource.name",
  "prefect.resource.role",
]);

interface LabelsProps {
  labels: Labels;
  resource: Resource;
}

/** What a resource is, its id, and its other labels. */
export function ResourceLabels({ labels, resource: { id, kind, name, path } }: LabelsProps) {
  const others = Object.entries(labels).filter(([key]) => !own.has(key));
  return (
    <>
      <p className="flex min-w-0 items-baseline gap-2">
        {kind && <span className="shrink-0 text-muted">{kind}</span>}
        {path ? (
          <Link to={path} className="truncate text-accent hover:underline">
            {name}
          </Link>
        ) : (
          <span className="truncate">{name}</span>
        )}
      </p>
      <p className="flex h-6 items-center gap-1 text-xs text-muted">
        <code className="min-w-0 truncate">{id}</code>
        <Copy text={id} label="Copy the id of the resource" />
      </p>
      {others.length > 0 && (
        <dl className="mt-1 grid grid-cols-[auto_minmax(0,1fr)] gap-x-4 gap-y-0.5 text-xs">
          {others.map(([key, value]) => (
            <div key={key} className="contents">
              <dt className="text-muted">{key}</dt>
              <dd className="break-words">{value}</dd>
            </div>
          ))}
        </dl>
      )}
    </>
  );
}

/** Related resources, each with its role in the event. */
export function RelatedResources({ event: { resource, related } }: { event: ReceivedEvent }) {
  if (related.length === 0) return <p className="text-muted">No related resources</p>;
  const all = related.map((labels) => resourceOf(labels, [resource, ...related]));
  return (
    <ul>
      {all.map(({ id, role, kind, name, path }) => (
        <li key={`${role} ${id}`} className="flex h-7 min-w-0 items-center gap-3" title={id}>
          <span className="w-32 shrink-0 truncate text-muted">{role}</span>
          {path ? (
            <Link to={path} className="min-w-0 truncate text-accent hover:underline">
              {name}
            </Link>
          ) : (
            <span className="min-w-0 truncate">{name}</span>
          )}
          {kind && kind.toLowerCase().replace(" ", "-") !== role && (
            <span className="shrink-0 text-xs text-faint">{kind}</span>
          )}
        </li>
      ))}
    </ul>
  );
}
