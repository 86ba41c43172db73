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
