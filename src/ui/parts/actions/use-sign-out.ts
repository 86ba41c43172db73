import { useApi } from "../../api.ts";
import { toast } from "../../kit/overlays/toast.tsx";
import { signOut } from "../../session.ts";

/** Signs out, or says why that was not possible. */
export function useSignOut(): () => void {
  const api = useApi();
  return () => void signOut(api).catch((error: unknown) => toast.failed("Could not sign out.", error));
}
