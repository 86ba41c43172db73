import { isPostgresUrl } from "../../schema/database-url.ts";
import { type Dialect, sqlite } from "./dialect.ts";
import { postgres } from "./postgres-dialect.ts";

/** That of a database by its path or URL. */
export const dialectOf = (path: string): Dialect => (isPostgresUrl(path) ? postgres : sqlite);
