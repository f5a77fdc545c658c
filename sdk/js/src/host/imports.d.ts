// The modules that componentize-qjs makes of the interfaces of the WIT package, and what its runtime has beyond ES2024.

interface Uint8ArrayConstructor {
  fromBase64(text: string): Uint8Array;
}
interface Uint8Array {
  toBase64(): string;
}

declare module "remold:transform/columns" {
  const functions: import("./contract.ts").ColumnsHost;
  export default functions;
}
declare module "remold:transform/context" {
  const functions: import("./contract.ts").ContextHost;
  export default functions;
}
declare module "remold:transform/hashes" {
  const functions: import("./contract.ts").HashesHost;
  export default functions;
}
declare module "remold:transform/json" {
  const functions: import("./contract.ts").JsonHost;
  export default functions;
}
declare module "remold:transform/lists" {
  const functions: import("./contract.ts").ListsHost;
  export default functions;
}
declare module "remold:transform/records" {
  const functions: import("./contract.ts").RecordsHost;
  export default functions;
}
declare module "remold:transform/sets" {
  const functions: import("./contract.ts").SetsHost;
  export default functions;
}
declare module "remold:transform/sorted-sets" {
  const functions: import("./contract.ts").SortedSetsHost;
  export default functions;
}
declare module "remold:transform/streams" {
  const functions: import("./contract.ts").StreamsHost;
  export default functions;
}
declare module "remold:transform/texts" {
  const functions: import("./contract.ts").TextsHost;
  export default functions;
}
declare module "remold:transform/keyspace" {
  const functions: import("./contract.ts").KeyspaceHost;
  export default functions;
}
declare module "remold:transform/backup" {
  const functions: import("./contract.ts").BackupHost;
  export default functions;
}
