/** Lambda's limit for a buffered answer, in bytes: 6 MB and 100. */
export const maxBytes = 6_291_556
