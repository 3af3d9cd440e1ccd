/** The gallery: real reports, made of results that were recorded once, so that every build makes the same. */
import { readFileSync } from 'node:fs';
import { capacityPage, loadPage, pacedPage, plainPage, resultsPage } from '../../src/cli/show/html-page.ts';
import { type EcholotRecord, readRecord } from '../../src/records.ts';
import { documentOf } from '../../src/report/document/documents.ts';
import { html, trusted } from '../../src/text/markup.ts';
import { absolute } from '../docs/paths.ts';
import { codeWords } from './code.ts';
import { between, offeredPath } from './links.ts';
import { GALLERY } from './pages.ts';

/** Where the recorded results are, and where the command lines that made them are told. */
const RECORDS = 'tests/docs/examples';

interface Example {
  /** Of the record and of the page. */
  readonly name: string;
  readonly title: string;
  readonly words: string;
  /** What was typed, but for `--json`. */
  readonly line: string;
}

export const EXAMPLES: readonly Example[] = [
  {
    name: 'measure',
    title: 'A measurement',
    words: 'Round-trip time and throughput at three sizes, taken apart into layers.',
    line: 'echolot measure 10.9.0.2 9900 --sizes 100,1000,32K --probes 100',
  },
  {
    name: 'load',
    title: 'A load',
    words: 'What the path carries both ways, how long an answer takes meanwhile, and in whose queue.',
    line: 'echolot load 10.9.0.2 9900 --duration 4s --probe-interval 50ms',
  },
  {
    name: 'open-loop',
    title: 'An open loop',
    words: 'Response times at three rates, by the clock; the highest is more than the path can take.',
    line: 'echolot measure 10.9.0.2 9900 --rate 50/s,150/s,300/s --arrivals poisson --duration 4s --sizes 10K',
  },
  {
    name: 'capacity',
    title: 'A capacity',
    words: 'The highest rate at which a condition holds.',
    line: "echolot capacity 10.9.0.2 9900 --while 'response.p50 < 40ms' --size 10K --from 50/s --max-time 1m",
  },
  {
    name: 'comparison',
    title: 'A comparison',
    words: 'Two settings of one target, in turns, with a verdict.',
    line: 'echolot compare 10.9.0.2:9900 --server-delay 0ms,2ms --max-time 30s',
  },
  {
    name: 'ping',
    title: 'A series of handshakes',
    words: 'Is it there at all? Without a server of the project.',
    line: 'echolot ping 10.9.0.2 9900 -n 20 -i 50ms',
  },
  {
    name: 'check',
    title: 'A check',
    words: 'Every rule of the protocol, for somebody who writes a server.',
    line: 'echolot check 10.9.0.2 9900',
  },
];

/** Of `docs/images`, with the words below each. */
const PICTURES: readonly (readonly [file: string, words: string])[] = [
  ['monitor-targets.png', 'The page of a monitor: its targets'],
  ['monitor-target.png', 'The page of a monitor: one target over time'],
  ['assignment-page.png', "A course's assignment: the page to hand in"],
  ['report.png', 'A report: round-trip time against message size, for three server delays'],
  ['load.png', 'A load: goodput and round-trip times, with its phases shaded'],
  ['demo.svg', 'What npm start prints'],
];

export function galleryFiles(): string[] {
  return PICTURES.map(([file]) => `docs/images/${file}`);
}

export function galleryBody(): string {
  const to = (path: string): string => between(GALLERY.path, path);
  return html`<h1 id="gallery">Gallery</h1>
<p>Reports as <code>echolot report run.json --html report.html</code> makes them, each one file that needs nothing else. The path is an
emulated one: 20 Mbit/s, 6 ms each way, a queue of 200 kB, between two network namespaces of one busy machine, which the doubts of the reports tell as well.</p>
<h2 id="reports">Reports</h2>
<ul class="cards">${EXAMPLES.map(
    ({ name, title, words, line }) =>
      html`<li><h3><a href="${to(pagePath(name))}">${title}</a></h3><p>${words}</p><p>${trusted(codeWords(line))}</p></li>\n`,
  )}</ul>
<h2 id="pictures">Pictures</h2>
${PICTURES.map(([file, words]) => {
  const path = to(offeredPath(`docs/images/${file}`));
  return html`<figure><a href="${path}" aria-label="${words}, in full size"><img src="${path}" alt="${words}" loading="lazy"></a><figcaption>${words}</figcaption></figure>\n`;
})}`.source;
}

/** By their paths on the site. */
export async function reportPages(): Promise<[string, string][]> {
  const pages: [string, string][] = [];
  for (const { name } of EXAMPLES) {
    const record = readRecord(readFileSync(absolute(`${RECORDS}/${name}.json`)), { name });
    pages.push([pagePath(name), await pageOf(record)]);
  }
  return pages;
}

function pagePath(name: string): string {
  return `gallery/${name}.html`;
}

function pageOf(record: EcholotRecord): Promise<string> | string {
  switch (record.format) {
    case 'echolot-result':
      return resultsPage([record]);
    case 'echolot-load':
      return loadPage(record);
    case 'echolot-paced':
      return pacedPage(record);
    case 'echolot-capacity':
      return capacityPage(record);
    default:
      return plainPage(documentOf(record, 'full'));
  }
}
