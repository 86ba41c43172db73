export interface DeployOptions {
  name?: string;
  pool?: string;
  queue?: string;
  cron?: string;
  interval?: string;
  rrule?: string;
  timezone?: string;
  param?: Record<string, unknown>;
  tag?: string[];
  limit?: number;
  description?: string;
  paused?: boolean;
  json?: boolean;
}

export interface RunOptions {
  param?: Record<string, unknown>;
  tag?: string[];
  name?: string;
  watch?: boolean;
  json?: boolean;
}

export interface DeploymentListOptions {
  flow?: string[];
  tag?: string[];
  json?: boolean;
}

export interface ChangeOptions {
  json?: boolean;
}

export interface TagOptions extends ChangeOptions {
  add?: string[];
  remove?: string[];
}
