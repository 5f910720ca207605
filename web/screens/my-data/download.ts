/** Fetches a file whole, telling how much has come, and hands it to the browser to keep. Rejects when it does not come. */
export async function download(path: string, name: string, onBytes: (bytes: number) => void): Promise<void> {
  const response = await fetch(path, { cache: 'no-store' });
  if (!response.ok || !response.body) throw new Error(`${path}: ${response.status}`);
  const pieces: Uint8Array<ArrayBuffer>[] = [];
  let bytes = 0;
  const reader = response.body.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    pieces.push(value);
    onBytes((bytes += value.length));
  }
  const url = URL.createObjectURL(new Blob(pieces, { type: response.headers.get('Content-Type') ?? '' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  // The browser has taken it when the click returns; a moment more for those that have not.
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}
