"""New text of replies by talon, mails a second: reads the files first, then times MIME, quotations and signature."""

import email
import email.policy
import pathlib
import sys
import time

from talon import quotations
from talon.signature.bruteforce import extract_signature


def body(raw):
    mail = email.message_from_bytes(raw, policy=email.policy.default)
    part = mail.get_body(("plain", "html"))
    try:
        return part.get_content() if part else ""
    except (LookupError, KeyError, ValueError):
        return ""


def main():
    raws = [path.read_bytes() for path in sorted(pathlib.Path(sys.argv[1]).glob("*.eml"))]
    start = time.perf_counter()
    for raw in raws:
        try:
            extract_signature(quotations.extract_from_plain(body(raw)))
        except Exception:  # a mail that it cannot read counts as read
            pass
    print(round(len(raws) / (time.perf_counter() - start)))


main()
