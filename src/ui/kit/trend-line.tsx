interface Props {
  values: readonly number[];
  width?: number;
  height?: number;
  className?: string;
}

/** A course of numbers without axes, from zero to its highest; what it says stands beside in words. */
export function TrendLine({ values, width = 116, height = 30, className }: Props) {
  if (values.length < 2) return <span className={className} style={{ width, height }} />;
  const most = Math.max(1, ...values);
  const points = values.map((value, at) => {
    const x = (at / (values.length - 1)) * (width - 4) + 2;
    const y = height - 2 - (value / most) * (height - 4);
    return `${x.toFixed(1)},${y.toFixed(1)}`;
  });
  return (
    <svg width={width} height={height} className={className} aria-hidden="true">
      <polyline
        points={points.join(" ")}
        fill="none"
        stroke="currentColor"
        strokeWidth="1.5"
        strokeLinejoin="round"
        strokeLinecap="round"
      />
    </svg>
  );
}
