import type { ReactNode } from "react";
import { cx } from "../cx.ts";

/** How everything looks that one types or chooses in. */
export const inputClass =
  "w-full min-w-0 rounded-md border border-control-line bg-surface px-2 placeholder:text-faint aria-invalid:border-danger disabled:border-line disabled:bg-sunken disabled:text-muted";

interface FieldProps {
  label: ReactNode;
  /** Of the control; the label, the description and the error belong to it. */
  id: string;
  isRequired?: boolean;
  description?: ReactNode;
  error?: ReactNode;
  /** At the right end of the label's line. */
  aside?: ReactNode;
  className?: string | undefined;
  children: ReactNode;
}

/** A control with its name above and what is wrong with it below. */
export function Field({ label, id, isRequired, description, error, aside, className, children }: FieldProps) {
  return (
    <div className={cx("min-w-0", className)}>
      <div className="mb-1 flex min-h-5 items-end gap-2">
        <label htmlFor={id} className="min-w-0 font-strong break-words">
          {label}
          {isRequired && <Required />}
        </label>
        {aside && (
          <span className="ml-auto flex shrink-0 items-center gap-2 text-xs text-muted">{aside}</span>
        )}
      </div>
      {description && (
        <p id={`${id}-about`} className="-mt-0.5 mb-1 break-words text-muted">
          {description}
        </p>
      )}
      {children}
      <FieldError id={id} error={error} />
    </div>
  );
}

export function Required() {
  return (
    <span className="ml-0.5 text-danger" title="Required">
      <span aria-hidden="true">*</span>
      <span className="sr-only">required</span>
    </span>
  );
}

export function FieldError({ id, error }: { id: string; error: ReactNode }) {
  if (!error) return null;
  return (
    <p id={`${id}-error`} className="mt-1 break-words text-danger">
      {error}
    </p>
  );
}

/** What ties a control to the words of its `Field`. */
export const inputProps = (
  id: string,
  { description, error }: { description?: unknown; error?: unknown },
) => ({
  id,
  "aria-invalid": error ? true : undefined,
  "aria-describedby":
    [description && `${id}-about`, error && `${id}-error`].filter(Boolean).join(" ") || undefined,
});
