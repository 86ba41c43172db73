import { Link, useLocation } from "../kit/router.tsx";
import { usePageTitle } from "../parts/page-title.ts";

export function NotFound() {
  const { pathname } = useLocation();
  usePageTitle("No such page");
  return (
    <div className="mx-auto flex max-w-[520px] flex-col items-start gap-3 px-6 pt-[14vh]">
      <h1 className="text-lg font-strong">No such page</h1>
      <p className="text-muted">
        There is no page at <code>{pathname}</code>.
      </p>
      <Link to="/runs" className="text-accent underline">
        Go to Runs
      </Link>
    </div>
  );
}
