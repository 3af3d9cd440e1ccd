/** The line of a minute: how each target was, or how many of them were well where they are many. */
import type { MonitorNews } from '../../../monitors.ts';
import { inUnit, largestRateUnit, timeText } from '../../../text/units.ts';

/** More do not go into a line. */
const MOST_NAMED = 3;
const MOST_TROUBLED = 5;
/** What a target is known by: the first that it has. */
const LAYERS = ['application', 'handshake', 'connect'] as const;

type IntervalNews = Extract<MonitorNews, { kind: 'interval' }>;
type Times = NonNullable<IntervalNews['interval']['layers']['application']>;

interface Minute {
  probes: number;
  answered: number;
  times: Times | undefined;
  load: IntervalNews['interval']['load'];
}

export class Minutes {
  private minutes = new Map<string, Minute>();

  add({ target, interval }: IntervalNews): void {
    const known = this.minutes.get(target.name) ?? {
      probes: 0,
      answered: 0,
      times: undefined,
      load: undefined,
    };
    known.probes += interval.probes;
    known.answered += interval.answered;
    known.load = interval.load ?? known.load;
    const times = LAYERS.map((layer) => interval.layers[layer]).find((one) => one !== undefined);
    if (known.times === undefined) known.times = times;
    else if (times !== undefined) known.times.merge(times);
    this.minutes.set(target.name, known);
  }

  /** @returns of the time since the last line; undefined where nothing was measured */
  line(
    states: readonly {
      readonly target: { readonly name: string };
      readonly state: { readonly status: string };
    }[],
  ): string | undefined {
    const { minutes } = this;
    this.minutes = new Map();
    if (minutes.size === 0) return undefined;
    if (states.length <= MOST_NAMED)
      return [...minutes].map(([name, minute]) => `${name} ${minuteText(minute)}`).join('; ');
    const troubled = states.filter(({ state }) => state.status === 'down' || state.status === 'unsent');
    const up = states.filter(({ state }) => state.status === 'up').length;
    const medians = [...minutes.values()].flatMap(({ times }) =>
      times === undefined ? [] : [times.quantile(0.5)],
    );
    const range =
      medians.length === 0
        ? ''
        : `, medians ${timeText(Math.min(...medians))} to ${timeText(Math.max(...medians))}`;
    return `${up} of ${states.length} targets answer${range}${downText(troubled.map(({ target }) => target.name))}`;
  }
}

function minuteText({ probes, answered, times, load }: Minute): string {
  if (load !== undefined) return loadText(load);
  const counts = answered === probes ? 'all answered' : `${answered} of ${probes} answered`;
  if (times === undefined) return probes === 0 ? 'no connection' : counts;
  return `${timeText(times.quantile(0.5))} (p99 ${timeText(times.quantile(0.99))}), ${counts}`;
}

function loadText({ downBitsPerSecond, upBitsPerSecond }: NonNullable<Minute['load']>): string {
  const directions = [
    ['down', downBitsPerSecond],
    ['up', upBitsPerSecond],
  ] as const;
  return directions
    .flatMap(([name, rate]) => (rate === null ? [] : [`${name} ${rateText(rate)}`]))
    .join(', ');
}

function rateText(bitsPerSecond: number): string {
  const unit = largestRateUnit([bitsPerSecond]);
  return `${inUnit(bitsPerSecond, unit)} ${unit.name}`;
}

function downText(names: readonly string[]): string {
  if (names.length === 0) return '';
  const rest = names.length - MOST_TROUBLED;
  const shown = names.slice(0, MOST_TROUBLED).join(', ');
  return `; not ${shown}${rest > 0 ? ` and ${rest} more` : ''}`;
}
