import { NativeConnection } from '@temporalio/worker';

/** One connection for the worker and for starting workflows, without which no start is eager. Throws if Temporal is away. */
export async function connectTemporal(address: string): Promise<NativeConnection> {
  // Compression costs up to 1 ms of CPU per workflow and saves nothing on loopback or a LAN.
  return await NativeConnection.connect({ address, grpcCompression: { codec: 'none' } });
}
