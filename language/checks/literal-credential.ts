/**
 * # A credential in a file
 *
 * Specs are locked into the ledger and usually committed: a key in one is a key in all their copies. Known forms of
 * keys are found anywhere in the text, comments included; under names such as `api_key`, `token`, `secret` and
 * `password` whatever looks like a key is.
 *
 * ```yaml
 * env: { SEARCH_KEY: sk-… }
 * ```
 *
 * **Fix**: revoke the key, and name a secret instead: `env: { SEARCH_KEY: { secret: SEARCH_KEY } }`. If it is no key,
 * say so on the line: `# dagbook-ignore literal-credential: a ticker symbol`.
 */
import type { Span } from '../syntax/span.ts';
import { followAlias, type YamlNode, type YamlScalar } from '../syntax/yaml-tree.ts';
import type { Check } from './check.ts';

const known: readonly { readonly what: string; readonly form: RegExp }[] = [
  { what: 'a private key', form: /-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----/g },
  { what: 'an API key', form: /\bsk-[A-Za-z0-9_-]{16,}/g },
  { what: 'an AWS key', form: /\b(?:AKIA|ASIA)[0-9A-Z]{16}\b/g },
  { what: 'a GitHub token', form: /\b(?:gh[pousr]_[A-Za-z0-9]{20,}|github_pat_[A-Za-z0-9_]{20,})/g },
  { what: 'a GitLab token', form: /\bglpat-[A-Za-z0-9_-]{16,}/g },
  { what: 'a Slack token', form: /\bxox[abeprs]-[A-Za-z0-9-]{10,}/g },
  { what: 'a Google API key', form: /\bAIza[0-9A-Za-z_-]{30,}/g },
  { what: 'a Hugging Face token', form: /\bhf_[A-Za-z0-9]{20,}/g },
  { what: 'a bearer token', form: /\bBearer\s{1,4}[A-Za-z0-9._~+/-]{16,}={0,2}/g },
  { what: 'a password in an address', form: /\b[a-z][a-z0-9+.-]{1,20}:\/\/[^\s/:@'"{}]{1,80}:[^\s/@'"{}]{3,80}@/gi },
];

export const literalCredential: Check = {
  code: 'literal-credential',
  severity: 'error',
  ignorable: true,
  document: ({ document, tree }, report) => {
    const found: { readonly what: string; readonly span: Span }[] = [];
    const text = document.text.slice(document.span.start, document.span.end);
    for (const { what, form } of known) {
      for (const match of text.matchAll(form)) {
        const start = document.span.start + match.index;
        found.push({ what, span: { start, end: start + match[0].length } });
      }
    }
    // A value under a telling name, unless it has been found by its form.
    for (const { key, scalar } of namedValues(tree)) {
      if (!found.some(({ span }) => span.start < scalar.span.end && scalar.span.start < span.end)) found.push({ what: `the value of "${key}"`, span: scalar.span });
    }
    for (const { what, span } of firstOfOverlapping(found)) {
      report({ message: `This looks like ${what.startsWith('the value') ? 'a credential' : what}. Revoke it and name a secret instead (secret: NAME).`, span });
    }
  },
};

function firstOfOverlapping<T extends { readonly span: Span }>(found: readonly T[]): readonly T[] {
  return found.filter(({ span }, i) => !found.slice(0, i).some((other) => other.span.start < span.end && span.start < other.span.end));
}

function namedValues(tree: YamlNode): readonly { readonly key: string; readonly scalar: YamlScalar }[] {
  // Aliases are not followed: their target is visited where it stands.
  if (tree.kind === 'seq') return tree.items.flatMap(namedValues);
  if (tree.kind !== 'map') return [];
  return tree.entries.flatMap(({ key, value, merged }) => {
    const scalar = followAlias(value);
    if (merged) return [];
    if (scalar.kind !== 'scalar') return namedValues(value);
    return typeof scalar.value === 'string' && value.kind !== 'alias' && isTelling(key, scalar.value) ? [{ key, scalar }] : [];
  });
}

function isTelling(key: string, value: string): boolean {
  // References and placeholders: an expression, an environment variable, `<your key>`, stars.
  if (value === '' || /\{%|\$\{?[A-Z_]|^<.*>$|^\*+$|^x+$/i.test(value) || /\s/.test(value.trim())) return false;
  const name = key.replace(/([a-z])([A-Z])/g, '$1_$2').toLowerCase();
  // `secret: NAME` is how a secret is named.
  if (name === 'secret') return !/^[A-Za-z_][A-Za-z0-9_.-]*$/.test(value) || looksRandom(value);
  if (/(^|[_-])(password|passwd|passphrase)$/.test(name)) return true;
  return /(^|[_-])(api_?key|apikey|access_?key|private_?key|secret_?key|client_secret|secret|token|auth|authorization|credentials?)$/.test(name.replaceAll('-', '_')) && looksRandom(value);
}

/** Long, with digits among letters: not a word, a ticker symbol or a name. */
function looksRandom(value: string): boolean {
  return value.length >= 12 && /[0-9]/.test(value) && /[A-Za-z]/.test(value) && !/^[A-Z][A-Z0-9_]*$/.test(value);
}
