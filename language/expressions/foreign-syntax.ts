import { analyzeExpression, scopeNames } from './template.ts';

/** What a workflow's expressions may speak of by name. */
export interface KnownNames {
  readonly inputs: readonly string[];
  readonly nodes: readonly string[];
}

/** An expression as another tool writes it. Offsets are those of the text it stands in. */
export interface ForeignExpression {
  readonly offset: number;
  readonly length: number;
  /** The same in `{% %}`; null where it cannot be told. */
  readonly meant: string | null;
}

/** Each with whether it is one whatever stands inside, or only where a name inside is known. */
const forms: readonly { readonly form: RegExp; readonly certain: boolean }[] = [
  // GitHub Actions, Jinja and Handlebars, ERB, and our own with a space too many.
  { form: /\$\{\{([^{}\n]*)\}\}/g, certain: true },
  { form: /\{\{[{~#/>^-]*\s*([A-Za-z_$.@][^{}"\n]*?)\s*[~-]?\}\}+/g, certain: true },
  { form: /<%[=-]?([^%\n]+)%>/g, certain: true },
  { form: /\{ +%([^%\n]*)% ?\}/g, certain: true },
  // Shells, template strings, Python: braces that many texts hold.
  { form: /[$#]\{\s*([A-Za-z_][\w.[\]-]*)\s*\}/g, certain: false },
  { form: /\$\(\s*([A-Za-z_][\w.[\]-]*)\s*\)/g, certain: false },
  { form: /(?<![{$#\w])\{([A-Za-z_][\w.[\]-]*)\}(?!\})/g, certain: false },
];

/** Expressions of other languages in a text that `{% %}` are read in, in order. `isValue`: the text is a value, not prose. */
export function foreignExpressions(text: string, known: KnownNames, isValue: boolean): readonly ForeignExpression[] {
  if (!/[{<$]/.test(text) && !isValue) return [];
  const found: ForeignExpression[] = [];
  const isFree = (offset: number, length: number): boolean => found.every((other) => offset >= other.offset + other.length || offset + length <= other.offset);
  for (const { form, certain } of forms) {
    for (const match of text.matchAll(form)) {
      const inner = (match[1] ?? '').trim();
      if (insideOurs(text, match.index) || !isFree(match.index, match[0].length)) continue;
      const meant = meantBy(inner, known);
      if (certain ? inner !== '' : meant !== null) found.push({ offset: match.index, length: match[0].length, meant });
    }
  }
  const bare = isValue && found.length === 0 ? /^\s*(?:\$\.)?([A-Za-z_]\w*(?:\.[\w-]+|\[\d+\])+)\s*$/.exec(text) : null;
  const meant = bare === null ? null : meantBy(bare[1] ?? '', known);
  if (meant !== null) found.push({ offset: 0, length: text.length, meant });
  return found.sort((a, b) => a.offset - b.offset);
}

/** Between `{%` and `%}` braces are JSONata's. */
function insideOurs(text: string, offset: number): boolean {
  const before = text.slice(0, offset);
  return before.lastIndexOf('{%') > before.lastIndexOf('%}');
}

/** The words of other tools put into ours: `steps.a.outputs.x` is `nodes.a.output.x`. */
function meantBy(inner: string, known: KnownNames): string | null {
  const plain = inner.replace(/^[$@]?\.+/, '').replace(/\s*\|.*$/, '');
  const [first = '', ...rest] = plain.split('.');
  const name = first.replace(/\[.*$/, '');
  const source = sourceOf(plain, first, name, rest, known);
  return source !== null && analyzeExpression(source).error === null ? `{% ${source} %}` : null;
}

function sourceOf(plain: string, first: string, name: string, rest: readonly string[], known: KnownNames): string | null {
  if (['steps', 'needs', 'nodes', 'tasks', 'jobs', 'node'].includes(name) && rest[0] !== undefined) return nodePath(rest[0], rest.slice(1));
  if (['input', 'params', 'args'].includes(name) && rest.length > 0) return `inputs.${rest.join('.')}`;
  if (scopeNames.includes(name)) return plain;
  if (known.inputs.includes(name)) return `inputs.${plain}`;
  return known.nodes.includes(first) ? nodePath(first, rest) : null;
}

function nodePath(id: string, fields: readonly string[]): string {
  const [field, ...below] = fields;
  const named = /^[A-Za-z_]\w*$/.test(id) ? id : `\`${id}\``;
  if (field === 'status') return ['nodes', named, 'status', ...below].join('.');
  return ['nodes', named, 'output', ...(['output', 'outputs', 'result', 'results'].includes(field ?? 'output') ? below : fields)].join('.');
}
