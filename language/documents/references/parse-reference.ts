/** What a reference says, by its form alone. */
export type ParsedReference =
  | { readonly kind: 'path'; readonly path: string }
  | { readonly kind: 'outside' }
  | { readonly kind: 'digest'; readonly digest: string }
  | { readonly kind: 'malformed-digest'; readonly digest: string }
  | { readonly kind: 'name'; readonly name: string };

/**
 * `./` and `../` from the file it stands in; with a `/`, or ending in .yaml or .yml, from the workspace root; with
 * `@sha256:` a package by digest; anything else a name.
 */
export function parseReference(reference: string, fromPath: string): ParsedReference {
  const at = reference.lastIndexOf('@sha256:');
  if (at >= 0) {
    const digest = reference.slice(at + '@sha256:'.length);
    return /^[0-9a-f]{64}$/.test(digest) ? { kind: 'digest', digest } : { kind: 'malformed-digest', digest };
  }
  const relative = /^\.\.?\//.test(reference);
  if (relative || reference.includes('/') || /\.ya?ml$/.test(reference)) return parsePath(reference, relative ? fromPath : null);
  return { kind: 'name', name: reference };
}

/** A path as references write it, made workspace-relative. */
export function parsePath(written: string, fromPath: string | null): { readonly kind: 'path'; readonly path: string } | { readonly kind: 'outside' } {
  if (written.startsWith('/') || written.startsWith('~') || /^[A-Za-z]:/.test(written)) return { kind: 'outside' };
  const segments = fromPath === null ? [] : fromPath.split('/').slice(0, -1);
  for (const segment of written.split('/')) {
    if (segment === '' || segment === '.') continue;
    if (segment !== '..') segments.push(segment);
    else if (segments.pop() === undefined) return { kind: 'outside' };
  }
  return { kind: 'path', path: segments.join('/') };
}
