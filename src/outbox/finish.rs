//! Makes a recipient's mail of what is stored: their header, and the body that was rendered once for all. Pure.

/// `headers` (whole lines), an empty line, `body`; in both, every `placeholder` becomes `token`.
///
/// A placeholder is found although a soft line break of quoted-printable cuts it (RFC 2045 section 6.7: `=` at the end of a line); the
/// break stays where it was. One as long as its token keeps every line's length. In base64 it is not found: links are not encoded that way.
#[must_use]
pub fn finish(headers: &[u8], body: &[u8], placeholder: &str, token: &str) -> Vec<u8> {
    let end: &[u8] = if headers.windows(2).any(|two| two == b"\r\n") { b"\r\n" } else { b"\n" };
    let last = headers.iter().rposition(|octet| !matches!(octet, b'\r' | b'\n'));
    let headers = last.and_then(|last| headers.get(..=last)).unwrap_or_default();
    let mut message = Vec::with_capacity(headers.len() + body.len() + 4);
    replace(headers, placeholder.as_bytes(), token.as_bytes(), &mut message);
    message.extend_from_slice(end);
    message.extend_from_slice(end);
    replace(body, placeholder.as_bytes(), token.as_bytes(), &mut message);
    message
}

fn replace(mut text: &[u8], placeholder: &[u8], token: &[u8], out: &mut Vec<u8>) {
    while let Some((first, rest)) = text.split_first() {
        match found_at(text, placeholder) {
            Some(found) => {
                let (before, after) = token.split_at(found.cut_at.min(token.len()));
                out.extend_from_slice(before);
                out.extend_from_slice(found.soft_break);
                out.extend_from_slice(after);
                text = found.rest;
            }
            None => {
                out.push(*first);
                text = rest;
            }
        }
    }
}

struct Found<'a> {
    rest: &'a [u8],
    /// How many octets of the placeholder stood before the soft line break, and the break; empty where there was none.
    cut_at: usize,
    soft_break: &'a [u8],
}

/// The placeholder at the start of `text`.
fn found_at<'a>(text: &'a [u8], placeholder: &[u8]) -> Option<Found<'a>> {
    let mut found = Found { rest: text, cut_at: 0, soft_break: &[] };
    for (n, expected) in placeholder.iter().enumerate() {
        for soft_break in [b"=\r\n".as_slice(), b"=\n"] {
            if n > 0 && found.rest.starts_with(soft_break) {
                (found.soft_break, found.rest) = found.rest.split_at(soft_break.len());
                found.cut_at = n;
            }
        }
        found.rest = found.rest.strip_prefix(std::slice::from_ref(expected))?;
    }
    (!placeholder.is_empty()).then_some(found)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn finished(headers: &str, body: &str) -> String {
        String::from_utf8(finish(headers.as_bytes(), body.as_bytes(), "TOKEN", "abcdefgh")).unwrap()
    }

    #[test]
    fn one_empty_line_stands_between_header_and_body() {
        for headers in ["A: b\r\nC: d\r\n", "A: b\r\nC: d", "A: b\r\nC: d\r\n\r\n"] {
            let expected = if headers.contains("\r\nC") { "A: b\r\nC: d\r\n\r\nx\r\n" } else { "" };
            assert_eq!(finished(headers, "x\r\n"), expected);
        }
        assert_eq!(finished("A: b\n", "x"), "A: b\n\nx");
    }

    #[test]
    fn every_placeholder_becomes_the_token() {
        assert_eq!(
            finished("Reply-To: <a+TOKEN@b>\n", "TOKENTOKEN TOKE TTOKEN TOKEN"),
            "Reply-To: <a+abcdefgh@b>\n\nabcdefghabcdefgh TOKE Tabcdefgh abcdefgh"
        );
        assert_eq!(finish(b"A: b\n", b"x", "", "abc"), b"A: b\n\nx");
    }

    #[test]
    fn a_soft_line_break_does_not_hide_it_and_stays() {
        assert_eq!(finished("A: b\n", "m?TOK=\r\nEN&"), "A: b\n\nm?abc=\r\ndefgh&");
        assert_eq!(finished("A: b\n", "m?T=\nOKEN"), "A: b\n\nm?a=\nbcdefgh");
        assert_eq!(finished("A: b\n", "TOKEN=\nx =\nTOKEN"), "A: b\n\nabcdefgh=\nx =\nabcdefgh");
        assert_eq!(finished("A: b\n", "TOK=3DEN TOK=\n=\nEN"), "A: b\n\nTOK=3DEN TOK=\n=\nEN");
    }
}
