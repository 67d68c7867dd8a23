// On Lambda this is a file on EFS, such as /mnt/links/links.db, which all four functions share.
export default {
  plugins: {
    sql: { options: { database: process.env.LINKS_DATABASE ?? '/tmp/links.db' } },
  },
}
