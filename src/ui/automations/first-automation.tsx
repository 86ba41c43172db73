import { Empty } from "../kit/panel.tsx";
import { Link } from "../kit/router.tsx";
import { newAutomationPath, newNotificationPath } from "../parts/paths.ts";

/** No automation yet: what would be here, and what makes the first one. */
export function FirstAutomation() {
  return (
    <Empty title="No automations yet" code="praetor automation create --file automation.json">
      <p>
        An automation performs actions when something happens: a notification when a flow run fails, a
        deployment run when an event arrives, a pause when a work pool is not ready.
      </p>
      <p className="mt-2 flex gap-4">
        <Link to={newNotificationPath()} className="text-accent underline">
          New notification
        </Link>
        <Link to={newAutomationPath()} className="text-accent underline">
          New automation
        </Link>
      </p>
    </Empty>
  );
}
