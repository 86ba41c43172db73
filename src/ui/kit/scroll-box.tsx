import type { ReactNode, Ref } from "react";
import { cx } from "./cx.ts";

interface Props {
  label: string;
  className?: string;
  children: ReactNode;
  ref?: Ref<HTMLDivElement>;
}

const frame = "overflow-x-auto rounded-md border";

/** What is wider than its place scrolls inside its own frame, by the keyboard as well. */
export const ScrollBox = ({ label, className, children, ref }: Props) => (
  // biome-ignore lint/a11y/noNoninteractiveTabindex: the keyboard has to reach what scrolls
  <div ref={ref} tabIndex={0} role="group" aria-label={label} className={cx(frame, className)}>
    {children}
  </div>
);
