import { type NewAutomation, triggerPresets } from "../../parts/paths.ts";

/** What an address of the editor asks it to begin with; see `newAutomationPath`. */
export function givenIn(search: URLSearchParams): NewAutomation {
  const preset = triggerPresets.find((one) => one === search.get("preset"));
  const text = (key: "flow" | "deployment" | "pool" | "name") => {
    const value = search.get(key);
    return value ? { [key]: value } : {};
  };
  return {
    ...(preset && { preset }),
    ...text("flow"),
    ...text("deployment"),
    ...text("pool"),
    ...text("name"),
  };
}
