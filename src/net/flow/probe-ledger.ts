/**
 * The probes of one flow, from the moment they are due to the portion they are told in, in the order of their numbers.
 * Its memory is bounded whatever the peer does: of more than so many under way the oldest count as unanswered. Refuses
 * to know how a probe is sent.
 */
import { MAX_MARKER } from '../../core/load/load-messages.ts';
import type { ProbeLayers } from '../connection.ts';
import type { FlowProbes } from './flow.ts';

/** Ten seconds of probes at the default pace: an answer that is later than that helps nobody. */
export const MAX_UNDER_WAY = 1_000;
/** What the peer's kernel says of a probe comes after its answer, as a rule before the next one's. */
const KERNEL_ANSWER_NS = 500_000_000;
const MARKERS: number = MAX_MARKER + 1;

export interface Probe {
  readonly dueNs: number;
  /** Which of those that were sent, from 0; NaN for one that never was. */
  index: number;
  sentNs: number;
  rttNs: number;
  residenceNs: number;
  peerWaitNs: number;
  layers: ProbeLayers | undefined;
  /** Until when more may be heard of it. */
  openUntilNs: number;
}

/** An answer to a marker that was never sent, that was answered before, or that comes behind the answer to a later one. */
export type WrongAnswer = 'unsent' | 'again' | 'out-of-order';

export class ProbeLedger {
  /** Due, and not sent. */
  private readonly waiting: Probe[] = [];
  /** Sent and not answered. */
  private readonly sent: Probe[] = [];
  /** Answered or given up, and not told. */
  private readonly done: Probe[] = [];
  /** How many have been sent, and how many of those are answered or given up. */
  private sentCount = 0;
  private doneCount = 0;
  /** How many had been answered when the last answer came: none of them is answered again. */
  private answeredCount = 0;
  /** The last of those whose answers did not come before that of a later one. */
  private readonly passedOver: number[] = [];
  /** Whether the peer's kernel tells anything: else it is not waited for. */
  private kernelTells = false;

  /** Whether any waits to be sent. */
  get hasDue(): boolean {
    return this.waiting.length > 0;
  }

  due(dueNs: number): void {
    const unknown = Number.NaN;
    this.waiting.push({
      dueNs,
      index: unknown,
      sentNs: unknown,
      rttNs: unknown,
      residenceNs: unknown,
      peerWaitNs: unknown,
      layers: undefined,
      openUntilNs: 0,
    });
    if (this.waiting.length + this.sent.length <= MAX_UNDER_WAY) return;
    if (this.sent.length > 0) this.giveUp(1);
    else this.done.push(this.waiting.shift() as Probe);
  }

  /** The oldest that is due leaves now. @returns its marker; undefined when none is due */
  send(nowNs: number): number | undefined {
    const probe = this.waiting.shift();
    if (probe === undefined) return undefined;
    probe.sentNs = nowNs;
    probe.index = this.sentCount++;
    this.sent.push(probe);
    return probe.index % MARKERS;
  }

  /**
   * The answer to a marker; those before it are not answered any more.
   * @returns its probe; undefined when it was given up; else what is wrong with it
   */
  answer(marker: number, nowNs: number, residenceNs: number): Probe | undefined | WrongAnswer {
    const index = this.indexOf(marker, this.answeredCount);
    if (index >= this.sentCount) return this.wrongAnswer(index - MARKERS);
    for (let each = this.answeredCount; each < index; each++) this.passedOver.push(each);
    this.passedOver.splice(0, this.passedOver.length - MAX_UNDER_WAY);
    this.answeredCount = index + 1;
    if (index < this.doneCount) return undefined;
    this.giveUp(index - this.doneCount);
    const probe = this.sent.shift() as Probe;
    probe.rttNs = nowNs - probe.sentNs;
    probe.residenceNs = residenceNs;
    if (this.kernelTells) probe.openUntilNs = nowNs + KERNEL_ANSWER_NS;
    this.done.push(probe);
    this.doneCount++;
    return probe;
  }

  /** What the peer's kernel says of a marker it has answered. @returns false when it has not */
  kernelAnswer(marker: number, residenceNs: number, waitNs: number): boolean {
    this.kernelTells = true;
    const behind = (this.answeredCount - 1 - marker + MARKERS) % MARKERS;
    const index = this.answeredCount - 1 - behind;
    if (index < 0) return false;
    const probe = this.done.findLast((each) => each.index === index);
    // Else it was told without.
    if (probe === undefined) return true;
    probe.residenceNs = residenceNs;
    probe.peerWaitNs = waitNs;
    probe.openUntilNs = 0;
    return true;
  }

  /** No probe is answered any more. */
  end(): void {
    this.giveUp(this.sent.length);
    this.done.push(...this.waiting.splice(0));
    for (const probe of this.done) probe.openUntilNs = 0;
  }

  /** Those of which all is known. @returns undefined when there are none */
  take(nowNs: number): FlowProbes | undefined {
    const open = this.done.findIndex(({ openUntilNs }) => openUntilNs > nowNs);
    const probes = this.done.splice(0, open < 0 ? this.done.length : open);
    return probes.length === 0 ? undefined : portionOf(probes);
  }

  private giveUp(count: number): void {
    this.done.push(...this.sent.splice(0, count));
    this.doneCount += count;
  }

  private wrongAnswer(index: number): WrongAnswer {
    if (index < 0) return 'unsent';
    return this.passedOver.includes(index) ? 'out-of-order' : 'again';
  }

  /** The first probe from `from` on that has this marker. */
  private indexOf(marker: number, from: number): number {
    return from + ((marker - (from % MARKERS) + MARKERS) % MARKERS);
  }
}

function portionOf(probes: readonly Probe[]): FlowProbes {
  const list = (value: (probe: Probe) => number): Float64Array => Float64Array.from(probes, value);
  const layer = (name: keyof ProbeLayers): Float64Array => list(({ layers }) => layers?.[name] ?? Number.NaN);
  return {
    count: probes.length,
    dueNs: list(({ dueNs }) => dueNs),
    sentNs: list(({ sentNs }) => sentNs),
    rttNs: list(({ rttNs }) => rttNs),
    residenceNs: list(({ residenceNs }) => residenceNs),
    peerWaitNs: list(({ peerWaitNs }) => peerWaitNs),
    sendCallNs: layer('sendCallNs'),
    tcpWaitNs: layer('tcpWaitNs'),
    localQueueNs: layer('localQueueNs'),
    kernelRttNs: layer('kernelRttNs'),
    wakeUpNs: layer('wakeUpNs'),
  };
}
