import { nearestWord } from '../../documents/nearest-word.ts';
import { dotted } from '../complete-expression.ts';
import { columnOf, lineEnd, mapAt } from '../yaml-edit.ts';
import { sameQuotes, writeInside, writeScalar } from '../write-scalar.ts';
import { editFix, replaceFix, type Fix, type Fixer, type FixPlace } from './fix.ts';

/** What a syntax error says in its own words, done. */
export const mendSyntax: Fixer = (at) => {
  const { text } = at.context;
  const { start, end } = at.diagnostic.span;
  const { message } = at.diagnostic;
  const insert = (title: string, offset: number, newText: string): readonly Fix[] => editFix(at, title, [{ span: { start: offset, end: offset }, newText }], true);
  const quoteRest = (): readonly Fix[] => {
    const to = start + text.slice(start, lineEnd(text, start)).replace(/\s+#.*$/, '').trimEnd().length;
    return editFix(at, 'Quote the value', [{ span: { start, end: to }, newText: JSON.stringify(text.slice(start, to)) }], true);
  };
  if (message.includes('indented with tabs')) {
    const tabs = [...text.matchAll(/^[ ]*\t[ \t]*/gm)].map((match) => ({ span: { start: match.index, end: match.index + match[0].length }, newText: match[0].replaceAll('\t', '  ') }));
    return editFix(at, 'Indent with spaces', tabs, true);
  }
  if (message.startsWith('The text ends with the ')) return requote(at);
  if (message.startsWith('A value that begins with * is an alias')) return quoteRest();
  if (message.startsWith('The text after ')) return editFix(at, 'Indent the text', textLines(text, start).map((offset) => ({ span: { start: offset, end: offset }, newText: '  ' })), true);
  if (message.startsWith('This line is indented deeper')) {
    const above = text.lastIndexOf('\n', text.lastIndexOf('\n', start - 1) - 1) + 1;
    const [wanted, own] = [/^ */.exec(text.slice(above))?.[0].length ?? 0, columnOf(text, start)];
    return own <= wanted ? [] : editFix(at, 'Align it with the line above', [{ span: { start: start - own + wanted, end: start }, newText: '' }], true);
  }
  if (message.startsWith('A second `: `') || message.startsWith('A plain value cannot begin')) return quoteRest();
  if (message.startsWith('One comma too many') || message.startsWith('Nothing above opens')) return editFix(at, `Remove the ${text.slice(start, start + 1)}`, [{ span: { start, end: start + 1 }, newText: '' }], true);
  if (message.startsWith('A comma is missing')) return insert('Add the comma', start, ', ');
  if (message.startsWith('A space is missing after the `:`')) return insert('Add the space', text.indexOf(':', start) + 1, ' ');
  if (message.startsWith('A space is missing after the dash')) return editFix(at, 'Add the space', dashesAt(text, start).map((offset) => ({ span: { start: offset, end: offset }, newText: ' ' })), true);
  if (message.startsWith('A space is missing before the #')) return insert('Add the space', start, ' ');
  if (message.startsWith('A key must stand on one line') || message.startsWith('After a key comes')) return insert('Add the `:`', start + text.slice(start, Math.min(end, lineEnd(text, start))).trimEnd().length, ':');
  const open = /^This (.) is never closed/.exec(message)?.[1];
  const close = open === undefined ? undefined : { '[': ']', '{': '}', '"': '"', "'": "'" }[open];
  return close === undefined ? [] : insert(`Close it with ${close}`, start + text.slice(start, lineEnd(text, start)).trimEnd().length, close);
};

/** Behind every dash in this column that has no space. */
function dashesAt(text: string, start: number): readonly number[] {
  const column = columnOf(text, start);
  return [...text.matchAll(/^([ \t]*)-(?=[A-Za-z_])/gm)].filter((match) => match[1]?.length === column).map((match) => match.index + match[0].length);
}

/** A text with its own quotes in it: from the first of the line to the last. */
function requote(at: FixPlace): readonly Fix[] {
  const { text } = at.context;
  const { start } = at.diagnostic.span;
  const line = text.lastIndexOf('\n', start - 1) + 1;
  const whole = text.slice(line, lineEnd(text, start));
  const quote = text.slice(0, start).trimEnd().at(-1) ?? '"';
  const first = /(?:^|[:\-,[{])[ \t]+(["'])/.exec(whole);
  const from = first === null ? -1 : first.index + first[0].length - 1;
  const to = whole.lastIndexOf(quote);
  // More of the line may be something else.
  if (from < 0 || whole.charAt(from) !== quote || to <= from || whole.slice(to + 1).trim() !== '') return [];
  const inner = whole.slice(from + 1, to);
  const newText = quote === "'" ? `'${inner.replaceAll("''", "'").replaceAll("'", "''")}'` : `"${inner.replace(/\\?"/g, '\\"')}"`;
  return editFix(at, `Write ${quote === "'" ? "''" : '\\"'} inside of the text`, [{ span: { start: line + from, end: line + to + 1 }, newText }], true);
}

/** The lines of a block of text that begins where its key does: up to the next key in that column. */
function textLines(text: string, start: number): readonly number[] {
  const lines: number[] = [];
  for (let line = start; line < text.length; line = lineEnd(text, line) + (text.startsWith('\r\n', lineEnd(text, line)) ? 2 : 1)) {
    const own = text.slice(line, lineEnd(text, line));
    if (/^(?:[\w$-]+:(?:\s|$)|---|\.\.\.)/.test(own)) break;
    if (own.trim() !== '') lines.push(line);
  }
  return lines;
}

/** A key or value between typographic quotes, as it was meant. */
export const straightenQuotes: Fixer = (at) => {
  const { suggestion } = at.diagnostic;
  return suggestion === undefined ? [] : replaceFix(at, `Write ${suggestion}`, at.place.on === 'key' ? writeScalar(suggestion) : suggestion, true);
};

/** The same in an expression, a path or a call, with quotes that YAML leaves alone where they are to stand. */
export const straightenInside: Fixer = (at) => {
  const inner = /^Typographic quotes hold no text here\. Write '(.*)' in straight ones\.$/s.exec(at.diagnostic.message)?.[1];
  const { node } = at.place;
  if (inner === undefined || node.kind !== 'scalar' || (at.analyzed.kind === 'states' && /["']/.test(inner))) return [];
  // An intrinsic function knows single quotes only.
  const written = node.style === 'single' ? `''${inner}''` : `'${inner}'`;
  return replaceFix(at, `Write '${inner}'`, written, true);
};

/** What an expression's mistake says in its own words, done. */
export const mendExpression: Fixer = (at) => {
  const { message, span } = at.diagnostic;
  const { text } = at.context;
  if (message.startsWith('A space stands in the end of')) return replaceFix(at, 'Write %}', '%}', true);
  if (message.startsWith('A hyphen is a minus sign')) return replaceFix(at, 'Put it in backticks', dotted(at.written), true);
  if (message.startsWith('Functions begin with $')) return replaceFix(at, `Write $${at.written}`, `$${at.written}`, true);
  const operator = /^JSONata has no .* Did you mean "(.+)"\?$/.exec(message)?.[1];
  if (operator !== undefined) return replaceFix(at, `Change to ${operator}`, /^\w/.test(operator) ? ` ${operator} `.slice(/\s/.test(text.charAt(span.start - 1)) ? 1 : 0, /\s/.test(text.charAt(span.end)) ? -1 : undefined) : operator, true);
  const near = /Did you mean "?(\$?[^"?]+)"?\?$/.exec(message)?.[1];
  if (near !== undefined) return replaceFix(at, `Change to ${near}`, near.startsWith('$') ? near : dotted(near), true);
  if (message.startsWith('This expression is never closed') && at.place.node.kind === 'scalar') {
    const { end } = at.place.node.span;
    const inner = /["']$/.test(text.slice(span.start, end)) ? end - 1 : end;
    return editFix(at, 'Close it with %}', [{ span: { start: inner, end: inner }, newText: ' %}' }], true);
  }
  if (message.includes('is a filter in JSONata') && text.charAt(span.start - 1) === '[' && text.charAt(span.end) === ']') {
    return editFix(at, 'Write it with a dot', [{ span: { start: span.start - 1, end: span.end + 1 }, newText: `.${dotted(at.written.slice(1, -1))}` }], true);
  }
  return [];
};

/** An expression of another language, written as ours. */
export const writeAsOurs: Fixer = (at) => {
  const { diagnostic: { message, span }, place: { node }, context: { text } } = at;
  const meant = /Write (\{% .* %\})\.$/s.exec(message)?.[1];
  if (meant === undefined || node.kind !== 'scalar' || typeof node.value !== 'string') return [];
  const title = `Write ${meant}`;
  if (node.style === 'literal' || node.style === 'folded') return replaceFix(at, title, meant, true);
  if (node.style !== 'plain') return replaceFix(at, title, writeInside(meant, node.style === 'double' ? '"' : "'"), true);
  // In a plain text its braces could be YAML's.
  const raw = text.slice(node.span.start, node.span.end);
  if (/[\r\n]/.test(raw)) return replaceFix(at, title, meant, true);
  const [before, after] = [raw.slice(0, span.start - node.span.start), raw.slice(span.end - node.span.start)];
  return editFix(at, title, [{ span: node.span, newText: JSON.stringify(`${before}${meant}${after}`) }], true);
};

/** `# dagbook-ignore` on a line of its own above. */
export const ignoreHere: Fixer = (at) => {
  const { text, analysis } = at.context;
  const { line } = analysis.lines.at(at.diagnostic.span.start);
  const start = analysis.lines.lineStart(line);
  // A comment speaks of what follows it, never of another comment.
  if (/^[ \t]*#/.test(text.slice(start, lineEnd(text, start)))) return [];
  const { node } = at.place;
  // In a text over several lines a comment would be part of it.
  if (node.kind === 'scalar' && node.span.start < start && at.place.on === 'value' && node.span.end >= at.diagnostic.span.start) return [];
  const indent = /^[ ]*/.exec(text.slice(start))?.[0] ?? '';
  return editFix(at, `Ignore ${at.diagnostic.code} here`, [{ span: { start, end: start }, newText: `${indent}# dagbook-ignore ${at.diagnostic.code}: say why\n` }]);
};

export const useKnownVersion: Fixer = (at) => (at.diagnostic.suggestion === undefined ? [] : replaceFix(at, `Write ${at.diagnostic.suggestion}`, sameQuotes(at.written, at.diagnostic.suggestion), true));

/** A path that lacks its beginning, or the quotes of a name, and a key that says it holds a path but does not. */
export const mendPath: Fixer = (at) => {
  const { message } = at.diagnostic;
  // The text inside its quotes, where it has any.
  if (/^A path begins with \$: write/.test(message) && /^\.[A-Za-z_]\w*(?:\.\w+|\[\d+\])*$/.test(at.written)) return replaceFix(at, `Write $${at.written}`, `$${at.written}`, true);
  if (/^A path begins with \$/.test(message) && /^[A-Za-z_]\w*(?:\.\w+|\[\d+\])*$/.test(at.written)) return replaceFix(at, `Write $.${at.written}`, `$.${at.written}`, true);
  const word = /write \['(\w+)'\]\.$/.exec(message)?.[1];
  if (word !== undefined && at.written === word && at.place.node.kind === 'scalar' && at.place.node.style !== 'single') return replaceFix(at, `Write '${word}'`, `'${word}'`, true);
  const key = /^"(.+)\.\$" ends in "\.\$"/.exec(message)?.[1];
  const entry = key === undefined ? undefined : mapAt(at.editor, at.path.slice(0, -1))?.entries.find((each) => each.key === `${key}.$` && !each.merged);
  if (key === undefined || entry === undefined) return [];
  const written = at.context.text.slice(entry.keySpan.start, entry.keySpan.end);
  return editFix(at, `Call it "${key}"`, [{ span: entry.keySpan, newText: sameQuotes(written, key) }], true);
};

/** The anchor above whose name is nearest. */
export const useNearAnchor: Fixer = (at) => {
  const anchors = [...at.context.text.slice(0, at.diagnostic.span.start).matchAll(/(?<=^|[\s,[{])&([^\s,[\]{}]+)/g)].map((match) => match[1] ?? '');
  const near = at.diagnostic.message.startsWith('No anchor') ? nearestWord(at.written.slice(1), anchors) : null;
  return near === null ? [] : replaceFix(at, `Change to *${near}`, `*${near}`, true);
};

/** A merge key with something else behind it: the anchor that is meant, or nothing. */
export const mendMerge: Fixer = (at) => {
  const { text } = at.context;
  const { start, end } = at.diagnostic.span;
  const line = text.lastIndexOf('\n', start - 1) + 1;
  const after = /^[ \t]*:[ \t]*(\S*)[ \t]*(?:#[^\r\n]*)?(?=\r?\n|$)/.exec(text.slice(end));
  if (after === null) return [];
  const written = after[1] ?? '';
  const anchors = [...text.slice(0, start).matchAll(/(?<=^|[\s,[{])&([^\s,[\]{}]+)/g)].map((match) => match[1] ?? '');
  const near = anchors.includes(written) ? written : nearestWord(written, anchors);
  const at_ = end + after[0].lastIndexOf(written);
  const meant = near === null || written === '' ? [] : editFix(at, `Merge *${near}`, [{ span: { start: at_, end: at_ + written.length }, newText: `*${near}` }], true);
  // Behind a dash the next field would have to move up.
  if (text.slice(line, start).trim() !== '') return meant;
  const stop = end + after[0].length;
  return [...meant, ...editFix(at, 'Remove the merge', [{ span: { start: line, end: Math.min(text.length, stop + (text.startsWith('\r\n', stop) ? 2 : 1)) }, newText: '' }])];
};

/** A character that YAML does not allow, or half of one. */
export const removeCharacter: Fixer = (at) => (at.written === '' || at.written.length > 12 ? [] : replaceFix(at, 'Remove it', '', true));

/** A path where no path is read, and an expression without its braces. */
export const letItBeRead: Fixer = (at) => {
  const { message } = at.diagnostic;
  const key = at.path.at(-1);
  const { node } = at.place;
  if (node.kind !== 'scalar' || typeof node.value !== 'string') return [];
  if (message.startsWith('This stays text: an expression stands in')) return editFix(at, 'Write it in {% %}', [{ span: node.span, newText: sameQuotes('"', `{% ${node.value} %}`) }], true);
  if (!message.startsWith('This stays text: a path is read') || typeof key !== 'string') return [];
  const entries = mapAt(at.editor, at.path.slice(0, -1))?.entries ?? [];
  const entry = entries.find((each) => each.key === key && !each.merged);
  if (entry === undefined || entries.some((each) => each.key === `${key}.$`)) return [];
  const written = at.context.text.slice(entry.keySpan.start, entry.keySpan.end);
  return editFix(at, `Call it "${key}.$"`, [{ span: entry.keySpan, newText: sameQuotes(written, `${key}.$`) }], true);
};
