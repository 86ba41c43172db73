/** Whether a database is named by the URL of a PostgreSQL server, and not by a path. */
export const isPostgresUrl = (text: string): boolean => /^postgres(ql)?:/i.test(text);

/** A URL for display: without its password. */
export const withoutPassword = (url: string): string =>
  url
    .replace(/^([a-z][a-z+.-]*:\/\/[^/?#:@]*):[^/?#]*@/i, "$1:••••••@")
    .replace(/(password=)[^&]*/gi, "$1••••••");
