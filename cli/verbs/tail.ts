import { tailRun } from '../../runtime/index.ts';
import { exitCodeOfRun } from '../exit.ts';
import { withReader } from '../open-runtime.ts';
import { progressPrinter } from '../progress.ts';
import { defineVerb } from '../verb.ts';

export const verb = defineVerb({
  name: 'tail',
  usage: 'RUN',
  description: 'Prints the frames of a run from the first on, then each as it comes, until the run ends; whichever process drives it.\nExits as the run did. With --json one frame a line.',
  examples: [
    { command: 'dagbook tail 0198c3f2-1a2b', does: 'the beginning of an id is enough' },
    { command: 'dagbook tail 0198c3f2-1a2b --json', does: 'for programs' },
  ],
  options: {},
  arguments: { min: 1, max: 1 },
  run: async (context) =>
    await withReader(context, async (review) => {
      const { out, global } = context;
      const { id } = review.find(context.args[0] ?? '');
      const stop = new AbortController();
      const { print } = progressPrinter(out);
      for await (const frame of tailRun(review, id, stop.signal)) {
        if (global.json) out.line(JSON.stringify(frame));
        else print(frame);
        if (out.closed) stop.abort();
      }
      return exitCodeOfRun(review.find(id).status);
    }),
});
