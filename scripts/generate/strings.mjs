import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import ts from 'typescript';

/**
 * Every text that the editor side shows, for translators: l10n/bundle.l10n.json maps each English text to itself. A translation is a file
 * beside it, such as bundle.l10n.de.json.
 * @param {string} root
 */
export async function generateStrings(root) {
  const files = (await readdir(join(root, 'client'), { recursive: true })).filter((name) => name.endsWith('.ts')).sort();
  const texts = new Set();
  for (const name of files) {
    const file = join(root, 'client', name);
    collect(ts.createSourceFile(file, await readFile(file, 'utf8'), ts.ScriptTarget.Latest), name, texts);
  }
  return new Map([['l10n/bundle.l10n.json', `${JSON.stringify(Object.fromEntries([...texts].sort().map((text) => [text, text])), null, 2)}\n`]]);
}

/**
 * @param {ts.SourceFile} source
 * @param {string} name
 * @param {Set<string>} texts
 */
function collect(source, name, texts) {
  /** @param {ts.Node} node */
  const visit = (node) => {
    if (ts.isCallExpression(node) && node.expression.getText(source) === 'l10n.t') {
      const [text] = node.arguments;
      // A text put together at run time is found by no translator.
      if (text === undefined || !ts.isStringLiteralLike(text)) throw new Error(`client/${name}: l10n.t takes one literal text, not ${text?.getText(source) ?? 'nothing'}.`);
      texts.add(text.text);
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
}
