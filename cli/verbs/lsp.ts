import { serve } from '../../server/main.ts';
import { usage } from '../command-line.ts';
import { ledgerOfEditor } from '../ledger-of-editor.ts';
import { defineVerb } from '../verb.ts';

export const verb = defineVerb({
  name: 'lsp',
  usage: '--stdio',
  description: 'Speaks the Language Server Protocol over stdin and stdout, until the editor ends it. docs/editors.md shows how Neovim, Helix and Zed start it.',
  examples: [{ command: 'dagbook lsp --stdio', does: 'for the configuration of an editor' }],
  options: { stdio: { type: 'boolean', help: 'speak over stdin and stdout; the only way there is' } },
  arguments: { min: 0, max: 0 },
  run: async ({ options, global }) => {
    if (!options.stdio) throw usage('An editor starts this: `dagbook lsp --stdio`.');
    const [, program] = process.argv;
    serve(program === undefined ? null : ledgerOfEditor(program, global.ledger));
    // The connection ends the process, with 0 after a proper shutdown.
    return await new Promise<never>(() => undefined);
  },
});
