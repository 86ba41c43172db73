export interface ListOptions {
  state?: string[];
  flow?: string[];
  tag?: string[];
  name?: string;
  limit: number;
  json?: boolean;
}

export interface LogsOptions {
  follow?: boolean;
  level?: string;
  json?: boolean;
}

export interface ChangeOptions {
  yes?: boolean;
  json?: boolean;
}

export interface ResumeOptions extends ChangeOptions {
  input?: string;
}

export interface TagOptions extends ChangeOptions {
  add?: string[];
  remove?: string[];
}

export interface RunAgainOptions {
  param?: Record<string, unknown>;
  jobVariable?: Record<string, unknown>;
  tag?: string[];
  name?: string;
  json?: boolean;
}
