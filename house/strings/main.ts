/**
 * The translator's tool.
 *
 *     npm run -s strings                      what is not translated well, as JSON: {msgid: {es?, fil?, english parts, where}}
 *     npm run -s strings -- fill FILE.json    writes {msgid or id: {es, fil}} into the catalogues, and says what was refused
 *
 * Run `npm run extract` first: what the sources say is not in the catalogues before.
 */
import { readFileSync } from 'node:fs';
import { compiled, type Fill, refusals } from './fill.ts';
import { readEntries, writeTexts } from './catalogues.ts';
import { faultsOf, untranslated } from './faults.ts';

const [command, file] = process.argv.slice(2);

if (command === undefined) {
  console.log(JSON.stringify(untranslated(faultsOf(await readEntries())), undefined, 2));
} else if (command === 'fill' && file !== undefined) {
  await fill(JSON.parse(readFileSync(file, 'utf8')) as Fill);
} else {
  console.error('expected nothing, or: fill FILE.json');
  process.exitCode = 2;
}

/** Good translations are written whatever else is in the file. */
async function fill(given: Fill): Promise<void> {
  const entries = await readEntries();
  const refused = refusals(given, entries);
  const textOf = compiled(given, entries);
  const changed = await writeTexts(textOf);
  refused.forEach((line) => console.error(`refused: ${line}`));
  const left = faultsOf(await readEntries()).length;
  console.error(`${changed} written, ${refused.length} refused, ${left} left to translate`);
  if (refused.length > 0) process.exitCode = 1;
}
