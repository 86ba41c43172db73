/** Keys as they are pressed: `g r` are two after each other, `Ctrl+K` two at once. */
export function Kbd({ keys }: { keys: string }) {
  return (
    <span className="inline-flex gap-1" aria-hidden="true">
      {keys.split(" ").map((key) => (
        <kbd
          key={key}
          className="inline-flex h-[18px] min-w-[18px] items-center justify-center rounded-sm border border-line-strong px-1 font-sans text-[11px] leading-none text-muted"
        >
          {key}
        </kbd>
      ))}
    </span>
  );
}
