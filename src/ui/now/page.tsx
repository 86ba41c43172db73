import { usePageTitle } from "../parts/page-title.ts";

export function Page() {
  usePageTitle("Runs");
  return <h1 className="px-4 py-3 text-md font-strong">Runs</h1>;
}
