import type { ReactNode } from "react";

/** The line with the name of a list page, and what is chosen about the list at its right end. */
export function PageHead({ title, children }: { title: string; children?: ReactNode }) {
  return (
    <div className="flex min-h-10 shrink-0 flex-wrap items-center gap-x-5 border-b px-3">
      <h1 className="text-md font-strong">{title}</h1>
      <div className="ml-auto flex flex-wrap items-center justify-end gap-2 max-md:py-1">{children}</div>
    </div>
  );
}
