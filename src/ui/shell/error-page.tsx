import { RotateCw } from "lucide-react";
import { Component, type ReactNode } from "react";
import { Button } from "../kit/controls/button.tsx";
import { NotFetched } from "../kit/lazy-named.ts";
import { settings, useSettings } from "../settings.ts";

/** No server answered at all. */
export function Unreachable({ error, onRetry }: { error: unknown; onRetry: () => void }) {
  const { apiUrl } = useSettings();
  return (
    <main className="mx-auto flex h-full max-w-[520px] flex-col items-start gap-3 px-6 pt-[18vh]">
      <h1 className="text-lg font-strong">No server answers</h1>
      <p className="text-muted">
        Asked {apiUrl ?? `${location.origin}/api`}: {reasonOf(error)}
      </p>
      <pre className="w-full overflow-x-auto rounded-md border bg-sunken px-3 py-2">
        npx praetor-flow server start
      </pre>
      <div className="flex gap-2">
        <Button variant="primary" size="md" onClick={onRetry}>
          <RotateCw size={14} />
          Try again
        </Button>
        {apiUrl && (
          <Button size="md" onClick={() => settings.set({ apiUrl: null })}>
            Use {location.origin}
          </Button>
        )}
      </div>
    </main>
  );
}

interface Props {
  /** A change of it, such as another address, gives the page another chance. */
  resetKey: string;
  children: ReactNode;
}

/** Keeps the navigation alive when a page throws. React asks for a class here. */
export class ErrorBoundary extends Component<Props, { error: unknown }> {
  override state: { error: unknown } = { error: null };

  static getDerivedStateFromError(error: unknown) {
    return { error };
  }

  override componentDidUpdate(previous: Props) {
    if (previous.resetKey !== this.props.resetKey && this.state.error) this.setState({ error: null });
  }

  /** What was not fetched is not asked for again, and may be gone with the version that it was of. */
  #tryAgain(): void {
    if (this.state.error instanceof NotFetched) location.reload();
    else this.setState({ error: null });
  }

  override render() {
    if (!this.state.error) return this.props.children;
    return (
      <div role="alert" className="mx-auto flex max-w-[560px] flex-col items-start gap-3 px-6 pt-[14vh]">
        <h1 className="text-lg font-strong">This page failed</h1>
        <p className="break-words text-muted">{reasonOf(this.state.error)}</p>
        <Button variant="primary" size="md" onClick={() => this.#tryAgain()}>
          <RotateCw size={14} />
          Try again
        </Button>
      </div>
    );
  }
}

const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
