import { specText } from '../../language/index.ts';
import { DagbookError } from '../../protocol/dagbook-error.ts';
import type { VersionRecord } from '../../protocol/run-records.ts';
import type { Review } from '../review.ts';

/** A locked version as YAML, with a heading that says what it is. Throws version-missing. */
export function versionText({ ledger }: Review, kind: 'workflow' | 'agent', id: string): { readonly text: string; readonly version: VersionRecord } {
  const found = ledger.read(() => ledger.versions.byId(kind, id));
  if (found === null) throw new DagbookError('version-missing', `There is no ${kind} version ${id} in ${ledger.file}.`);
  const { name, version, spec_hash, source_path, created_at } = found;
  const { text, references } = specText(kind, found.content);
  const heading = [
    `${name}, version ${version}, as it was locked on ${created_at}${source_path === null ? '' : ` from ${source_path}`}`,
    `spec hash ${spec_hash}`,
    ...[...new Map(references.map(({ ref, specHash }) => [ref, specHash]))].map(([ref, specHash]) => `refers to ${ref} with spec hash ${specHash}`),
  ];
  return { text: `${heading.map(comment).join('')}\n${text}`, version: { id: found.id, kind, name, version, spec_hash, source_path, created_at } };
}

/** One line, whatever a name holds. */
function comment(line: string): string {
  return `# ${line.replaceAll(/\p{C}|[\u2028\u2029]/gu, ' ')}\n`;
}
