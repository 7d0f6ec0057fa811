/** A page of metrics, by its series: the name with its labels in the order in which they stand there, and the value. */
export function parseMetrics(page: string): Map<string, number> {
  const series = new Map<string, number>();
  for (const line of page.split('\n')) {
    if (line === '' || line.startsWith('#')) continue;
    const found = /^(?<name>[a-z_]\w*(?:\{.*\})?) (?<value>\S+)$/i.exec(line)?.groups;
    if (found === undefined) throw new Error(`No line of metrics: ${line}`);
    const { name = '', value = '' } = found;
    if (series.has(name)) throw new Error(`It stands there twice: ${name}`);
    series.set(name, /^nan$/i.test(value) ? Number.NaN : Number(value.replace('Inf', 'Infinity')));
  }
  return series;
}

/** What `/metrics` of a process says now. */
export async function metricsOf(url: string): Promise<Map<string, number>> {
  const response = await fetch(`${url}/metrics`);
  const page = await response.text();
  if (!response.ok) throw new Error(`${response.status}: ${page}`);
  return parseMetrics(page);
}
