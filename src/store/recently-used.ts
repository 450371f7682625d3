/** An entry that is remembered: its size as it was accounted, and when it was put in. */
interface Entry<T> {
  readonly value: T
  readonly at: number
  readonly bytes: number
}
interface Limits {
  readonly entries: number
  /** The sum of what `set` was told of the entries. One that is larger alone is not remembered. */
  readonly bytes: number
}

/** Bytes that an entry takes beside what its owner accounts for it: the object, its key and its place in the map. */
const OVERHEAD = 512

/**
 * A map that is bounded by entries and by bytes; those that were not used for longest make room. Sizes are estimates
 * of its users, from what is at hand, such as the length of a stored text.
 *
 * @example
 * const known = new RecentlyUsed<Mapping>({ entries: 1000, bytes: 64 * 1024 * 1024 })
 * known.set(key, mapping, { at: now(), bytes: 200_000 })
 */
export class RecentlyUsed<T> {
  readonly #entries = new Map<string, Entry<T>>()
  readonly #limits: Limits
  #bytes = 0

  constructor(limits: Limits) {
    this.#limits = limits
  }

  /** What all entries take, as it was accounted. */
  get bytes(): number {
    return this.#bytes
  }

  /** The value of a key, unless it was put in before `notBefore`. */
  get(key: string, notBefore = 0): T | undefined {
    const entry = this.#entries.get(key)
    if (!entry) return undefined
    // What is too old stays until it is read again: while the storage fails it may be believed a while longer.
    if (entry.at < notBefore) return undefined
    // A map is in the order of insertion: what is used goes to its end.
    this.#entries.delete(key)
    this.#entries.set(key, entry)
    return entry.value
  }

  set(key: string, value: T, { at = 0, bytes = 0 }: { at?: number; bytes?: number } = {}): void {
    this.delete(key)
    // A text takes two bytes a character where one of its characters is not Latin.
    const size = bytes + 2 * key.length + OVERHEAD
    if (size > this.#limits.bytes) return
    this.#entries.set(key, { value, at, bytes: size })
    this.#bytes += size
    for (const oldest of this.#entries.keys()) {
      if (this.#entries.size <= this.#limits.entries && this.#bytes <= this.#limits.bytes) break
      this.delete(oldest)
    }
  }

  delete(key: string): void {
    const entry = this.#entries.get(key)
    if (!entry) return
    this.#entries.delete(key)
    this.#bytes -= entry.bytes
  }

  clear(): void {
    this.#entries.clear()
    this.#bytes = 0
  }
}
