import type { OptionRule, OptionRules } from '@anyhandler/core'

export type JsonSchema = { [key: string]: unknown }

/** A plugin's table of options as JSON schema. */
export function optionsSchema<Options>(rules: OptionRules<Options>): JsonSchema {
  const properties = Object.entries<OptionRule>(rules).map(([key, rule]) => [key, ruleSchema(rule)])
  return { type: 'object', properties: Object.fromEntries(properties), additionalProperties: false }
}

function ruleSchema(rule: OptionRule): JsonSchema {
  const { allowed } = rule
  return { ...typeSchema(rule), ...(allowed !== undefined && { description: allowed }) }
}

function typeSchema(rule: OptionRule): JsonSchema {
  switch (rule.type) {
    case 'boolean':
      return { type: 'boolean' }
    case 'string': {
      const text = rule.values ? { enum: [...rule.values] } : { type: 'string', pattern: '\\S' }
      return rule.orFalse ? { anyOf: [text, { const: false }] } : text
    }
    case 'integer':
      return { type: 'integer', minimum: rule.min, maximum: rule.max }
    case 'list':
      return { type: 'array', items: ruleSchema(rule.items) }
    case 'mapping':
      return {
        type: 'object',
        propertyNames: { pattern: rule.keys.source },
        additionalProperties: ruleSchema(rule.items),
      }
  }
}
