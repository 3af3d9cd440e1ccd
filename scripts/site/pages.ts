/**
 * The pages of the site, in the order in which somebody needs them: the one place that says which document is on it, where
 * and under which title. Menu, previous and next, links between documents and the search follow from it.
 */

export interface Page {
  /** Relative to the root of the project; undefined for what is made of recorded results. */
  readonly source: string | undefined;
  /** Relative to the root of the site. */
  readonly path: string;
  /** In the menu; the page's own heading may be longer. */
  readonly title: string;
}

export interface Group {
  readonly title: string;
  readonly pages: readonly Page[];
}

export const GALLERY: Page = { source: undefined, path: 'gallery/index.html', title: 'Gallery' };

export const GROUPS: readonly Group[] = [
  {
    title: 'Guide',
    pages: [
      { source: 'README.md', path: 'index.html', title: 'First answer' },
      page('guide', 'docs/install.md', 'Install'),
      page('guide', 'docs/reading.md', 'Read a report'),
      page('guide', 'docs/public-server.md', 'Own server'),
      page('guide', 'docs/tls.md', 'TLS'),
      page('guide', 'docs/tokens.md', 'Tokens'),
      page('guide', 'docs/course.md', 'In a course'),
      page('guide', 'docs/load.md', 'A path under load'),
      page('guide', 'docs/open-loop.md', 'Open loops'),
      page('guide', 'docs/compare.md', 'Compare'),
      page('guide', 'docs/ci.md', 'In CI'),
      page('guide', 'docs/monitor.md', 'Monitor'),
      page('guide', 'docs/doctor.md', 'What works here'),
      page('guide', 'docs/single-file.md', 'As one file'),
      page('guide', 'docs/container.md', 'In a container'),
      GALLERY,
    ],
  },
  {
    title: 'Method',
    pages: [
      page('method', 'docs/method.md', 'What the numbers are'),
      page('method', 'docs/anatomy.md', 'Anatomy of a round trip'),
      page('method', 'docs/checks.md', 'What is looked for'),
      { source: 'bench/README.md', path: 'method/benchmark.html', title: 'Beside other programs' },
    ],
  },
  {
    title: 'Reference',
    pages: [
      page('reference', 'docs/cli.md', 'Commands'),
      page('reference', 'docs/spec/result-format.md', 'Result'),
      page('reference', 'docs/spec/comparison-format.md', 'Comparison'),
      page('reference', 'docs/spec/ping-format.md', 'Ping'),
      page('reference', 'docs/spec/load-format.md', 'Load'),
      page('reference', 'docs/spec/load-comparison-format.md', 'Comparison of loads'),
      page('reference', 'docs/spec/paced-format.md', 'Paced probes'),
      page('reference', 'docs/spec/paced-comparison-format.md', 'Comparison of paced probes'),
      page('reference', 'docs/spec/capacity-format.md', 'Capacity'),
      page('reference', 'docs/spec/selftest-format.md', 'Self-test'),
      page('reference', 'docs/spec/check-format.md', 'Check'),
      page('reference', 'docs/spec/doctor-format.md', 'Doctor'),
      page('reference', 'docs/spec/protocol.md', 'Protocol'),
    ],
  },
  {
    title: 'Project',
    pages: [
      { source: 'docs/README.md', path: 'project/documents.html', title: 'All documents' },
      page('project', 'CHANGELOG.md', 'What changed'),
      page('project', 'SECURITY.md', 'Security'),
      page('project', 'CONTRIBUTING.md', 'Take part'),
      page('project', 'docs/architecture.md', 'Architecture'),
      page('project', 'docs/native-transport.md', 'Native transport'),
    ],
  },
];

export const PAGES: readonly Page[] = GROUPS.flatMap(({ pages }) => pages);

function page(folder: string, source: string, title: string): Page {
  const name = source.replace(/^.*\//, '').replace(/\.md$/, '').toLowerCase();
  return { source, path: `${folder}/${name}.html`, title };
}
