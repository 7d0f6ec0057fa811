import type { Figures } from './figures.js';

export interface Target {
  name: string;
  figure: number;
  /** With its direction: `≥ 0.9`. */
  target: string;
  reached: boolean;
}

/** What is to be reached; ratios, since machines differ. */
export function targetsOf({ ratios, steady }: Figures): Target[] {
  return [
    atLeast('delivered events/s at fan-out 1, times the floor', ratios.fanOut1, 0.9),
    atLeast('deliveries/s at fan-out 10, times those at 1', ratios.fanOut10, 8),
    atLeast('deliveries/s at fan-out 100, times those at 1', ratios.fanOut100, 40),
    atLeast('accepting a burst, times the floor', ratios.burst, 25),
    atMost('accept-to-receiver p50, times start-to-activity p50', ratios.latency, 1.5),
    atMost('accept-to-receiver p99, ms', steady.acceptToReceiver.p99, 1_000),
  ];
}

export function atLeast(name: string, figure: number, least: number): Target {
  return { name, figure, target: `≥ ${least}`, reached: figure >= least };
}

export function atMost(name: string, figure: number, most: number): Target {
  return { name, figure, target: `≤ ${most}`, reached: figure <= most };
}
