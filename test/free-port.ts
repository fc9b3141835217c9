import { createServer } from 'node:net';

/** A port of loopback that nobody listens on, below those that the system gives out by itself: no other test gets it by chance. */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = 20_000 + Math.floor(Math.random() * 12_000);
    const isFree = await new Promise<boolean>((resolve) => {
      const probe = createServer();
      probe.once('error', () => { resolve(false); });
      probe.listen(port, '127.0.0.1', () => probe.close(() => { resolve(true); }));
    });
    if (isFree) return port;
  }
}
