export interface JsonOption {
  json?: boolean;
}

export interface CreateLimitOptions extends JsonOption {
  decay?: number;
}

export interface UpdateLimitOptions extends CreateLimitOptions {
  limit?: number;
  enable?: boolean;
  disable?: boolean;
}
