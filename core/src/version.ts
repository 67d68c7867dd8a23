/** Version of this package; a test compares it with package.json, which is not read at the start. */
export const version = '0.1.0'
