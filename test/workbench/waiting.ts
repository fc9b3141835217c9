/** Whether it comes to hold within so many milliseconds. */
export async function until(holds: () => Promise<boolean>, ms: number): Promise<boolean> {
  for (const end = Date.now() + ms; Date.now() < end; await new Promise((resolve) => setTimeout(resolve, 50))) if (await holds()) return true;
  return false;
}

/** What is read once it has stayed the same for a while. */
export async function atRest<T>(read: () => Promise<T>): Promise<T> {
  for (let before = await read(); ;) {
    if (!await until(async () => await read() !== before, 500)) return before;
    before = await read();
  }
}
