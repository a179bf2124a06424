/**
 * Brings assembled code to life.
 *
 * @module
 */

/**
 * Compiles a module and gives it its memory.
 *
 * @param code its bytes, base64
 * @param memory what it works in
 */
export function instantiate<Exports>(code: string, memory: WebAssembly.Memory): Exports {
  const module = new WebAssembly.Module(Uint8Array.fromBase64(code));
  return new WebAssembly.Instance(module, { env: { memory } }).exports as WebAssembly.Exports & Exports;
}
