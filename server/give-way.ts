/** From its arrival to its answer a request passes through the event loop about four times; another may be on its way. */
const ROUNDS = 8;

/** Goes on when requests that have come in meanwhile are answered. */
export async function giveWay(): Promise<void> {
  for (let round = 0; round < ROUNDS; round += 1) await new Promise<void>((resolve) => setImmediate(resolve));
}
