import type { PictureKind } from '../../protocol/picture.ts';
import type { GlyphName } from './glyphs.ts';

/** As people call it. */
export function kindWord(kind: PictureKind): string {
  switch (kind) {
    case 'spawn':
      return 'agent';
    case 'human':
      return 'person';
    case 'workflow':
      return 'child workflow';
    case 'task':
    case 'loop':
    case 'classify':
    case 'tournament':
    case 'reduce':
    case 'template':
    case 'execution':
    case 'choice':
    case 'parallel':
    case 'map':
    case 'wait':
    case 'pass':
    case 'succeed':
    case 'fail':
      return kind;
  }
}

export function kindGlyph(kind: PictureKind): GlyphName {
  return kind === 'task' ? 'spawn' : kind;
}
