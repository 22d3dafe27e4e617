# A webhook that believes nobody
# What your server does with a message: compare the signature, then read the changes.
import hashlib
import hmac
import json
import time


def read(secret, headers, body):
    """The changes in a message; ValueError where it is not from the portal, or old."""
    timestamp = headers["TME-Timestamp"]
    signed = hmac.new(secret.encode(), timestamp.encode() + b"." + body, hashlib.sha256).hexdigest()
    if not hmac.compare_digest(f"sha256={signed}", headers["TME-Signature"]):
        raise ValueError("The signature is not the portal's.")
    if abs(time.time() - int(timestamp)) > 300:
        raise ValueError("The message is old: somebody may be sending it again.")
    return json.loads(body)["changes"]
