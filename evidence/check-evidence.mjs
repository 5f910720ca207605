#!/usr/bin/env node
/**
 * Runs the piece of a finding again, with plain WebAssembly and nothing of this project:
 *
 *   node evidence/check-evidence.mjs EVIDENCE.json KERNEL.wasm
 *   node evidence/check-evidence.mjs EVIDENCE.json --server http://127.0.0.1:8787
 *
 * EVIDENCE is what `GET /api/evidence/:id` answers (the app's "Download"). It names the kernel by its SHA-256, so a kernel
 * from anywhere will do. A kernel exports, besides `memory`: inputAt(jobBytes, roundBytes) → where both inputs go, one behind
 * the other; prepare(ops) and step(ops) → what is left to do, 0 = done; startChunk(number in the round); digestAt() → where
 * 8 bytes stand, u32 score and u32 hash, little-endian. Exits with 0 when the kernel says what the server says, with 1 when not.
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';

/** @typedef {{ score: number, hash: number }} Digest */
/**
 * @typedef {object} Kernel
 * @property {WebAssembly.Memory} memory
 * @property {(jobBytes: number, roundBytes: number) => number} inputAt
 * @property {(ops: number) => number} prepare
 * @property {(chunkOfRound: number) => void} startChunk
 * @property {(ops: number) => number} step
 * @property {() => number} digestAt
 */

const ALL_OPS = 0x7fffffff;

const [evidenceFile, kernelFile, server] = process.argv.slice(2);
if (!evidenceFile || !kernelFile) fail('Expected a file of evidence, and a kernel or --server URL.');
const evidence = JSON.parse(readFileSync(evidenceFile, 'utf8'));
const fromServer = kernelFile === '--server';
const kernel = fromServer ? await download(new URL(evidence.kernelUrl, server)) : readFileSync(kernelFile);
const hash = createHash('sha256').update(kernel).digest('hex');
if (hash !== evidence.kernelHash) fail(`This is another kernel: expected SHA-256 ${evidence.kernelHash}, got ${hash}.`);

const found = await run(new Uint8Array(kernel));
console.log(`Chunk ${evidence.chunkOfRound} of the round, kernel ${hash.slice(0, 16)}…`);
console.log(`  the phone said   ${shown(evidence.claimed)}`);
console.log(`  the server says  ${shown(evidence.expected)}`);
console.log(`  this run says    ${shown(found)}`);
if (isSame(found, evidence.expected)) console.log('The kernel says what the server says.');
else if (isSame(found, evidence.claimed)) fail('The kernel says what the phone said: the finding is wrong.');
else fail('The kernel says something else than both: the finding proves nothing.');

/**
 * @param {Uint8Array<ArrayBuffer>} bytes
 * @returns {Promise<Digest>}
 */
async function run(bytes) {
  const { instance } = await WebAssembly.instantiate(bytes);
  const exported = /** @type {Kernel} */ (/** @type {unknown} */ (instance.exports));
  const job = Buffer.from(evidence.jobInput, 'base64url');
  const round = Buffer.from(evidence.roundInput, 'base64url');
  const at = exported.inputAt(job.length, round.length);
  if (at === 0) fail(`The kernel takes no inputs of ${job.length} + ${round.length} bytes.`);
  const memory = new Uint8Array(exported.memory.buffer);
  memory.set(job, at);
  memory.set(round, at + job.length);
  for (let left = ALL_OPS; left > 0;) {
    left = exported.prepare(ALL_OPS);
    if (left < 0) fail('The kernel refuses the input.');
  }
  exported.startChunk(evidence.chunkOfRound);
  while (exported.step(ALL_OPS) > 0);
  const digest = new DataView(exported.memory.buffer, exported.digestAt(), 8);
  return { score: digest.getUint32(0, true), hash: digest.getUint32(4, true) };
}

/** @param {URL} url */
async function download(url) {
  const reply = await fetch(url);
  if (!reply.ok) fail(`${url} answers ${reply.status}.`);
  return Buffer.from(await reply.arrayBuffer());
}

/**
 * @param {Digest} a
 * @param {Digest} b
 */
function isSame(a, b) {
  return a.score === b.score && a.hash === b.hash;
}

/** @param {Digest} digest */
function shown({ score, hash: of }) {
  return `score ${score}, hash ${of}`;
}

/**
 * @param {string} sentence
 * @returns {never}
 */
function fail(sentence) {
  console.error(sentence);
  process.exit(1);
}
