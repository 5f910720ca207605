export interface ServerEvent {
  readonly event: string;
  readonly data: string;
}

/** Server-sent events out of a body, as they come. Comments and unknown fields are skipped, as the standard has it. */
export async function* readEvents(body: ReadableStream<Uint8Array>): AsyncGenerator<ServerEvent> {
  let text = '';
  const decoder = new TextDecoder();
  for await (const bytes of body) {
    text += decoder.decode(bytes, { stream: true });
    const blocks = text.split('\n\n');
    text = blocks.pop() ?? '';
    for (const block of blocks) {
      const fields = block.split('\n').map((line) => /^(event|data): ?(.*)$/.exec(line));
      const of = (name: string): readonly string[] =>
        fields.flatMap((field) => (field?.[1] === name ? [field[2] ?? ''] : []));
      if (of('data').length > 0) yield { event: of('event').at(-1) ?? 'message', data: of('data').join('\n') };
    }
  }
}
