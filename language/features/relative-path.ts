/** `to` as it is written in `from`, beginning with `./` or `../`. Both are workspace-relative. */
export function relativePath(from: string, to: string): string {
  const base = from.split('/').slice(0, -1);
  const target = to.split('/');
  let common = 0;
  while (common < base.length && common < target.length - 1 && base[common] === target[common]) common += 1;
  const up = base.slice(common).map(() => '..');
  const rest = [...up, ...target.slice(common)].join('/');
  return rest.startsWith('..') ? rest : `./${rest}`;
}
