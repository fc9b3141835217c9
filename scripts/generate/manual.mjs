import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';

/** The header comment of each check is its page in the manual and what `dagbook explain` prints. */
export async function generateManual(root) {
  const pages = await manualPages(root);
  const files = new Map(pages.map((page) => [`docs/diagnostics/${page.code}.md`, pageText(page)]));
  files.set('docs/diagnostics/README.md', indexText(pages));
  files.set('language/checks/generated/manual.ts', manualText(pages));
  return files;
}

/** One per code, sorted. */
export async function manualPages(root) {
  const folder = join(root, 'language/checks');
  const names = (await readdir(folder)).filter((name) => name.endsWith('.ts')).sort();
  const pages = [];
  for (const name of names) {
    const source = await readFile(join(folder, name), 'utf8');
    const markdown = headerOf(source);
    if (markdown === null) continue;
    const code = name.slice(0, -'.ts'.length);
    const severity = /severity: '(\w+)'/.exec(source)?.[1];
    const title = /^# (.+)$/m.exec(markdown)?.[1];
    if (severity === undefined || title === undefined) throw new Error(`${name}: a check needs a severity and a header comment that begins with "# title".`);
    pages.push({ code, severity, title, markdown });
  }
  return pages;
}

/** The first block comment, if it begins with a heading; other files in the folder have none. */
function headerOf(source) {
  const comment = /^\/\*\*\n([\s\S]*?)\n \*\//.exec(source)?.[1];
  if (comment === undefined) return null;
  const text = comment
    .split('\n')
    .map((line) => line.replace(/^ \* ?/, ''))
    .join('\n')
    .trim();
  return text.startsWith('# ') ? text : null;
}

const generated = '<!-- Generated from the header comments in language/checks by scripts/generate.mjs. Do not edit. -->';

function pageText({ code, severity, markdown }) {
  return `${generated}\n${markdown.replace(/^# .+$/m, (heading) => `${heading}\n\n\`${code}\` · ${severity}`)}\n`;
}

function indexText(pages) {
  const rows = pages.map(({ code, severity, title }) => `| [\`${code}\`](${code}.md) | ${severity} | ${title} |`);
  return [generated, '# Diagnostics', '', '| code | severity | what it says |', '|---|---|---|', ...rows, ''].join('\n');
}

function manualText(pages) {
  const entries = pages.map(({ code, title, markdown }) => `  ${JSON.stringify(code)}: { title: ${JSON.stringify(title)}, markdown: ${JSON.stringify(`${markdown}\n`)} },`);
  return [
    '// Generated from the header comments in language/checks by scripts/generate.mjs. Do not edit.',
    '',
    '/** Code to its page in the manual. */',
    'export const manual: Readonly<Record<string, { readonly title: string; readonly markdown: string }>> = {',
    ...entries,
    '};',
    '',
  ].join('\n');
}
