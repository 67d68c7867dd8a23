import boto3


def handler(event, context):
    client = boto3.client("s3", region_name="eu-west-1", aws_access_key_id="x", aws_secret_access_key="x")
    return client.generate_presigned_url("get_object", Params={"Bucket": "b", "Key": "k"}).split("?")[0]
