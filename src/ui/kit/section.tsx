import type { ReactNode } from "react";

interface Props {
  title: string;
  /** At the end of the heading. */
  action?: ReactNode;
  children: ReactNode;
}

/** A part of a pane with a heading of its own. */
export const Section = ({ title, action, children }: Props) => (
  <section className="border-b px-3 py-2.5" aria-label={title}>
    <div className="mb-1 flex min-h-6 items-center justify-between">
      <h3 className="font-strong">{title}</h3>
      {action}
    </div>
    {children}
  </section>
);
