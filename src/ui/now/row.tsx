import type { ReactNode } from "react";
import { Link } from "react-router";
import { cx } from "../kit/cx.ts";

interface Props {
  to: string;
  icon: ReactNode;
  title: ReactNode;
  detail: ReactNode;
  aside?: ReactNode;
  className?: string;
}

/** Two lines that are a link as a whole; links inside `aside` stay their own. */
export function Row({ to, icon, title, detail, aside, className }: Props) {
  return (
    <li className={cx("relative flex items-center gap-2.5 border-b px-3 py-1.5 hover:bg-hover", className)}>
      <span className="self-start pt-[3px]">{icon}</span>
      <div className="min-w-0 flex-1">
        <Link to={to} className="block truncate font-strong outline-offset-2 after:absolute after:inset-0">
          {title}
        </Link>
        <div className="flex items-center gap-2.5 overflow-hidden text-muted">{detail}</div>
      </div>
      <div className="flex shrink-0 items-center gap-3">{aside}</div>
    </li>
  );
}

/** That there is nothing is good news here, and takes one line. */
export function Quiet({ children }: { children: ReactNode }) {
  return <p className="border-t px-3 py-3 text-muted">{children}</p>;
}
