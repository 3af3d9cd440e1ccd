/** The answer of a saved run, and a condition held against it: node examples/records.ts run.json */
import { readFileSync } from 'node:fs';
import { checkThresholds, documentOf, documentText, parseThreshold, readResult } from 'echolot/records';

const [file = 'run.json'] = process.argv.slice(2);
const result = readResult(readFileSync(file), { name: file });
console.log(documentText(documentOf(result, 'brief')));
for (const { finding, value } of checkThresholds(result, [parseThreshold('rtt.p95 > 2ms')])) {
  console.log(`rtt.p95 > 2ms: ${finding}${value === null ? '' : `, ${value / 1_000} µs`}`);
}
