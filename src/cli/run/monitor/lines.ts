/** What a monitor prints: the first line says where it is to be seen, then one for each event, and one each minute. */
import type { MonitorNews, RunningMonitor } from '../../../monitors.ts';
import { print } from '../../streams.ts';
import { visible } from '../../visible.ts';
import { Minutes } from './minute.ts';

const LINE_EVERY_MS = 60_000;
/** A terminal that is held (Ctrl-S) is no reason to keep lines for ever. */
const MOST_WAITING = 1_000;
/** What the first line says, or nobody needs to be told. */
const UNTOLD: readonly string[] = ['monitoring', 'the monitor was stopped'];

export class Lines {
  private readonly quiet: boolean;
  private readonly minutes = new Minutes();
  /** What happened before the first line. */
  private early: string[] | undefined = [];
  private waiting = 0;
  private timer: NodeJS.Timeout | undefined;

  constructor(quiet: boolean) {
    this.quiet = quiet;
  }

  hear(news: MonitorNews): void {
    if (this.quiet) return;
    if (news.kind === 'interval') this.minutes.add(news);
    else if (!UNTOLD.some((words) => news.event.text.startsWith(words))) {
      this.tell(`${timeOfDay(Date.now())} ${news.event.text}`);
    }
  }

  /** @param states as they are at each minute */
  begin(greeting: string, states: () => RunningMonitor['states']): void {
    const early = this.early ?? [];
    this.early = undefined;
    void print(`${greeting}\n`);
    for (const line of early) this.tell(line);
    if (this.quiet) return;
    this.timer = setInterval(() => {
      const line = this.minutes.line(states());
      if (line !== undefined) this.tell(`${timeOfDay(Date.now())} ${line}`);
    }, LINE_EVERY_MS);
  }

  end(): void {
    clearInterval(this.timer);
  }

  private tell(line: string): void {
    if (this.early !== undefined) {
      this.early.push(line);
      return;
    }
    if (this.waiting >= MOST_WAITING) return;
    this.waiting++;
    void print(`${visible(line)}\n`).finally(() => this.waiting--);
  }
}

function timeOfDay(ms: number): string {
  return new Date(ms).toLocaleTimeString('en-GB');
}
