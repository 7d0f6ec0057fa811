/**
 * Ports from 1024 on where no web server is but where a POST could do harm: those of the Fetch standard's list
 * ("bad ports"), and databases, brokers, caches and container engines. Below 1024 only 80 and 443 are for the web.
 */
const nonWebPorts = new Set([
  1433, 1521, 1719, 1720, 1723, 2049, 2375, 2376, 2379, 2380, 3306, 3389, 3659, 4045, 4190, 5060,
  5061, 5432, 5672, 5900, 6000, 6379, 6443, 6566, 6665, 6666, 6667, 6668, 6669, 6679, 6697, 9042,
  9092, 10080, 10250, 11211, 27017,
]);

export function refusesPort(port: number): boolean {
  return port < 1024 ? port !== 80 && port !== 443 : nonWebPorts.has(port);
}
