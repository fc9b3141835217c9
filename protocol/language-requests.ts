import type { Picture } from './picture.ts';
import type { RunStatus } from './run-records.ts';
import type { TextRange } from './text-range.ts';
import type { WorkspaceDocument } from './workspace-documents.ts';

/** What our own editor side asks of the language server beyond the language server protocol. */
export const PICTURE_REQUEST = 'dagbook/picture';
export const DOCUMENTS_REQUEST = 'dagbook/documents';
/** From the server, with no parameters. */
export const DOCUMENTS_CHANGED = 'dagbook/documentsChanged';

export interface PictureParams {
  readonly textDocument: { readonly uri: string };
}

/**
 * Every workflow and state machine of the file, as the server knows it when it answers; empty where there is none. Of a
 * document that cannot be read at the moment, the last picture that could be drawn, with its present problems: a picture
 * does not fall apart while somebody types. Made in milliseconds and dropped when it is cancelled, so a panel asks after
 * each change of its document, and on `documentsChanged`, because agents' names and models stand in other files.
 */
export type PictureAnswer = readonly Picture[];

/**
 * To the server, which reads disks only: the YAML files of a folder that lies on none, at first all of them, then those that have changed. A
 * folder counts as open from the first time on; before, each of its documents is checked for itself.
 */
export const FOLDER_FILES = 'dagbook/folderFiles';

export interface FolderFiles {
  /** URI of the workspace folder. */
  readonly folder: string;
  /** Texts by path, relative to the folder, with `/`; null = the file, or a folder of that name with all in it, is gone. */
  readonly files: Readonly<Record<string, string | null>>;
}

/** Workflows, state machines and agents of the open folders, by path. */
export type DocumentsAnswer = readonly WorkspaceDocument[];

/** A command of the server (`workspace/executeCommand`), with one argument of `ConvertParams`. Nothing is changed by it. */
export const CONVERT_COMMAND = 'dagbook.server.convert';

export interface ConvertParams {
  /** Of the file that is read; an open document is read as it is on the screen. */
  readonly uri: string;
  /** From Amazon States Language to a states document, or back. */
  readonly to: 'states' | 'asl';
}

export type ConvertAnswer =
  | {
      readonly ok: true;
      readonly text: string;
      readonly language: 'dagbook' | 'json';
      /** A file beside the one that was read, whose name is free. */
      readonly uri: string;
      /** What the other side has no place for, and where it is kept. */
      readonly notes: readonly string[];
    }
  | { readonly ok: false; readonly problems: readonly { readonly code: string; readonly message: string; readonly range: TextRange }[] };

/**
 * To the server: what the ledger of a workspace folder knows. The server opens no ledger (a native fault must not take it
 * down), so whoever has a runtime tells it, whenever that changes; the whole of it each time.
 */
export const LEDGER_NEWS = 'dagbook/ledger';

export interface LedgerNews {
  /** URI of the workspace folder. */
  readonly folder: string;
  /** The newest run of each workflow. */
  readonly lastRuns: readonly LastRunRecord[];
  /** Providers whose calls cost nothing at the moment: this machine's own, and those whose calls go to it. */
  readonly freeProviders: readonly string[];
  /** Locked versions, latest first: a reference can be pinned to their hashes. */
  readonly versions: readonly { readonly kind: 'agent' | 'workflow'; readonly name: string; readonly specHash: string; readonly sourcePath: string | null }[];
}

/** From the server, to an editor side that said `ledger: true` when it initialized: versions that references name by their digest. */
export const LOCKED_SPECS_REQUEST = 'dagbook/lockedSpecs';

export interface LockedSpecsParams {
  /** URI of the workspace folder. */
  readonly folder: string;
  readonly specHashes: readonly string[];
}

/** Those of them that the folder's ledger holds. What it holds later is told by `LEDGER_NEWS`. */
export type LockedSpecsAnswer = readonly LockedSpecRecord[];

export interface LockedSpecRecord {
  readonly kind: 'agent' | 'workflow';
  readonly name: string;
  readonly specHash: string;
  /** Canonical JSON. */
  readonly content: string;
  readonly sourcePath: string | null;
}

export interface LastRunRecord {
  readonly workflow: string;
  readonly run: string;
  readonly status: RunStatus;
  readonly specHash: string;
  readonly costMicros: number;
  /** ISO 8601: when it ended, or began while it runs. */
  readonly at: string;
}
