import { toast } from "sonner";

/** Says briefly what came of an action. Errors stay until they are read. */
export const say = {
  done: (text: string) => void toast(text),
  failed: (text: string, error?: unknown) =>
    void toast.error(text, {
      duration: Number.POSITIVE_INFINITY,
      closeButton: true,
      ...(error instanceof Error ? { description: error.message } : {}),
    }),
};
