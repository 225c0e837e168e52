import { html } from 'htm/preact';
import type { VNode } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import uPlot from 'uplot';

interface ChartProps {
  /** What it shows, in words. */
  label: string;
  kind: 'line' | 'bars';
  /** Seconds since the epoch, or the places of `names`, each with its figure. */
  points: readonly (readonly [number, number])[];
  /** What stands below each place; absent: points in time. */
  names?: readonly string[];
}

const height = 220;

const optionsOf = ({ kind, names }: ChartProps, host: HTMLElement, width: number): uPlot.Options => {
  const colour = (name: string): string => getComputedStyle(host).getPropertyValue(name).trim();
  const axis = { stroke: colour('--dim'), grid: { stroke: colour('--line'), width: 1 }, ticks: { show: false } };
  // half a bar on either side: one of a day, or of one name
  const room = kind === 'line' ? 0 : names === undefined ? 43_200 : 0.6;
  const bars = uPlot.paths.bars!({ size: [0.7, 60], align: 0 });
  const named: Partial<uPlot.Axis> =
    names === undefined
      ? {}
      : { values: (_, splits) => splits.map((at) => names[at] ?? ''), splits: () => names.map((_, place) => place), grid: { show: false } };
  return {
    width,
    height,
    legend: { show: false },
    cursor: { show: false },
    scales: {
      x: { time: names === undefined, range: (_, least, most) => [least - room, most + room] },
      y: { range: (_, __, most) => [0, Math.max(most, 0.0001) * 1.1] },
    },
    axes: [
      { ...axis, ...named },
      { ...axis, size: 64, values: (_, splits) => splits.map((usd) => `${usd}`) },
    ],
    series: [
      {},
      {
        stroke: colour('--accent'),
        fill: colour('--soft'),
        width: 2,
        points: { show: kind === 'line' },
        ...(kind === 'bars' ? { paths: bars } : {}),
      },
    ],
  };
};

/** Figures as a picture; the figures themselves stand in the table behind it, which readers of the screen and of colours both get. */
export const Chart = (props: ChartProps): VNode => {
  const host = useRef<HTMLDivElement>(null);
  const { points, label } = props;
  useEffect(() => {
    const element = host.current!;
    let drawn: uPlot | null = null;
    const draw = (): void => {
      drawn?.destroy();
      const width = element.clientWidth;
      drawn =
        width === 0 ? null : new uPlot(optionsOf(props, element, width), [points.map(([at]) => at), points.map(([, usd]) => usd)], element);
    };
    const resized = new ResizeObserver(draw);
    resized.observe(element);
    const theme = matchMedia('(prefers-color-scheme: dark)');
    theme.addEventListener('change', draw);
    return () => {
      resized.disconnect();
      theme.removeEventListener('change', draw);
      drawn?.destroy();
    };
  }, [JSON.stringify(points), props.names?.join()]);
  return html`<div class="chart" role="img" aria-label=${label} ref=${host}></div>` as VNode;
};
