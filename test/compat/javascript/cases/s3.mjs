import { GetObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3'

const client = new S3Client({ forcePathStyle: true })

export const handler = async ({ text }) => {
  const at = { Bucket: 'notes', Key: 'a b/é.txt' }
  await client.send(new PutObjectCommand({ ...at, Body: text }))
  const { Body } = await client.send(new GetObjectCommand(at))
  return Body.transformToString()
}
