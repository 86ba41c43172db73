/** Whether a database is named by the URL of a PostgreSQL server, and not by a path. */
export const isPostgresUrl = (text: string): boolean => /^postgres(ql)?:/i.test(text);
