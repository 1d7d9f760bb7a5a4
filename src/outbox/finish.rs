//! Makes a recipient's mail of what is stored: their header lines, and the body that was rendered once for all. Pure.

/// `headers` and `body` as they stand, one after the other; in both, every placeholder becomes its token.
///
/// Text parts are 8bit (see `letters::compose`), so nothing encodes or breaks the placeholder.
#[must_use]
pub fn finish(headers: &[u8], body: &[u8], tokens: &[(&str, &str)]) -> Vec<u8> {
    let mut message = Vec::with_capacity(headers.len() + body.len());
    for part in [headers, body] {
        replace(part, tokens, &mut message);
    }
    message
}

fn replace(mut text: &[u8], tokens: &[(&str, &str)], out: &mut Vec<u8>) {
    while let Some((at, placeholder, token)) = find(text, tokens) {
        let (before, rest) = text.split_at(at);
        out.extend_from_slice(before);
        out.extend_from_slice(token.as_bytes());
        text = rest.get(placeholder.len()..).unwrap_or_default();
    }
    out.extend_from_slice(text);
}

/// The first placeholder, where it stands, and its token.
fn find<'t>(text: &[u8], tokens: &[(&'t str, &'t str)]) -> Option<(usize, &'t str, &'t str)> {
    let begins = |octet: &u8| tokens.iter().any(|(p, _)| p.as_bytes().first() == Some(octet));
    let mut from = 0;
    loop {
        let at = from + text.get(from..)?.iter().position(begins)?;
        let rest = text.get(at..)?;
        let here = |(p, _): &&(&str, &str)| !p.is_empty() && rest.starts_with(p.as_bytes());
        if let Some((placeholder, token)) = tokens.iter().find(here) {
            return Some((at, placeholder, token));
        }
        from = at + 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_recipient_gets_their_own_token_and_else_the_same() {
        let (headers, body) = (
            b"Reply-To: a+XXXX@b\r\n".as_slice(),
            b"Type: x\r\n\r\nmailto:a%2BXXXX@b and XXX and XXXX".as_slice(),
        );
        let made = |token| String::from_utf8(finish(headers, body, &[("XXXX", token)])).unwrap();
        assert_eq!(
            made("anna"),
            "Reply-To: a+anna@b\r\nType: x\r\n\r\nmailto:a%2Banna@b and XXX and anna"
        );
        assert_eq!(made("anna").replace("anna", "jens"), made("jens"));
        let two = finish(b"X: aa", b"bb aa b", &[("aa", "bb"), ("bb", "c")]);
        assert_eq!(two, b"X: bbc bb b", "what was filled in is not read again");
    }

    #[test]
    fn what_has_no_placeholder_stays_as_it_is() {
        for body in [b"".as_slice(), b"X", b"XXX", b"\xff\x00 raw"] {
            assert_eq!(finish(b"", body, &[("XXXX", "t")]), body);
        }
        assert_eq!(finish(b"h", b"b", &[("", "t")]), b"hb");
    }
}
