import type { ReactNode } from "react";
import { Link } from "../kit/router.tsx";

interface Props {
  /** The list that the page belongs to, and its name. */
  to: string;
  of: string;
  icon: ReactNode;
  title: ReactNode;
  /** Below the title. */
  note?: ReactNode;
  actions?: ReactNode;
}

/** The head of a page about one block or type. */
export const Crumbs = ({ to, of, icon, title, note, actions }: Props) => (
  <header className="flex shrink-0 flex-wrap items-end gap-x-4 gap-y-2 border-b bg-surface px-4 py-3">
    <div className="min-w-0 flex-1">
      <Link to={to} className="text-xs text-muted hover:text-fg hover:underline">
        {of}
      </Link>
      <h1 className="flex min-w-0 items-center gap-2 text-lg font-strong">
        {icon}
        <span className="min-w-0 break-words">{title}</span>
      </h1>
      {note && <p className="text-muted">{note}</p>}
    </div>
    {actions && <div className="flex items-center gap-2">{actions}</div>}
  </header>
);
