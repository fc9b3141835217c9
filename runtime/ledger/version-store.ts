import type { Sqlite } from './sqlite.ts';
import type { HeadStore } from './head-store.ts';
import { versionDigest } from './head-store.ts';

export type SpecKind = 'workflow' | 'agent';

export interface SpecVersion {
  readonly key: number;
  readonly id: string;
  readonly spec_id: string;
  readonly name: string;
  readonly version: number;
  /** SHA-256 of `content`, hex. */
  readonly spec_hash: string;
  /** Canonical JSON (RFC 8785). */
  readonly content: string;
  readonly source_path: string | null;
  readonly created_at: string;
}

export interface VersionStore {
  /** Inserts the version unless its content is already locked. The caller holds the transaction. */
  lock(kind: SpecKind, spec: { readonly name: string; readonly content: string; readonly specHash: string; readonly sourcePath: string | null }, made: { readonly at: string; readonly newId: () => string }): { readonly version: SpecVersion; readonly created: boolean };
  byHash(kind: SpecKind, hash: string): SpecVersion | null;
  /** Inner number of the version with that content, null where it is not locked: one look at an index. */
  keyOf(kind: SpecKind, hash: string): number | null;
  byKey(kind: SpecKind, key: number): SpecVersion | null;
  byId(kind: SpecKind, id: string): SpecVersion | null;
  /** The highest version of a name, or null. */
  latest(kind: SpecKind, name: string): SpecVersion | null;
  list(kind: SpecKind, name?: string): SpecVersion[];
}

function tableOf(kind: SpecKind): string {
  return kind === 'workflow' ? 'workflow_spec_versions' : 'agent_spec_versions';
}

export function createVersionStore(db: Sqlite, heads: HeadStore): VersionStore {
  const statements = (kind: SpecKind) => {
    const table = tableOf(kind);
    return {
      byHash: db.prepare<[string], SpecVersion>(`SELECT * FROM ${table} WHERE spec_hash = ?`),
      keyOf: db.prepare<[string], number>(`SELECT key FROM ${table} WHERE spec_hash = ?`).pluck(),
      byKey: db.prepare<[number], SpecVersion>(`SELECT * FROM ${table} WHERE key = ?`),
      byId: db.prepare<[string], SpecVersion>(`SELECT * FROM ${table} WHERE id = ?`),
      latest: db.prepare<[string], SpecVersion>(`SELECT * FROM ${table} WHERE name = ? ORDER BY version DESC LIMIT 1`),
      list: db.prepare<[string | null, string | null], SpecVersion>(`SELECT * FROM ${table} WHERE ? IS NULL OR name = ? ORDER BY name, version`),
      insert: db.prepare(`INSERT INTO ${table} (id, spec_id, name, version, spec_hash, content, source_path, created_at) VALUES (?,?,?,?,?,?,?,?)`),
    };
  };
  const of = { workflow: statements('workflow'), agent: statements('agent') };
  return {
    lock(kind, spec, made) {
      const existing = of[kind].byHash.get(spec.specHash);
      if (existing !== undefined) return { version: existing, created: false };
      const latest = of[kind].latest.get(spec.name);
      const fields = {
        id: made.newId(), spec_id: latest?.spec_id ?? made.newId(), name: spec.name, version: (latest?.version ?? 0) + 1,
        spec_hash: spec.specHash, content: spec.content, source_path: spec.sourcePath, created_at: made.at,
      };
      const { lastInsertRowid } = of[kind].insert.run(fields.id, fields.spec_id, fields.name, fields.version, fields.spec_hash, fields.content, fields.source_path, fields.created_at);
      const version = { key: Number(lastInsertRowid), ...fields };
      heads.append(kind, version.id, versionDigest(version));
      return { version, created: true };
    },
    byHash: (kind, hash) => of[kind].byHash.get(hash) ?? null,
    keyOf: (kind, hash) => of[kind].keyOf.get(hash) ?? null,
    byKey: (kind, key) => of[kind].byKey.get(key) ?? null,
    byId: (kind, id) => of[kind].byId.get(id) ?? null,
    latest: (kind, name) => of[kind].latest.get(name) ?? null,
    list: (kind, name) => of[kind].list.all(name ?? null, name ?? null),
  };
}
