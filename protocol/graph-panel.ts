import type { Frame } from './frame.ts';
import type { Json } from './json.ts';
import type { Picture } from './picture.ts';
import type { AgentRunRecord, RunRecord, StepBodies, StepRecord } from './run-records.ts';
import type { TextRange } from './text-range.ts';

/** What the extension tells the graph panel. Every text in it is shown as text, never as markup. */
export type ToGraphPanel =
  /** A new picture of the document (or why there is none). `version` is the document's. */
  | { readonly kind: 'picture'; readonly uri: string; readonly version: number; readonly state: PictureState }
  | { readonly kind: 'settings'; readonly direction: Direction; readonly reducedMotion: boolean | null }
  /** The cursor stands in this node (null = in none). */
  | { readonly kind: 'cursor'; readonly node: string | null }
  /** The run that lies over the picture: what is known of it so far. null = none. */
  | { readonly kind: 'run'; readonly overlay: RunOverlay | null }
  /** Since then, in order; token frames among them. */
  | { readonly kind: 'frames'; readonly run: string; readonly frames: readonly Frame[] }
  /** What one agent run of the shown run did so far, as it was asked for. */
  | { readonly kind: 'steps'; readonly agentRun: string; readonly steps: readonly StepRecord[]; readonly inputs: Json; readonly output: Json }
  | { readonly kind: 'bodies'; readonly seq: number; readonly bodies: StepBodies }
  /** Steps or bodies that were asked for cannot be had, and why. */
  | { readonly kind: 'unreadable'; readonly agentRun: string; readonly message: string }
  /** Select this node and bring it into view, as soon as it is drawn. */
  | { readonly kind: 'select'; readonly node: string }
  /** Where everything stood when this document was drawn last. */
  | { readonly kind: 'layout'; readonly layout: KeptLayout }
  /** Running is refused, and why (no trust, host down); null = it is not. */
  | { readonly kind: 'running-allowed'; readonly reason: string | null }
  /** The person asked for it by a command or a key of the editor. */
  | { readonly kind: 'do'; readonly what: 'find' | 'fit' | 'zoom-in' | 'zoom-out' | 'list' | 'export-svg' | 'export-png' };

export type Direction = 'down' | 'right';

export type PictureState =
  | { readonly kind: 'picture'; readonly picture: Picture; readonly others: readonly { readonly document: number; readonly name: string }[] }
  /** The language server has not answered yet. */
  | { readonly kind: 'loading' }
  /** The document holds no workflow, or is gone. */
  | { readonly kind: 'nothing'; readonly message: string; readonly hint: string };

export interface RunOverlay {
  readonly run: RunRecord;
  readonly agentRuns: readonly AgentRunRecord[];
  /** The text that was locked is not the text that is drawn. */
  readonly stale: boolean;
  readonly criticalPath: readonly string[];
}

/** A layout that can be used again while the structure of the picture is the same. Only the panel reads what is in it. */
export interface KeptLayout {
  /** Of the structure and the direction. */
  readonly key: string;
  /** Rectangles and lines, in px. */
  readonly numbers: readonly number[];
}

/** What the graph panel tells the extension; the extension checks each message before it acts. */
export type FromGraphPanel =
  | { readonly kind: 'ready' }
  | { readonly kind: 'reveal'; readonly range: TextRange; readonly focus: boolean }
  | { readonly kind: 'run'; readonly askInputs: boolean }
  | { readonly kind: 'halt'; readonly run: string }
  /** `run-node`: on the record of the shown run, or of the last one. */
  | { readonly kind: 'node-action'; readonly action: 'run-node' | 'run-until' | 'fork-from' | 'pause-at' | 'pin' | 'open-agent' | 'show-steps'; readonly node: string }
  | { readonly kind: 'show-run'; readonly run: string }
  | { readonly kind: 'answer'; readonly run: string; readonly node: string }
  | { readonly kind: 'steps'; readonly agentRun: string }
  | { readonly kind: 'bodies'; readonly agentRun: string; readonly seq: number }
  | { readonly kind: 'copy'; readonly text: string }
  /** Open a body of the shown run in an editor. */
  | { readonly kind: 'open-body'; readonly seq: number; readonly part: 'request' | 'response' }
  /** Open a page of the web, which a model may have named: asked of the person first. */
  | { readonly kind: 'open-address'; readonly address: string }
  /** To be given back with the next picture of this document. */
  | { readonly kind: 'layout'; readonly layout: KeptLayout }
  /** Which document of a multi-document file is shown. */
  | { readonly kind: 'document'; readonly document: number }
  | { readonly kind: 'direction'; readonly direction: Direction }
  | { readonly kind: 'problems' }
  /** Of a problem's code: its manual page; or, at the problem in this node, what the editor can do about it. */
  | { readonly kind: 'explain'; readonly code: string }
  | { readonly kind: 'fix'; readonly node: string; readonly code: string }
  | { readonly kind: 'export'; readonly format: 'svg' | 'png'; /** SVG text, or PNG bytes in base64. */ readonly data: string }
  /** For the log: a bug in the panel. */
  | { readonly kind: 'bug'; readonly message: string };
