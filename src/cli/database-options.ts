export interface DatabaseOptions {
  home?: string;
  json?: boolean;
}

export interface UpgradeOptions extends DatabaseOptions {
  to?: number;
  yes?: boolean;
}
