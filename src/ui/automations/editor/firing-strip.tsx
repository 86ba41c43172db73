interface Props {
  /** When it would have fired, in milliseconds. */
  times: readonly number[];
  since: number;
  until: number;
}

const columns = 84;

/** Firings over time, as columns of their numbers. */
export function FiringStrip({ times, since, until }: Props) {
  const counts = Array.from({ length: columns }, () => 0);
  for (const time of times) {
    const place = Math.min(
      columns - 1,
      Math.max(0, Math.floor(((time - since) / (until - since)) * columns)),
    );
    counts[place] = (counts[place] ?? 0) + 1;
  }
  const most = Math.max(1, ...counts);
  return (
    <svg
      role="img"
      aria-label={`${times.length} firings over time`}
      viewBox={`0 0 ${columns} 24`}
      preserveAspectRatio="none"
      className="mx-3 mb-1 h-9 border-b"
    >
      {counts.map((count, place) =>
        count === 0 ? null : (
          <rect
            // biome-ignore lint/suspicious/noArrayIndexKey: columns are told apart by their place
            key={place}
            x={place + 0.1}
            width={0.8}
            y={24 - (6 + (count / most) * 18)}
            height={6 + (count / most) * 18}
            fill="var(--accent)"
          />
        ),
      )}
    </svg>
  );
}
