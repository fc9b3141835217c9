import type * as vscode from 'vscode';
import type { KeptLayout } from '../../protocol/graph-panel.ts';

const KEY = 'dagbook.layouts';
/** Numbers of all layouts together: half a megabyte of the workspace's memory. */
const MOST_NUMBERS = 80_000;

interface Entry extends KeptLayout {
  readonly uri: string;
}

/** Where everything stood when a document was drawn last: opened again, it is there at once. */
export class KeptLayouts {
  readonly #memory: vscode.Memento;

  constructor(memory: vscode.Memento) {
    this.#memory = memory;
  }

  of(uri: vscode.Uri): KeptLayout | null {
    const entry = this.#entries().find((one) => one.uri === uri.toString());
    return entry === undefined ? null : { key: entry.key, numbers: entry.numbers };
  }

  /** The last drawn come first; those that were not drawn for long make room. */
  async remember(uri: vscode.Uri, layout: KeptLayout): Promise<void> {
    let room = MOST_NUMBERS;
    const others = this.#entries().filter((one) => one.uri !== uri.toString());
    await this.#memory.update(KEY, [{ uri: uri.toString(), ...layout }, ...others].filter(({ numbers }) => (room -= numbers.length) >= 0));
  }

  #entries(): readonly Entry[] {
    return this.#memory.get<readonly Entry[]>(KEY, []);
  }
}
