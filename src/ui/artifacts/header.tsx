import { ChevronRight } from "lucide-react";
import type { ReactNode } from "react";
import { Link } from "../kit/router.tsx";
import { Copy } from "../parts/actions/copy.tsx";

interface Props {
  /** The key, or the id of an artifact that has none. */
  name: string;
  /** Beneath it: type, count of versions. */
  facts: readonly (string | undefined)[];
  actions: ReactNode;
}

/** What the page is about, and what can be done with all of it. */
export const Header = ({ name, facts, actions }: Props) => (
  <header className="flex shrink-0 flex-wrap items-center gap-x-3 gap-y-1 border-b bg-surface px-4 py-2.5">
    <div className="min-w-0 flex-1 basis-56">
      <div className="flex items-center gap-1.5 text-muted">
        <Link to="/artifacts" className="hover:text-fg">
          Artifacts
        </Link>
        <ChevronRight size={12} className="shrink-0 text-faint" aria-hidden="true" />
        <h1 className="truncate font-strong text-fg">{name}</h1>
        <Copy text={name} label="Copy the name of the artifact" />
      </div>
      <p className="text-xs text-muted">{facts.filter((fact) => fact !== undefined).join(" · ")}</p>
    </div>
    <div className="flex items-center gap-2">{actions}</div>
  </header>
);
