# Calls the code of the page on each case, and prints whether it took the request.
import base64
import json

from verify import verify


def takes(case):
    body = base64.b64decode(case["body"])
    if case["key"].startswith("whpk_"):
        from is_signed import is_signed

        return is_signed(case["key"], case["headers"], body)
    try:
        verify(case["key"], case["headers"], body)
        return True
    except ValueError:
        return False


print(json.dumps([takes(case) for case in json.load(open("cases.json"))]))
