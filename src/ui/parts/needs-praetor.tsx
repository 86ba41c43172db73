import type { ReactNode } from "react";
import { Empty } from "../kit/panel.tsx";
import { Link } from "../kit/router.tsx";
import { PageHead } from "./page-head.tsx";
import { usePageTitle } from "./page-title.ts";

interface Props {
  title: string;
  /** Where a part of it can be seen all the same. */
  other: { to: string; label: string };
  children: ReactNode;
}

/** A page that a Prefect server cannot feed: what it needs, and where to go instead. */
export function NeedsPraetor({ title, other, children }: Props) {
  usePageTitle(title);
  return (
    <>
      <PageHead title={title} />
      <Empty
        title={`${title} need Praetor's server`}
        action={
          <Link to={other.to} className="text-accent underline">
            {other.label}
          </Link>
        }
      >
        {children}
      </Empty>
    </>
  );
}
