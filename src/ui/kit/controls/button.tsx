import type { ComponentProps } from "react";
import { cx } from "../cx.ts";
import { Tooltip } from "../overlays/tooltip.tsx";

const variants = {
  primary: "bg-fg text-on-ink hover:opacity-90",
  plain: "bg-surface text-fg border border-line-strong hover:bg-hover",
  ghost: "text-muted hover:bg-hover hover:text-fg",
  "ghost-danger": "text-danger hover:bg-hover",
  danger: "bg-surface text-danger border border-line-strong hover:bg-hover",
} as const;

const base =
  "inline-flex items-center justify-center gap-1.5 rounded-md whitespace-nowrap select-none transition-colors duration-120 disabled:opacity-45 disabled:pointer-events-none aria-disabled:opacity-45";

export interface ButtonProps extends ComponentProps<"button"> {
  variant?: keyof typeof variants;
  size?: "sm" | "md";
}

/** How a link looks that stands among buttons. */
export const buttonClass = (variant: keyof typeof variants): string =>
  cx(base, "h-7 px-2.5 font-strong", variants[variant]);

export function Button({ variant = "plain", size = "sm", className, type = "button", ...rest }: ButtonProps) {
  const height = size === "sm" ? "h-7 px-2.5" : "h-8 px-3";
  return (
    <button type={type} className={cx(base, height, "font-strong", variants[variant], className)} {...rest} />
  );
}

export interface IconButtonProps extends ComponentProps<"button"> {
  /** Said by screen readers and by the tooltip. */
  label: string;
  shortcut?: string;
  pressed?: boolean;
}

export function IconButton({
  label,
  shortcut,
  pressed,
  className,
  type = "button",
  ...rest
}: IconButtonProps) {
  return (
    <Tooltip text={label} {...(shortcut ? { shortcut } : {})}>
      <button
        type={type}
        aria-label={label}
        aria-pressed={pressed}
        className={cx(
          base,
          variants.ghost,
          "touch size-7 shrink-0",
          pressed && "bg-active text-fg",
          className,
        )}
        {...rest}
      />
    </Tooltip>
  );
}
