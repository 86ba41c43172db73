import { useApi } from "../api.ts";
import { say } from "../kit/overlays/toast.tsx";
import { signOut } from "../session.ts";

/** Signs out, or says why that was not possible. */
export function useSignOut(): () => void {
  const api = useApi();
  return () => void signOut(api).catch((error: unknown) => say.failed("Could not sign out.", error));
}
