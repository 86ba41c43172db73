/** Options of `praetor bulk`. */
export interface BulkOptions {
  filter?: string;
  selection?: string;
  type?: string;
  name?: string;
  message?: string;
  force?: boolean;
  tag?: string[];
  dryRun?: boolean;
  yes?: boolean;
  json?: boolean;
}
