import { RotateCw } from "lucide-react";
import type { ReactNode } from "react";
import { Button } from "./controls/button.tsx";
import { cx } from "./cx.ts";

interface EmptyProps {
  title: string;
  children?: ReactNode;
  /** The line of code that would fill the panel. */
  code?: string;
  action?: ReactNode;
}

/** Nothing here, and what would change that. */
export function Empty({ title, children, code, action }: EmptyProps) {
  return (
    <div className="mx-auto flex w-full max-w-[640px] flex-col items-start gap-2 px-4 py-10">
      <h2 className="text-md font-strong">{title}</h2>
      {children && <div className="text-muted">{children}</div>}
      {code && (
        <pre className="my-1 max-w-full rounded-md border bg-sunken px-3 py-2 leading-5 break-words whitespace-pre-wrap">
          {code}
        </pre>
      )}
      {action}
    </div>
  );
}

/** What failed, in the words of who failed, and a way to try again. */
export function Failed({ what, error, onRetry }: { what: string; error: unknown; onRetry: () => void }) {
  const reason = error instanceof Error ? error.message : String(error);
  return (
    <div role="alert" className="flex flex-wrap items-center gap-x-3 gap-y-2 px-4 py-4">
      <div className="min-w-0 flex-1">
        <p className="font-strong text-danger">{what} could not be loaded</p>
        <p className="break-words text-muted">{reason}</p>
      </div>
      <Button onClick={onRetry}>
        <RotateCw size={13} />
        Try again
      </Button>
    </div>
  );
}

/** What a panel needs of a query; every react-query result fits. */
export interface PanelSource<T> {
  data: T | undefined;
  error: unknown;
  isPending: boolean;
  isError: boolean;
  refetch: () => unknown;
}

interface PanelProps<T> {
  /** Sentence case, the name of what is shown. */
  title?: ReactNode;
  /** The name of the region, where the title says more. */
  label?: string;
  what: string;
  source: PanelSource<T>;
  /** Of the shape of what is coming. */
  skeleton: ReactNode;
  isEmpty?: (data: T) => boolean;
  empty?: ReactNode;
  actions?: ReactNode;
  className?: string;
  children: (data: T) => ReactNode;
}

/**
 * A titled part of a page with its four states: loading, empty, failed, and stale. Stale is old data whose
 * renewal failed: it stays, with a line above it that says so.
 */
export function Panel<T>({ title, label, actions, className, ...body }: PanelProps<T>) {
  return (
    <section
      aria-label={label ?? (typeof title === "string" ? title : undefined)}
      className={cx("flex min-h-0 flex-col", className)}
    >
      {(title || actions) && (
        <header className="flex h-9 shrink-0 items-center gap-2 px-3">
          <h2 className="flex-1 truncate font-strong">{title}</h2>
          {actions}
        </header>
      )}
      <PanelBody {...body} />
    </section>
  );
}

function PanelBody<T>({ what, source, skeleton, isEmpty, empty, children }: Omit<PanelProps<T>, "title">) {
  const { data } = source;
  const retry = () => void source.refetch();
  if (data === undefined && source.isError)
    return <Failed what={what} error={source.error} onRetry={retry} />;
  if (data === undefined) return skeleton;
  return (
    <>
      {source.isError && <Stale what={what} onRetry={retry} />}
      {isEmpty?.(data) ? empty : children(data)}
    </>
  );
}

function Stale({ what, onRetry }: { what: string; onRetry: () => void }) {
  return (
    <p role="status" className="flex items-center gap-2 border-y bg-sunken px-3 py-1 text-late">
      {what} could not be refreshed; the data shown is the last known.
      <button type="button" className="underline" onClick={onRetry}>
        Try again
      </button>
    </p>
  );
}
