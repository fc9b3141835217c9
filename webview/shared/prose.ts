import { lexer } from 'marked';
import type { MarkedToken, Token, Tokens } from 'marked';
import { h } from './vnode.ts';
import type { Child, VElement } from './vnode.ts';

/** Opens an address outside, once a person has agreed to it; without one, an address is text and nothing more. */
export type OpenAddress = (address: string) => void;

/** Longer texts are shown as they are: nobody reads them as prose, and they would be read anew with each of their words. */
const MOST_CHARACTERS = 200_000;

/**
 * What a model writes: paragraphs, headings, lists, tables, fences, code, emphasis. Made while it is still being written,
 * so nothing needs an end. Markup is only ever shown, no picture is fetched, and a link is its words with its whole
 * address beside them.
 */
export function prose(text: string, open: OpenAddress | null = null): readonly VElement[] {
  return blocks(tokensOf(text), { open, level: 0 });
}

/** What is nested deeper is shown as it is: no page has room for it, and no stack. */
const MOST_LEVELS = 24;
const TOO_DEEP = new RegExp(`^(?:[ \\t]*>){${MOST_LEVELS}}`, 'm');

/** A text that nests deeper than the reader's stack is no prose either. */
function tokensOf(text: string): readonly Token[] {
  const plain: readonly Token[] = [{ type: 'code', raw: text, text }];
  if (text.length > MOST_CHARACTERS || TOO_DEEP.test(text)) return plain;
  try {
    return lexer(text, { gfm: true, breaks: true });
  } catch (error) {
    if (error instanceof RangeError) return plain;
    throw error;
  }
}

/** How far in, and what an address in it does. */
interface Place {
  readonly open: OpenAddress | null;
  readonly level: number;
}

function blocks(tokens: readonly Token[], { open, level }: Place): readonly VElement[] {
  if (level >= MOST_LEVELS) return [h('pre', {}, tokens.map(({ raw }) => raw).join(''))];
  return tokens.flatMap((token) => block(token as MarkedToken, { open, level: level + 1 }));
}

function block(token: MarkedToken, place: Place): readonly VElement[] {
  switch (token.type) {
    case 'space':
      return [];
    case 'heading':
      return [h('p', { class: `heading h${Math.min(3, token.depth)}`, role: 'heading', 'aria-level': Math.min(6, token.depth + 3) }, inline(token.tokens, place))];
    case 'code':
      return [h('pre', {}, token.text)];
    case 'blockquote':
      return [h('blockquote', {}, blocks(token.tokens, place))];
    case 'list':
      return [h(token.ordered ? 'ol' : 'ul', { start: token.start === '' || token.start === 1 ? null : token.start }, token.items.map((item) => listItem(item, place)))];
    case 'table':
      return [table(token, place)];
    case 'hr':
      return [h('hr')];
    case 'paragraph':
    case 'text':
      return [h('p', {}, token.tokens === undefined ? token.text : inline(token.tokens, place))];
    default:
      return token.raw.trim() === '' ? [] : [h('p', {}, token.raw.trim())];
  }
}

function listItem({ task, checked = false, loose, tokens }: Tokens.ListItem, place: Place): VElement {
  const box = task ? h('span', { class: 'check', role: 'img', 'aria-label': checked ? 'done' : 'open' }, checked ? '☑ ' : '☐ ') : null;
  return h('li', {}, [box, tokens.filter(({ type }) => type !== 'checkbox').map((token): Child => (token.type === 'text' && !loose ? inline((token as Tokens.Text).tokens ?? [token], place) : blocks([token], place)))]);
}

function table({ header, rows, align }: Tokens.Table, place: Place): VElement {
  const cell = (tag: 'th' | 'td', { tokens }: Tokens.TableCell, at: number): VElement => h(tag, { class: align[at] ?? '', scope: tag === 'th' ? 'col' : null }, inline(tokens, place));
  return h('div', { class: 'prose-table', tabindex: 0, role: 'region', 'aria-label': 'Table' }, h('table', {}, [
    h('thead', {}, h('tr', {}, header.map((one, at) => cell('th', one, at)))),
    h('tbody', {}, rows.map((row) => h('tr', {}, row.map((one, at) => cell('td', one, at))))),
  ]));
}

function inline(tokens: readonly Token[], { open, level }: Place): Child {
  if (level >= MOST_LEVELS) return tokens.map(({ raw }) => raw).join('');
  return tokens.map((token) => mark(token as MarkedToken, { open, level: level + 1 }));
}

function mark(token: MarkedToken, place: Place): Child {
  switch (token.type) {
    case 'text':
      return token.tokens === undefined ? token.text : inline(token.tokens, place);
    case 'escape':
      return token.text;
    case 'strong':
    case 'em':
    case 'del':
      return h(token.type, {}, inline(token.tokens, place));
    case 'codespan':
      return h('code', {}, token.text);
    case 'br':
      return h('br');
    case 'link':
      return link(token.href, inline(token.tokens, place), token.text, place.open);
    case 'image':
      return link(token.href, token.text, token.text, place.open);
    default:
      return token.raw;
  }
}

/** The words as words, and where they lead, in full: only the address can be pressed. */
function link(href: string, words: Child, text: string, open: OpenAddress | null): Child {
  const address = webAddress(href);
  const shown = address ?? href;
  const where = address === null || open === null ? h('span', { class: 'address' }, shown) : h('button', { class: 'link address', title: `Open ${shown} in a browser…` }, shown, { on: { click: () => { open(address); } } });
  return text === href || text === shown ? where : [words, ' (', where, ')'];
}

/** As a browser reads it, its host in plain letters; null when it leads to no page of the web. Whoever opens it looks again. */
function webAddress(href: string): string | null {
  const url = URL.parse(href);
  return url !== null && (url.protocol === 'https:' || url.protocol === 'http:') && url.username === '' && url.password === '' ? url.href : null;
}
