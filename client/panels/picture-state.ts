import * as l10n from '@vscode/l10n';
import type { PictureState } from '../../protocol/graph-panel.ts';
import type { Picture } from '../../protocol/picture.ts';
import type { TextPosition } from '../../protocol/text-range.ts';
import { documentAt, innermostAt } from '../language/choose-document.ts';

/** Which of a file's pictures is drawn: the one asked for by its number, else the one at the cursor. */
export function pictureState(pictures: readonly Picture[], chosen: number | null, cursor: TextPosition | null): PictureState {
  const picture = pictures.find(({ document }) => document === chosen) ?? documentAt(pictures, cursor ?? { line: 0, character: 0 });
  if (picture === null) {
    return { kind: 'nothing', message: l10n.t('This file holds no workflow.'), hint: l10n.t('Open a workflow, or begin one with the command "Dagbook: New Workflow from Template".') };
  }
  return { kind: 'picture', picture, others: pictures.length < 2 ? [] : pictures.map(({ document, name }) => ({ document, name })) };
}

/** The node the cursor stands in. */
export function nodeAtCursor(picture: Picture, cursor: TextPosition): string | null {
  return innermostAt(picture.nodes, cursor)?.id ?? null;
}
