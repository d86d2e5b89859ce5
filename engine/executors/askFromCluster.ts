/**
 * Parts of the programs that run on clusters, in Python with its own library alone, as far as 3.6: what asks the MLflow
 * server. They stand after `import json, sys, time, urllib.error, urllib.parse, urllib.request` and after `base`, its
 * address without a slash at the end, and `token`, a text or None.
 */

/** `opener`: for requests to `base` and nowhere else; past the proxy when it is on this machine. */
export const opener = String.raw`class Stay(urllib.request.HTTPRedirectHandler):
    """A token is for one address alone: where an answer points to is not asked."""

    def redirect_request(self, *_):
        return None


local = urllib.parse.urlsplit(base).hostname in ("127.0.0.1", "localhost", "::1")
opener = urllib.request.build_opener(Stay, *([urllib.request.ProxyHandler({})] if local else []))
`;

/** `opener`, and `ask(path, data, method)`: the bytes of an answer, asked for up to four times; ends with a sentence. */
export const ask = String.raw`${opener}

def ask(path, data=None, method=None):
    headers = {"Content-Type": "application/octet-stream"} if data is not None else {}
    if token:
        headers["Authorization"] = "Bearer " + token
    request = urllib.request.Request(base + path, data=data, method=method, headers=headers)
    for attempt in range(4):
        try:
            with opener.open(request, timeout=600) as answer:
                return answer.read()
        except urllib.error.HTTPError as error:
            if error.code < 500 or attempt == 3:
                sys.exit("The MLflow server says " + str(error.code) + " to " + path.split("?")[0] + ".")
        except OSError as error:
            if attempt == 3:
                sys.exit("The MLflow server at " + base + " is not reached from the cluster: " + str(error))
        time.sleep(2 ** attempt)
`;
