import { connectAssets } from './connect-assets.ts'
import { mappingDocument } from './mapping-document.ts'
import { mappingIndex } from './mapping-index.ts'
import { mappingSchemas } from './mapping-schemas.ts'
import { openapi } from './openapi.ts'
import { contentOf, type Output } from './output.ts'
import { problemList } from './problem-list.ts'
import { readme } from './readme.ts'

/** What makes the generated files, in order. */
const producers: readonly (() => Output | Output[] | Promise<Output | Output[]>)[] = [
  connectAssets,
  mappingIndex,
  mappingSchemas,
  mappingDocument,
  openapi,
  problemList,
  readme,
]

/** Every generated file whose content is not what it should be, with what it should be. */
export async function staleOutputs(): Promise<Output[]> {
  const outputs: Output[] = []
  for (const produce of producers) outputs.push(...[await produce()].flat())
  const present = await Promise.all(outputs.map(({ file }) => contentOf(file)))
  return outputs.filter(({ content }, index) => content !== present[index])
}
