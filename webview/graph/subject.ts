import type { PictureState, RunOverlay } from '../../protocol/graph-panel.ts';
import type { Frame } from '../../protocol/frame.ts';
import type { Picture, PictureNode } from '../../protocol/picture.ts';
import { foldFrames, isOpen, renewed } from '../shared/run-state.ts';
import type { RunState } from '../shared/run-state.ts';
import { nodeRunsOf } from './node-run.ts';
import type { NodeRun } from './node-run.ts';

/** What the panel is about: a document's picture, and the run that lies over it. */
export class Subject {
  uri = '';
  state: PictureState = { kind: 'loading' };
  nodes: ReadonlyMap<string, PictureNode> = new Map();
  run: RunState | null = null;
  #nodeRuns: { readonly picture: Picture; readonly run: RunState; readonly byNode: ReadonlyMap<string, NodeRun> } | null = null;

  get picture(): Picture | null {
    return this.state.kind === 'picture' ? this.state.picture : null;
  }

  get running(): boolean {
    return this.run !== null && isOpen(this.run.run.status);
  }

  /** What the run did with each node; null while there is no run or no picture. */
  get nodeRuns(): ReadonlyMap<string, NodeRun> | null {
    const { picture, run } = this;
    if (picture === null || run === null) return null;
    if (this.#nodeRuns?.picture !== picture || this.#nodeRuns.run !== run) this.#nodeRuns = { picture, run, byNode: nodeRunsOf(picture, run) };
    return this.#nodeRuns.byNode;
  }

  /** Answers whether it is the picture of another document than before. */
  show(uri: string, state: PictureState): boolean {
    const before = this.picture;
    const document = state.kind === 'picture' ? state.picture.document : (before?.document ?? 0);
    const another = uri !== this.uri || (before !== null && document !== before.document);
    this.state = state;
    if (state.kind !== 'picture') return false;
    this.uri = uri;
    this.nodes = new Map(state.picture.nodes.map((node) => [node.id, node]));
    return another;
  }

  /** Answers whether it is another run than before. */
  overlay(overlay: RunOverlay | null): boolean {
    const before = this.run?.run.id ?? null;
    this.run = overlay === null ? null : renewed(this.run, overlay);
    return before !== (overlay?.run.id ?? null);
  }

  /** Frames of another run are late ones, and of no use. */
  frames(run: string, frames: readonly Frame[]): void {
    if (this.run?.run.id === run) this.run = foldFrames(this.run, frames);
  }
}
