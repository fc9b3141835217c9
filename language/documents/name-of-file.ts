/** What a document without a name may be called: its file's name without folder and endings. */
export function nameOfFile(path: string): string {
  const base = path.slice(path.lastIndexOf('/') + 1).replace(/(?:\.asl|\.workflow|\.agent)?\.(?:json|ya?ml)$/i, '').replace(/[^A-Za-z0-9._ -]+/g, '-').trim();
  return base === '' ? 'converted' : base;
}
