import mongoose from 'mongoose';

export type ServerHello = { readonly server: 'MongoDB' | 'SecantusDB'; readonly version: string };

/** Builds the URI of an embedded server's database `toli`. */
export function loopbackUri(port: number): string {
  return `mongodb://127.0.0.1:${port}/toli?directConnection=true`;
}

/** Asks a server who it is; throws the driver's error when it does not answer within `timeoutMs`. */
export async function askHello(uri: string, timeoutMs: number): Promise<ServerHello> {
  const client = new mongoose.mongo.MongoClient(uri, {
    serverSelectionTimeoutMS: timeoutMs,
    connectTimeoutMS: timeoutMs,
    socketTimeoutMS: timeoutMs,
    maxPoolSize: 1,
  });
  try {
    const admin = client.db('admin');
    const hello = await admin.command({ hello: 1 });
    const build = await admin.command({ buildInfo: 1 });
    const server = hello['setName'] === 'secantus' || 'secantus' in build ? 'SecantusDB' : 'MongoDB';
    return { server, version: String(build['version'] ?? 'unknown') };
  } finally {
    await client.close();
  }
}

/** Tells whether a MongoDB server answers at this address within `timeoutMs`. */
export async function answersHello(uri: string, timeoutMs: number): Promise<boolean> {
  return askHello(uri, timeoutMs).then(
    () => true,
    () => false,
  );
}
