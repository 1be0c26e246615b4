/** Keeps the pictures lately drawn, so that one is drawn once however many ask for it at the same time. */
export function pictureCache(most: number): (key: string, draw: () => Promise<Buffer>) => Promise<Buffer> {
  const kept = new Map<string, Promise<Buffer>>();
  return (key, draw) => {
    const picture = kept.get(key) ?? draw();
    kept.delete(key);
    kept.set(key, picture);
    const oldest = kept.keys().next().value;
    if (kept.size > most && oldest !== undefined) kept.delete(oldest);
    picture.catch(() => {
      if (kept.get(key) === picture) kept.delete(key);
    });
    return picture;
  };
}
