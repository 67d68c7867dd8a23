import { describe, it } from 'vitest'
import { blocks, runBlock } from './support/docs/blocks.ts'

describe('the commands of the README, and of those in folders', () => {
  it.each(blocks.filter(({ fence }) => !fence.page.startsWith('docs/')))('$title do what the page shows', runBlock)
})
