import { Component, type ReactNode } from "react";
import { Failed } from "../kit/panel.tsx";

interface Props {
  what: string;
  children: ReactNode;
}

/** Keeps the page whole when one of its panes throws. */
export class PaneBoundary extends Component<Props, { error: unknown }> {
  override state: { error: unknown } = { error: undefined };

  static getDerivedStateFromError(error: unknown) {
    return { error };
  }

  override render() {
    if (this.state.error === undefined) return this.props.children;
    const retry = () => this.setState({ error: undefined });
    return <Failed what={this.props.what} error={this.state.error} onRetry={retry} />;
  }
}
