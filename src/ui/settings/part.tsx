import { type ReactNode, useId } from "react";

interface PartProps {
  title: string;
  note?: ReactNode;
  action?: ReactNode;
  children: ReactNode;
}

/** A titled part of the settings. */
export function Part({ title, note, action, children }: PartProps) {
  const id = useId();
  return (
    <section aria-labelledby={id}>
      <div className="mb-2 flex flex-wrap items-end gap-x-3 border-b pb-1.5">
        <h2 id={id} className="text-md font-strong">
          {title}
        </h2>
        {note && <p className="text-muted">{note}</p>}
        {action && <span className="ml-auto">{action}</span>}
      </div>
      {children}
    </section>
  );
}

interface RowProps {
  label: string;
  note?: ReactNode;
  children: ReactNode;
}

/** A setting that can be changed here. */
export const Row = ({ label, note, children }: RowProps) => (
  <div className="flex min-h-11 flex-wrap items-center justify-between gap-2 border-b last:border-b-0">
    <span>
      {label}
      {note && <span className="ml-2 text-xs text-faint">{note}</span>}
    </span>
    {children}
  </div>
);

interface FactProps {
  label: string;
  /** The environment variable that sets it. */
  variable?: string | undefined;
  children: ReactNode;
}

/** A setting of the server, which its environment decides. */
export const Fact = ({ label, variable, children }: FactProps) => (
  <div className="grid gap-x-4 border-b py-2 last:border-b-0 sm:grid-cols-[minmax(150px,1fr)_minmax(0,2fr)]">
    <dt className="text-muted">{label}</dt>
    <dd className="flex min-w-0 flex-wrap items-baseline gap-x-3">
      <span className="min-w-0 break-words">{children}</span>
      {variable && <code className="text-xs text-faint">{variable}</code>}
    </dd>
  </div>
);
