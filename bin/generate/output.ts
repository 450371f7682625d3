import { readFile } from 'node:fs/promises'

/** The root of the repository; files are named from there. */
export const ROOT = new URL('../../', import.meta.url)

/** A file that is made from others, whole. */
export interface Output {
  /** Path from the root. */
  readonly file: string
  readonly content: string
}

/** What a file holds, or undefined where there is none. */
export const contentOf = async (file: string): Promise<string | undefined> => {
  try {
    return await readFile(new URL(file, ROOT), 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

/** JSON as it is committed. */
export const pretty = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`
