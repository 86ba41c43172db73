export interface ServerOptions {
  host?: string;
  port?: number;
  home?: string;
  ui: boolean;
  json?: boolean;
}
