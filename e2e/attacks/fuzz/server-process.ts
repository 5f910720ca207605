import { fork, type ChildProcess } from 'node:child_process';
import { join } from 'node:path';
import type { FromServer, Setup, ToServer } from './server-messages.ts';

type Answer<Type extends FromServer['type']> = Extract<FromServer, { readonly type: Type }>;

const ANSWER_TO = {
  enrol: 'enrolled',
  admit: 'admitted',
  measure: 'measured',
  ping: 'ponged',
  stop: 'stopped',
} as const;
type AnswerTo = typeof ANSWER_TO;

/** The fuzzed server from outside: started, asked, watched. */
export class ServerProcess {
  readonly #child: ChildProcess;
  readonly #waiting: ((message: FromServer | undefined) => void)[] = [];
  readonly said: string[] = [];
  #stderr = '';
  #isAlive = true;
  #serving: Answer<'serving'> | undefined;

  static async start(setup: Setup): Promise<ServerProcess> {
    const server = new ServerProcess(setup);
    const serving = await server.#answered('serving');
    if (!serving) throw new Error(`the server did not start: ${server.stderr}`);
    server.#serving = serving;
    return server;
  }

  private constructor(setup: Setup) {
    this.#child = fork(join(import.meta.dirname, 'fuzz-server.ts'), [JSON.stringify(setup)], {
      execArgv: ['--expose-gc'],
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    this.#child.stderr?.on('data', (data: Buffer) => (this.#stderr = (this.#stderr + data.toString()).slice(-20_000)));
    this.#child.on('message', (message: FromServer) => {
      if (message.type === 'said') this.said.push(message.line);
      else this.#waiting.shift()?.(message);
    });
    this.#child.on('exit', () => {
      this.#isAlive = false;
      for (const tell of this.#waiting.splice(0)) tell(undefined);
    });
  }

  get serving(): Answer<'serving'> {
    if (!this.#serving) throw new Error('the server does not serve yet');
    return this.#serving;
  }

  get isAlive(): boolean {
    return this.#isAlive;
  }

  get stderr(): string {
    return this.#stderr;
  }

  /** Nothing when it died instead. Answers come in the order of the questions. */
  async ask<Asked extends ToServer>(question: Asked): Promise<Answer<AnswerTo[Asked['type']]> | undefined> {
    if (!this.#isAlive || !this.#child.connected) return undefined;
    this.#child.send(question, () => undefined);
    return this.#answered(ANSWER_TO[question.type]) as Promise<Answer<AnswerTo[Asked['type']]> | undefined>;
  }

  /** Whatever state it is in, it is gone afterwards. */
  async kill(): Promise<void> {
    if (!this.#isAlive) return;
    const gone = new Promise((resolve) => this.#child.once('exit', resolve));
    this.#child.kill('SIGKILL');
    await gone;
  }

  async #answered<Type extends FromServer['type']>(type: Type): Promise<Answer<Type> | undefined> {
    const message = await new Promise<FromServer | undefined>((resolve) => this.#waiting.push(resolve));
    return message?.type === type ? (message as Answer<Type>) : undefined;
  }
}
