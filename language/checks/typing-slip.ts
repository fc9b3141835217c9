/**
 * Whether one name is most likely the other, mistyped: one letter more, less, other or swapped, or other case and
 * hyphens. A number or an `s` at the end makes another name, and short names are near too many.
 */
export function isSlip(a: string, b: string): boolean {
  if (a.length < 4 || b.length < 4 || a === b) return false;
  const [x, y] = [plain(a), plain(b)];
  if (x === y) return true;
  if (x.replace(/\d+/g, '') === y.replace(/\d+/g, '') || x === `${y}s` || y === `${x}s`) return false;
  return oneApart(x, y);
}

function plain(name: string): string {
  return name.toLowerCase().replace(/[_-]/g, '');
}

function oneApart(a: string, b: string): boolean {
  if (Math.abs(a.length - b.length) > 1) return false;
  let at = 0;
  while (at < a.length && a[at] === b[at]) at += 1;
  const rest = (text: string, from: number): string => text.slice(from);
  if (a.length > b.length) return rest(a, at + 1) === rest(b, at);
  if (a.length < b.length) return rest(a, at) === rest(b, at + 1);
  const swapped = a[at] === b[at + 1] && a[at + 1] === b[at] && rest(a, at + 2) === rest(b, at + 2);
  return swapped || rest(a, at + 1) === rest(b, at + 1);
}
