"""Makes the calls it is told on standard input, with the signers of Debian's Python packages, and prints what came back."""
import json
import sys

import boto3
import botocore.auth
import botocore.awsrequest
import botocore.config
import botocore.credentials
import botocore.exceptions
import requests
from aws_requests_auth.aws_auth import AWSRequestsAuth


def send(call, headers, auth=None):
    url = call["gate"] + call["target"]
    response = requests.request(call["method"], url, headers=headers, data=call["body"].encode(), auth=auth, timeout=20)
    return {
        "status": response.status_code,
        "type": response.headers.get("x-amzn-errortype", ""),
        "body": response.text,
    }


def by_botocore(call):
    keys = botocore.credentials.Credentials(call["accessKeyId"], call["secretAccessKey"], call.get("sessionToken"))
    url = "https://" + call["host"] + call["target"]
    request = botocore.awsrequest.AWSRequest(call["method"], url, data=call["body"].encode(), headers=call["headers"])
    botocore.auth.SigV4Auth(keys, call["service"], call["region"]).add_auth(request)
    return send(call, {**dict(request.headers), "Host": call["host"]})


def by_requests_auth(call):
    auth = AWSRequestsAuth(
        aws_access_key=call["accessKeyId"],
        aws_secret_access_key=call["secretAccessKey"],
        aws_token=call.get("sessionToken"),
        aws_host=call["host"],
        aws_region=call["region"],
        aws_service=call["service"],
    )
    return send(call, {**call["headers"], "Host": call["host"]}, auth)


def by_boto3(call):
    """A client of boto3, pointed to the gate by its setting: `client`, `operation`, `input`."""
    client = boto3.client(
        call["client"],
        endpoint_url=call["gate"],
        region_name=call["region"],
        aws_access_key_id=call["accessKeyId"],
        aws_secret_access_key=call["secretAccessKey"],
        aws_session_token=call.get("sessionToken"),
        config=botocore.config.Config(retries={"max_attempts": 0}),
    )
    try:
        answer = getattr(client, call["operation"])(**call["input"])
        answer.pop("ResponseMetadata")
        return {"status": 200, "type": "", "body": json.dumps(answer, default=str)}
    except botocore.exceptions.ClientError as error:
        response = error.response
        return {
            "status": response["ResponseMetadata"]["HTTPStatusCode"],
            "type": response["Error"]["Code"],
            "body": response["Error"]["Message"],
        }


SIGNERS = {"botocore": by_botocore, "aws_requests_auth": by_requests_auth, "boto3": by_boto3}
print(json.dumps([SIGNERS[call["signer"]](call) for call in json.load(sys.stdin)]))
