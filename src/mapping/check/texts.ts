import { down } from '../../problem/pointer.ts'

/** Calls `visit` for each text below a node. */
export function texts(node: unknown, pointer: string, visit: (text: string, pointer: string) => void): void {
  if (typeof node === 'string') visit(node, pointer)
  else if (node !== null && typeof node === 'object')
    for (const [key, inner] of Object.entries(node)) texts(inner, down(pointer, key), visit)
}
