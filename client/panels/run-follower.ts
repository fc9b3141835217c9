import type { Frame } from '../../protocol/frame.ts';
import type { RunDetailRecord } from '../../protocol/run-records.ts';
import type { RuntimeHost } from '../hosts/runtime-host.ts';
import type { Disposable } from '../signal.ts';
import { isOpenRun } from '../words/status-words.ts';
import { FrameBatch } from './frame-batch.ts';

export interface FollowedRun {
  /** What is known of it, whenever that was asked anew. */
  detail(detail: RunDetailRecord): void;
  frames(frames: readonly Frame[]): void;
  failed(error: unknown): void;
}

/** Looks at one run until it has ended: its record, its frames as they come, and its record once more at the end. */
export class RunFollower implements Disposable {
  readonly host: RuntimeHost;
  readonly run: string;
  readonly #to: FollowedRun;
  readonly #batch: FrameBatch<Frame>;
  #frames: Disposable | null = null;
  #gone = false;

  constructor(host: RuntimeHost, run: string, to: FollowedRun) {
    this.host = host;
    this.run = run;
    this.#to = to;
    this.#batch = new FrameBatch((frames) => {
      to.frames(frames);
      if (frames.some(endsRun)) void this.#look();
    });
  }

  async start(): Promise<void> {
    const detail = await this.#look();
    if (detail === null || this.#gone || this.#frames !== null) return;
    this.#frames = this.host.frames(this.run, (frames) => { for (const frame of frames) this.#batch.add(frame); });
    // A finished run's frames are there at once, and nothing comes after them.
    if (!isOpenRun(detail.run)) this.#batch.flush();
  }

  /** Its record, asked anew: after an answer, a resume, or what another process did; and its frames, where it could not be read before. */
  refresh(): void {
    void this.start();
  }

  dispose(): void {
    this.#gone = true;
    this.#frames?.dispose();
    this.#batch.drop();
  }

  async #look(): Promise<RunDetailRecord | null> {
    try {
      const detail = await this.host.call('show', { run: this.run });
      if (this.#gone) return null;
      this.#to.detail(detail);
      return detail;
    } catch (error) {
      if (!this.#gone) this.#to.failed(error);
      return null;
    }
  }
}

function endsRun({ stage }: Frame): boolean {
  return stage === 'workflow.completed' || stage === 'workflow.error' || stage === 'workflow.rejected' || stage === 'workflow.halted';
}
