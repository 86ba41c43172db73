/** The first line of why a run is where it is, without the words that every such message begins with. */
export function headline(run: { state: { message: string | null } | null }): string {
  const first = run.state?.message?.trim().split("\n")[0] ?? "";
  return first.replace(/^(Flow|Task) run encountered an exception:? ?/i, "");
}
