/** A text as YAML writes it where it is to stand: plain where that means the same, else in double quotes. */
export function writeScalar(value: string): string {
  return isPlainSafe(value) ? value : JSON.stringify(value);
}

/** A text inside quotes that are there already. */
export function writeInside(value: string, quote: '"' | "'" | null): string {
  if (quote === '"') return JSON.stringify(value).slice(1, -1);
  return quote === "'" ? value.replaceAll("'", "''") : writeScalar(value);
}

/** Whether a plain scalar of this spelling is this text, in block and in flow, on one line. */
export function isPlainSafe(value: string): boolean {
  if (!/^[A-Za-z_./$(][^\r\n\t,[\]{}"'`\\]*$/.test(value) || /:(?:\s|$)|\s#|\s$/.test(value)) return false;
  return !/^(?:true|false|null|True|False|Null|TRUE|FALSE|NULL|\.inf|\.Inf|\.INF|\.nan|\.NaN|\.NAN|\.[0-9].*)$/.test(value) && !/^(?:---|\.\.\.)/.test(value);
}

/** Another text in the quotes of the one it replaces. */
export function sameQuotes(written: string, name: string): string {
  if (written.startsWith('"')) return JSON.stringify(name);
  return written.startsWith("'") ? `'${name.replaceAll("'", "''")}'` : writeScalar(name);
}
