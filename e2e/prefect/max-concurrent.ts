/** How many held at the same time, of lines like `holds database from 12.5` and `… until 12.8`. */
export function maxConcurrent(lines: string[]): number {
  const changes = lines.map((line) => {
    const [, word, time] = /(from|until) ([\d.]+)/.exec(line) ?? [];
    return { time: Number(time), by: word === "from" ? 1 : -1 };
  });
  let [held, most] = [0, 0];
  for (const { by } of changes.sort((a, b) => a.time - b.time || a.by - b.by)) {
    held += by;
    most = Math.max(most, held);
  }
  return most;
}
